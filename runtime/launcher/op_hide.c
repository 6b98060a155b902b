#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "child.h"

int make_device(struct child *c, struct reader *r) {
  const char *path = read_string(r);
  mode_t type = read_u32(r) == 'b' ? S_IFBLK : S_IFCHR;
  unsigned major_number = read_u32(r), minor_number = read_u32(r);
  mode_t mode = read_u32(r) & 07777;
  uid_t uid = read_u32(r);
  gid_t gid = read_u32(r);
  dev_t number = makedev(major_number, minor_number);
  char name[256];
  set_detail(c, path, "");
  int parent = open_parent(c, path, name, sizeof name);
  if (parent < 0) return -1;
  bool made = mknodat(parent, name, type | mode, number) == 0;
  int error = made || errno == EEXIST ? 0 : errno;
  int fd = error ? -1 : openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  struct stat st;
  if (!error && (fd < 0 || fstat(fd, &st) < 0)) error = errno;
  /* Between mknod and open someone inside may have put another file there: believe only the fd. */
  if (!error && ((st.st_mode & S_IFMT) != type || st.st_rdev != number)) error = EEXIST;
  if (!error && made && (uid || gid) && fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0) error = errno;
  if (fd >= 0) close(fd);
  close(parent);
  return error ? fail(error) : 0;
}

/* A name already taken by the image or a volume stays as it is. */
int make_symlink(struct child *c, struct reader *r) {
  const char *target = read_string(r), *path = read_string(r);
  char name[256];
  set_detail(c, path, "");
  int parent = open_parent(c, path, name, sizeof name);
  if (parent < 0) return -1;
  int error = symlinkat(target, parent, name) < 0 && errno != EEXIST ? errno : 0;
  close(parent);
  return error ? fail(error) : 0;
}

static bool is_absent(int error) { return error == ENOENT || error == ENOTDIR; }

static int close_and_answer(int fd, int answer) {
  int error = errno;
  if (fd >= 0) close(fd);
  errno = error;
  return answer;
}

int readonly_path(struct child *c, const char *path) {
  struct k_mount_attr attr = {K_ATTR_RDONLY, 0, 0, 0};
  set_detail(c, path, "");
  int at = resolve(c, path, O_PATH, 0);
  if (at < 0) return is_absent(errno) ? 0 : -1;
  struct statx st;
  bool is_mount = syscall(SYS_statx, at, "", K_AT_EMPTY_PATH, 0, &st) == 0 && (st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
  if (is_mount) return close_and_answer(at, k_mount_setattr(at, "", K_AT_EMPTY_PATH | K_AT_RECURSIVE, &attr));
  int tree = k_open_tree(at, "", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | K_AT_EMPTY_PATH | K_AT_RECURSIVE);
  int done = -1;
  if (tree >= 0 && k_mount_setattr(tree, "", K_AT_EMPTY_PATH | K_AT_RECURSIVE, &attr) == 0)
    done = k_move_mount(tree, "", at, "", K_MOVE_F_EMPTY | K_MOVE_T_EMPTY);
  close_and_answer(tree, 0);
  return close_and_answer(at, done);
}

/* An empty read-only tmpfs, made once and shared by all masked directories of the container. */
static int empty_directory(struct child *c, bool *first) {
  *first = c->mask_directory < 0;
  if (!*first) return k_open_tree(c->mask_directory, "", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | K_AT_EMPTY_PATH);
  int fs = k_fsopen("tmpfs");
  if (fs < 0) return -1;
  int tree = -1;
  if (k_fsconfig(fs, K_FSCONFIG_SET_STRING, "nr_inodes", "1", 0) == 0 && k_fsconfig(fs, K_FSCONFIG_SET_STRING, "mode", "0555", 0) == 0 &&
      k_fsconfig(fs, K_FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
    tree = k_fsmount(fs, K_ATTR_RDONLY | K_ATTR_NOSUID | K_ATTR_NODEV | K_ATTR_NOEXEC);
  return close_and_answer(fs, tree);
}

static int null_tree(struct child *c) {
  if (c->null_device < 0) {
    int fd = resolve(c, "/dev/null", O_PATH | O_NOFOLLOW, K_RESOLVE_NO_SYMLINKS);
    if (fd < 0) return -1;
    if (!is_null_device(fd)) {
      close(fd);
      return fail(ENXIO);
    }
    c->null_device = fd;
  }
  int tree = k_open_tree(c->null_device, "", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | K_AT_EMPTY_PATH);
  if (tree >= 0 && !is_null_device(tree)) {
    close(tree);
    return fail(ENXIO);
  }
  return tree;
}

int mask_path(struct child *c, const char *path) {
  set_detail(c, path, "");
  int at = resolve(c, path, O_PATH, 0);
  if (at < 0) return is_absent(errno) ? 0 : -1;
  struct stat st;
  if (fstat(at, &st) < 0) return close_and_answer(at, -1);
  bool first = false;
  int tree = S_ISDIR(st.st_mode) ? empty_directory(c, &first) : null_tree(c);
  int done = tree < 0 ? -1 : k_move_mount(tree, "", at, "", K_MOVE_F_EMPTY | K_MOVE_T_EMPTY);
  if (done == 0 && first) c->mask_directory = tree;
  else close_and_answer(tree, 0);
  return close_and_answer(at, done);
}

int readonly_root(struct child *c) {
  struct k_mount_attr attr = {K_ATTR_RDONLY, 0, 0, 0};
  return c->root < 0 ? fail(EBADF) : k_mount_setattr(c->root, "", K_AT_EMPTY_PATH, &attr);
}
