/* Starts grisea with the libraries that lie beside it, in ../lib/grisea, on any Linux of this processor.
 *
 * The program is linked with glibc, which a system may have in an older version, or not at all. So the bundle holds
 * glibc with its dynamic loader, and this launcher, which needs no library, starts the program by that loader. The
 * program's own header says that its libraries lie beside it, before any place that LD_LIBRARY_PATH names. So nothing
 * is set in the environment that would change how other programs find their libraries.
 *
 * Neither /proc nor a shell is needed. GRISEA_LAUNCHER tells the program the path that starts it again. The process's
 * number, which stays the same through execv, distinguishes it from a value that a parent process has left behind. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* Makes the bytes of the launcher, by which grisea knows its own builds, those of one build. */
__attribute__((used)) static const char build[] = "grisea " GRISEA_BUILD;

static int fail(const char *path) {
  fprintf(stderr, "grisea: %s: %s\n", path, strerror(errno));
  return 127;
}

/* Removes the last part of a path. */
static void leave(char *path) {
  char *slash = strrchr(path, '/');
  if (slash) *slash = 0;
}

int main(int count, char **words) {
  /* As it was given to execve, so it may be a link, and relative. */
  const char *name = (const char *)getauxval(AT_EXECFN);
  char own[PATH_MAX], root[PATH_MAX];
  if (!name || !realpath(name, own)) return fail(name ? name : "its own path");
  strcpy(root, own);
  leave(root);
  leave(root);

  char loader[PATH_MAX + 32], program[PATH_MAX + 32], launcher[PATH_MAX + 32];
  /* The loader's file name is the name of the process in top and ps. */
  snprintf(loader, sizeof loader, "%s/lib/grisea/grisea", root);
  snprintf(program, sizeof program, "%s/lib/grisea/program", root);
  snprintf(launcher, sizeof launcher, "%ld:%s", (long)getpid(), own);
  setenv("GRISEA_LAUNCHER", launcher, 1);
  /* Libraries of the system that are to be loaded first need the system's glibc. */
  unsetenv("LD_PRELOAD");
  unsetenv("LD_AUDIT");

  char *fixed[] = {loader, "--inhibit-cache", "--argv0", count > 0 ? words[0] : "grisea", program};
  const int fixedCount = sizeof fixed / sizeof *fixed;
  char **arguments = calloc(fixedCount + count + 1, sizeof *arguments);
  if (!arguments) return fail(loader);
  memcpy(arguments, fixed, sizeof fixed);
  for (int index = 1; index < count; index++) arguments[fixedCount + index - 1] = words[index];
  execv(loader, arguments);
  return fail(loader);
}
