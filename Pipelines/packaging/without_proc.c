/* Linked into the program of the packages, so that it runs where /proc is not mounted. Swift's libraries need /proc twice.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

/* Swift's runtime looks for the words of the command line on the stack, whose place it reads from /proc/self/maps; where
 * it cannot, CommandLine.arguments is empty. glibc passes the words to constructors. This function of the runtime is
 * what scripts that Swift interprets get their words by; it has the calling convention of C for two such arguments. */
extern void _swift_stdlib_overrideUnsafeArgvArgc(char **words, int count);

__attribute__((constructor)) static void keep(int count, char **words) {
  _swift_stdlib_overrideUnsafeArgvArgc(words, count);
}

/* Dispatch counts each second which of its threads run, by /proc/NUMBER/stat, and ends the process where it cannot open
 * one. An empty file is a thread of unknown state to it. The linker's --wrap=open leads all calls of `open` here. */
extern int __real_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  int descriptor = __real_open(path, flags, mode);
  if (descriptor >= 0 || errno != ENOENT || strncmp(path, "/proc/", 6) != 0) return descriptor;
  const char *name = path + 6 + strspn(path + 6, "0123456789");
  if (name == path + 6 || strcmp(name, "/stat") != 0) return descriptor;
  return memfd_create("stat", MFD_CLOEXEC);
}
