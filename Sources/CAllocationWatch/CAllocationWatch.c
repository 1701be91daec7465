// Swift cannot take malloc's place, and glibc has no hook left that tells the size of a request before memory is
// touched: a reader that asks for terabytes would get them on paper and go unnoticed. So these definitions stand
// before glibc's, note the size, and pass the request on.
#include "CAllocationWatch.h"
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_size_t largest;

static void note(size_t size) {
  size_t seen = atomic_load_explicit(&largest, memory_order_relaxed);
  while (size > seen && !atomic_compare_exchange_weak(&largest, &seen, size)) {
  }
}

void *malloc(size_t size) {
  note(size);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  note(count * size);
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  note(size);
  return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  note(size);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  note(size);
  void *block = __libc_memalign(alignment, size);
  if (!block) return ENOMEM;
  *out = block;
  return 0;
}

size_t allocation_watch_take_largest(void) { return atomic_exchange(&largest, 0); }

size_t allocation_watch_live(void) {
  struct mallinfo2 facts = mallinfo2();
  return facts.uordblks + facts.hblkhd;
}
