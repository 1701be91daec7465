// Faults of the machine, for tests: preloaded into grisea, which meets them as it would meet a broken disk, memory
// that has run out, or a faulty zlib. GRISEA_FAULT names the fault.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static int is_fault(const char *name) {
  const char *fault = getenv("GRISEA_FAULT");
  return fault && strcmp(fault, name) == 0;
}

// Whether a descriptor is that of a file; messages go out unharmed.
static int is_file(int descriptor) {
  struct stat facts;
  return descriptor > 2 && fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
}

int deflateInit2_(z_streamp stream, int level, int method, int window, int memory, int strategy, const char *version,
                  int size) {
  if (is_fault("deflate-begin")) return Z_MEM_ERROR;
  int (*next)(z_streamp, int, int, int, int, int, const char *, int) = dlsym(RTLD_NEXT, "deflateInit2_");
  return next(stream, level, method, window, memory, strategy, version, size);
}

int deflate(z_streamp stream, int flush) {
  if (is_fault("deflate-end")) return Z_STREAM_ERROR;
  int (*next)(z_streamp, int) = dlsym(RTLD_NEXT, "deflate");
  unsigned char *start = stream->next_out;
  int status = next(stream, flush);
  size_t count = stream->next_out - start;
  if (is_fault("deflate-bit") && count > 8) start[count / 2] ^= 1;
  return status;
}

// A disk that keeps another bit than it was given, in every file of more than a few bytes.
ssize_t write(int descriptor, const void *bytes, size_t count) {
  ssize_t (*next)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  if (!is_fault("disk-bit") || count < 100 || !is_file(descriptor)) return next(descriptor, bytes, count);
  unsigned char *copy = malloc(count);
  memcpy(copy, bytes, count);
  copy[count / 2] ^= 1;
  ssize_t written = next(descriptor, copy, count);
  free(copy);
  return written;
}

// A disk that fails when data reach it.
int fsync(int descriptor) {
  if (is_fault("disk-sync") && is_file(descriptor)) {
    errno = EIO;
    return -1;
  }
  int (*next)(int) = dlsym(RTLD_NEXT, "fsync");
  return next(descriptor);
}
