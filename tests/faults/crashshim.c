/* Records what a process writes, syncs, renames and removes below one folder.
 *
 * Built by gcc when the tests run, loaded with LD_PRELOAD. The record is a sequence of
 * "kind fd number number length\n" lines, each followed by its bytes; tests/faults/powercut.py reads it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record = -1;
static const char *folder;
static char watched[4096];

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_open = dlsym(RTLD_NEXT, "open64");
  real_openat = dlsym(RTLD_NEXT, "openat64");
  folder = getenv("CRASH_FOLDER");
  const char *path = getenv("CRASH_RECORD");
  if (folder && path) record = real_open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

static void note(char kind, int fd, long a, long b, const void *data, size_t length) {
  char head[128];
  int size = snprintf(head, sizeof head, "%c %d %ld %ld %zu\n", kind, fd, a, b, length);
  pthread_mutex_lock(&lock);
  real_write(record, head, size);
  if (length) real_write(record, data, length);
  pthread_mutex_unlock(&lock);
}

static int below(const char *path) { return record >= 0 && path && strncmp(path, folder, strlen(folder)) == 0; }
static int is_watched(int fd) { return record >= 0 && fd >= 0 && fd < (int)sizeof watched && watched[fd]; }

static int opened(int fd, const char *path, int flags) {
  if (fd >= 0 && fd < (int)sizeof watched) {
    struct stat state;
    watched[fd] = 0;
    if (below(path) && fstat(fd, &state) == 0 && S_ISREG(state.st_mode)) {
      watched[fd] = 1;
      note('O', fd, flags & O_TRUNC ? 1 : 0, 0, path, strlen(path));
    }
  }
  return fd;
}

#define MODE(flags) mode_t mode = 0; if ((flags) & O_CREAT) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { MODE(flags) return opened(real_open(path, flags, mode), path, flags); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(real_open(path, flags, mode), path, flags); }
int openat(int dir, const char *path, int flags, ...) { MODE(flags) return opened(real_openat(dir, path, flags, mode), path, flags); }
int openat64(int dir, const char *path, int flags, ...) { MODE(flags) return opened(real_openat(dir, path, flags, mode), path, flags); }

ssize_t write(int fd, const void *data, size_t length) {
  long offset = 0;
  if (is_watched(fd)) {
    struct stat state;
    if (fcntl(fd, F_GETFL) & O_APPEND) offset = fstat(fd, &state) ? 0 : (long)state.st_size;
    else offset = (long)lseek(fd, 0, SEEK_CUR);
  }
  ssize_t done = real_write(fd, data, length);
  if (done > 0 && is_watched(fd)) note('W', fd, offset, 0, data, done);
  return done;
}
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
  ssize_t done = real_pwrite(fd, data, length, offset);
  if (done > 0 && is_watched(fd)) note('W', fd, (long)offset, 0, data, done);
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

#define FORWARD(name, type, call) static type (*real)() ; if (!real) real = dlsym(RTLD_NEXT, name); type done = real call;
int ftruncate64(int fd, off_t size) { FORWARD("ftruncate64", int, (fd, size)) if (!done && is_watched(fd)) note('T', fd, (long)size, 0, "", 0); return done; }
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int fsync(int fd) { FORWARD("fsync", int, (fd)) if (!done && is_watched(fd)) note('S', fd, 0, 0, "", 0); return done; }
int fdatasync(int fd) { FORWARD("fdatasync", int, (fd)) if (!done && is_watched(fd)) note('S', fd, 0, 0, "", 0); return done; }
int unlink(const char *path) { FORWARD("unlink", int, (path)) if (!done && below(path)) note('U', -1, 0, 0, path, strlen(path)); return done; }
int rename(const char *from, const char *to) {
  FORWARD("rename", int, (from, to))
  if (!done && below(to)) {
    char both[8192];
    int size = snprintf(both, sizeof both, "%s\n%s", from, to);
    note('R', -1, 0, 0, both, size);
  }
  return done;
}
