#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "child.h"

#define PATH_LIMIT 4096
#define NAME_LIMIT 256

int fail(int error) {
  errno = error;
  return -1;
}

/* Opens beneath the container's root. EAGAIN means that a rename raced with `..`: the kernel asks to try again. */
int resolve(struct child *c, const char *path, uint64_t flags, uint64_t extra) {
  if (c->root < 0) return fail(EBADF);
  for (int tries = 0;; tries++) {
    int fd = k_openat2(c->root, path, flags | O_CLOEXEC, 0, K_RESOLVE_IN_ROOT | K_RESOLVE_NO_MAGICLINKS | extra);
    if (fd >= 0 || errno != EAGAIN || tries == 128) return fd;
  }
}

static bool is_dots(const char *name) { return !strcmp(name, ".") || !strcmp(name, ".."); }

/* Opens `name` in `parent`, making it as a directory when it is missing; a link or file there is an error. */
static int step_into(int parent, const char *name, unsigned mode, bool *made) {
  if (mkdirat(parent, name, mode) == 0) *made = true;
  else if (errno != EEXIST) return -1;
  return openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/*
 * Opens the directory `path`, making what is missing one step at a time. Existing links on the way are followed
 * inside the root; a dangling one is an error because nothing is ever made through a link. `mode` is the last one's.
 */
int make_directory(struct child *c, const char *path, unsigned mode, bool *made) {
  *made = false;
  int fd = resolve(c, path, O_PATH | O_DIRECTORY, 0);
  if (fd >= 0 || errno != ENOENT) return fd;
  char prefix[PATH_LIMIT];
  size_t size = 0;
  int current = resolve(c, "/", O_PATH | O_DIRECTORY, 0);
  while (current >= 0) {
    while (*path == '/') path++;
    if (!*path) return current;
    size_t length = strcspn(path, "/");
    char name[NAME_LIMIT];
    if (length >= sizeof name || size + length + 2 > sizeof prefix) {
      close(current);
      return fail(ENAMETOOLONG);
    }
    memcpy(name, path, length);
    name[length] = 0;
    prefix[size++] = '/';
    memcpy(prefix + size, name, length + 1);
    size += length;
    path += length;
    int next = resolve(c, prefix, O_PATH | O_DIRECTORY, 0);
    bool last = path[strspn(path, "/")] == 0;
    if (next < 0 && errno == ENOENT) next = is_dots(name) ? fail(EINVAL) : step_into(current, name, last ? mode : 0755, made);
    int error = errno;
    close(current);
    errno = error;
    current = next;
  }
  return -1;
}

/* Opens the parent of `path` (made when missing) and copies the last component to `name`. */
int open_parent(struct child *c, const char *path, char *name, size_t size) {
  char parent[PATH_LIMIT];
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/') length--;
  size_t slash = length;
  while (slash > 0 && path[slash - 1] != '/') slash--;
  if (length - slash >= size || slash + 1 > sizeof parent) return fail(ENAMETOOLONG);
  memcpy(name, path + slash, length - slash);
  name[length - slash] = 0;
  if (!*name || is_dots(name)) return fail(EINVAL);
  memcpy(parent, path, slash);
  parent[slash] = 0;
  bool made;
  return make_directory(c, slash ? parent : "/", 0755, &made);
}

/* Replaces `path`, whose last component is a link to `target`, by where the link leads, seen from the link's directory. */
static int follow_link(char *path, const char *target) {
  size_t keep = 0, length = strlen(target);
  if (*target != '/') {
    keep = strlen(path);
    while (keep > 0 && path[keep - 1] != '/') keep--;
  }
  if (keep + length + 1 > PATH_LIMIT) return fail(ENAMETOOLONG);
  memcpy(path + keep, target, length + 1);
  return 0;
}

/*
 * Opens the file `path`, making an empty one when it is missing. A dangling link, as images have for resolv.conf, is
 * followed inside the root a few times; each directory on its way is resolved and made as for any other path.
 */
static int make_file(struct child *c, const char *wanted) {
  static char path[PATH_LIMIT], target[PATH_LIMIT];
  if (strlen(wanted) + 1 > sizeof path) return fail(ENAMETOOLONG);
  memcpy(path, wanted, strlen(wanted) + 1);
  for (int links = 0; links < 8; links++) {
    int fd = resolve(c, path, O_PATH, 0);
    if (fd >= 0 || errno != ENOENT) return fd;
    char name[NAME_LIMIT];
    int parent = open_parent(c, path, name, sizeof name);
    if (parent < 0) return -1;
    ssize_t length = readlinkat(parent, name, target, sizeof target - 1);
    if (length < 0) {
      fd = openat(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0644);
      if (fd >= 0) {
        close(fd);
        fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
      }
    }
    int error = errno;
    close(parent);
    errno = error;
    if (length < 0) return fd;
    target[length] = 0;
    if (follow_link(path, target) < 0) return -1;
  }
  return fail(ELOOP);
}

/* A link of the image must not lead a mount to procfs, which masks and programs rely on; by its own name it is the plan's will. */
int make_mount_point(struct child *c, const char *path, bool directory, unsigned mode, bool *made) {
  int fd = directory ? make_directory(c, path, mode ? mode : 0755, made) : make_file(c, path);
  if (fd < 0 || !is_file_system(fd, PROC_SUPER_MAGIC)) return fd;
  close(fd);
  return resolve(c, path, O_PATH, K_RESOLVE_NO_SYMLINKS);
}

/* Opens the file `path`, made when it is missing; a link in its place is refused. */
int make_plain_file(struct child *c, const char *path) {
  char name[NAME_LIMIT];
  struct stat st;
  int parent = open_parent(c, path, name, sizeof name);
  if (parent < 0) return -1;
  int made = openat(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0644);
  int error = made < 0 && errno != EEXIST ? errno : 0;
  if (made >= 0) close(made);
  int fd = error ? -1 : openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (!error && (fd < 0 || fstat(fd, &st) < 0)) error = errno;
  if (!error && S_ISLNK(st.st_mode)) error = ELOOP;
  close(parent);
  if (!error) return fd;
  if (fd >= 0) close(fd);
  return fail(error);
}

bool is_file_system(int fd, long magic) {
  struct statfs fs;
  return fstatfs(fd, &fs) == 0 && (long)fs.f_type == magic;
}

bool is_null_device(int fd) {
  struct stat st;
  return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}
