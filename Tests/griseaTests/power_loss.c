// A disk that loses power, for tests: preloaded into grisea, it keeps a second copy of what has been forced to the disk,
// and of nothing else. GRISEA_DURABLE names the folder of the copies, GRISEA_WATCHED the folder whose files are copied.
//
// A file's copy is its content at its latest fsync, a folder's the names in it at its own; each is named by inode and
// time of birth, as an inode is used again when a file has gone.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_key(const struct statx *facts, char *text, size_t size) {
  snprintf(text, size, "%llu-%lld-%u", (unsigned long long)facts->stx_ino, (long long)facts->stx_btime.tv_sec,
           facts->stx_btime.tv_nsec);
}

// The words by which the file or folder of this name is known, for the tests; 0 where there is none.
int power_loss_key(const char *path, char *text, size_t size) {
  struct statx facts;
  if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &facts) != 0) return 0;
  write_key(&facts, text, size);
  return 1;
}

// The words by which an open file or folder is known; 0 where it is none of those that are watched.
static int key(int descriptor, struct statx *facts, char *text, size_t size) {
  const char *watched = getenv("GRISEA_WATCHED");
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (!watched || length < 0) return 0;
  path[length] = 0;
  if (strncmp(path, watched, strlen(watched)) != 0) return 0;
  if (statx(descriptor, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, facts) != 0) return 0;
  write_key(facts, text, size);
  return 1;
}

static void copy_file(int descriptor, FILE *copy) {
  char buffer[65536];
  off_t position = 0;
  ssize_t count;
  while ((count = pread(descriptor, buffer, sizeof buffer, position)) > 0) {
    fwrite(buffer, 1, count, copy);
    position += count;
  }
}

// One line for each name: the words by which the file or folder behind it is known, a tab, the name, and a NUL.
static void copy_folder(int descriptor, FILE *copy) {
  int again = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = again >= 0 ? fdopendir(again) : NULL;
  struct dirent *entry;
  while (folder && (entry = readdir(folder))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    int file = openat(descriptor, entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct statx facts;
    char text[128];
    if (file >= 0 && key(file, &facts, text, sizeof text)) fprintf(copy, "%s\t%s%c", text, entry->d_name, 0);
    if (file >= 0) close(file);
  }
  if (folder) closedir(folder);
}

int fsync(int descriptor) {
  int (*next)(int) = dlsym(RTLD_NEXT, "fsync");
  int status = next(descriptor);
  const char *durable = getenv("GRISEA_DURABLE");
  struct statx facts;
  char text[128], path[4096], partial[4200];
  if (status != 0 || !durable || !key(descriptor, &facts, text, sizeof text)) return status;
  snprintf(path, sizeof path, "%s/%s", durable, text);
  snprintf(partial, sizeof partial, "%s.%d-%lx", path, getpid(), random());
  FILE *copy = fopen(partial, "w");
  if (!copy) return status;
  if (S_ISDIR(facts.stx_mode)) copy_folder(descriptor, copy);
  else copy_file(descriptor, copy);
  // Whole or not at all: the process may be killed here too.
  if (fclose(copy) == 0) rename(partial, path);
  return status;
}
