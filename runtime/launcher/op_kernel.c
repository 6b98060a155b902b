#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "child.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif
#define DEVPTS_MAGIC 0x1cd1

/* A procfs that no image or volume could have replaced or covered. */
int private_procfs(struct child *c) {
  if (c->procfs >= 0) return c->procfs;
  int fs = k_fsopen("proc");
  if (fs < 0) return -1;
  int tree = k_fsconfig(fs, K_FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0 ? -1 : k_fsmount(fs, 0);
  int error = errno;
  close(fs);
  if (tree >= 0 && !is_file_system(tree, PROC_SUPER_MAGIC)) {
    close(tree);
    return fail(EXDEV);
  }
  errno = error;
  return c->procfs = tree;
}

int write_procfs(struct child *c, const char *path, const char *value, uint64_t resolve_flags) {
  int proc = private_procfs(c);
  if (proc < 0) return -1;
  int fd = k_openat2(proc, path, O_WRONLY | O_CLOEXEC, 0, K_RESOLVE_BENEATH | K_RESOLVE_NO_MAGICLINKS | K_RESOLVE_NO_XDEV | resolve_flags);
  if (fd < 0) return -1;
  ssize_t size = (ssize_t)strlen(value), written = is_file_system(fd, PROC_SUPER_MAGIC) ? write(fd, value, (size_t)size) : fail(EXDEV);
  int error = written < 0 ? errno : EIO;
  close(fd);
  return written == size ? 0 : fail(error);
}

int write_sysctl(struct child *c, struct reader *r) {
  const char *key = read_string(r), *value = read_string(r);
  char path[512] = "sys/";
  set_detail(c, key, "");
  if (strlen(key) + 5 > sizeof path) return fail(ENAMETOOLONG);
  memcpy(path + 4, key, strlen(key) + 1);
  return write_procfs(c, path, value, K_RESOLVE_NO_SYMLINKS);
}

int send_descriptor(const void *text, size_t size, int fd) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec data = {(void *)(uintptr_t)text, size};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  memset(&control, 0, sizeof control);
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
  return sendmsg(SYNC_FD, &message, MSG_NOSIGNAL) == (ssize_t)size ? 0 : -1;
}

static int bind_on_console(struct child *c, int terminal) {
  set_detail(c, "/dev/console", "");
  int at = make_plain_file(c, "/dev/console");
  if (at < 0) return -1;
  int tree = k_open_tree(terminal, "", K_OPEN_TREE_CLONE | K_OPEN_TREE_CLOEXEC | K_AT_EMPTY_PATH);
  int done = tree < 0 ? -1 : k_move_mount(tree, "", at, "", K_MOVE_F_EMPTY | K_MOVE_T_EMPTY);
  int error = errno;
  if (tree >= 0) close(tree);
  close(at);
  errno = error;
  return done;
}

/* The terminal comes from the container's own devpts and is reached only through the verified master's fd. */
int open_console(struct child *c) {
  struct stat st;
  set_detail(c, "/dev/pts/ptmx", "");
  int master = resolve(c, "/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK, K_RESOLVE_NO_SYMLINKS);
  if (master < 0) return -1;
  if (!is_file_system(master, DEVPTS_MAGIC) || fstat(master, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(5, 2)) return fail(ENXIO);
  int unlock = 0;
  if (ioctl(master, TIOCSPTLCK, &unlock) < 0) return -1;
  int terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) return -1;
  struct winsize size = {.ws_row = c->plan->rows, .ws_col = c->plan->columns};
  if (size.ws_row && ioctl(master, TIOCSWINSZ, &size) < 0) return -1;
  if (!c->is_exec && bind_on_console(c, terminal) < 0) return -1;
  /* An exec's session begins when it enters the pid namespace. */
  if ((!(c->is_exec && !c->has_entered) && ioctl(terminal, TIOCSCTTY, 0) < 0) || send_descriptor("P", 1, master) < 0) return -1;
  for (int fd = 0; fd < 3; fd++) {
    if (dup2(terminal, fd) < 0) return -1;
  }
  close(terminal);
  close(master);
  return 0;
}
