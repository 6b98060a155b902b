#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"

static int write_all(int fd, struct bytes content) {
  for (size_t at = 0; at < content.size;) {
    ssize_t count = write(fd, content.data + at, content.size - at);
    if (count < 0) return -1;
    at += (size_t)count;
  }
  return 0;
}

/* A file system in memory, attached over the staging directory: only of what is attached can a part be cloned. */
static int stage_memory(void) {
  int fs = k_fsopen("tmpfs"), tree = -1;
  if (fs >= 0 && k_fsconfig(fs, K_FSCONFIG_SET_STRING, "mode", "0700", 0) == 0 && k_fsconfig(fs, K_FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0 &&
      (tree = k_fsmount(fs, K_ATTR_NOSUID | K_ATTR_NODEV | K_ATTR_NOEXEC)) >= 0 && k_move_mount(tree, "", RUN_FD, "r", K_MOVE_F_EMPTY) < 0) {
    int error = errno;
    close(tree);
    tree = fail(error);
  }
  int error = errno;
  if (fs >= 0) close(fs);
  errno = error;
  return tree;
}

/* A read-only file that is in memory alone, over `target`, which is made where it is missing. */
int mount_content(struct child *c, struct reader *r) {
  const char *target = read_string(r);
  struct bytes content = read_bytes(r);
  unsigned mode = read_u32(r);
  uid_t uid = read_u32(r);
  gid_t gid = read_u32(r);
  set_detail(c, target, "");
  int tree = stage_memory(), file = -1, clone = -1, at = -1, done = -1;
  bool made;
  struct k_mount_attr attr = {K_ATTR_RDONLY, 0, 0, 0};
  if (tree >= 0 && (file = openat(tree, "f", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600)) >= 0 && write_all(file, content) == 0 &&
      fchown(file, uid, gid) == 0 && fchmod(file, mode & 07777) == 0 &&
      (clone = k_open_tree(tree, "f", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC)) >= 0 && fchdir(RUN_FD) == 0 && umount2("r", MNT_DETACH) == 0 &&
      k_mount_setattr(clone, "", K_AT_EMPTY_PATH, &attr) == 0 &&
      (at = make_mount_point(c, target, false, 0, &made)) >= 0)
    done = k_move_mount(clone, "", at, "", K_MOVE_F_EMPTY | K_MOVE_T_EMPTY);
  int error = errno;
  const int opened[] = {tree, file, clone, at};
  for (unsigned i = 0; i < sizeof opened / sizeof *opened; i++)
    if (opened[i] >= 0) close(opened[i]);
  return done < 0 ? fail(error) : 0;
}
