/* The system calls and constants that older C libraries do not declare. Numbers are the kernel's ABI. */
#ifndef KERNEL_H
#define KERNEL_H

#include <linux/types.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif

/* openat2(2) */
#define K_RESOLVE_NO_XDEV 0x01
#define K_RESOLVE_NO_MAGICLINKS 0x02
#define K_RESOLVE_NO_SYMLINKS 0x04
#define K_RESOLVE_BENEATH 0x08
#define K_RESOLVE_IN_ROOT 0x10
struct k_open_how {
  uint64_t flags, mode, resolve;
};

/* clone3(2) */
#define K_CLONE_PIDFD 0x00001000ULL
#define K_CLONE_INTO_CGROUP 0x200000000ULL
#define K_CLONE_NEWTIME 0x00000080
struct k_clone_args {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/* The mount API: open_tree(2), move_mount(2), fsopen(2), fsconfig(2), fsmount(2), mount_setattr(2) */
#define K_OPEN_TREE_CLONE 1
#define K_OPEN_TREE_CLOEXEC 02000000
#define K_AT_RECURSIVE 0x8000
#define K_AT_EMPTY_PATH 0x1000
#define K_MOVE_F_EMPTY 0x4
#define K_MOVE_T_EMPTY 0x40
#define K_FSOPEN_CLOEXEC 1
#define K_FSMOUNT_CLOEXEC 1
#define K_FSCONFIG_SET_FLAG 0
#define K_FSCONFIG_SET_STRING 1
#define K_FSCONFIG_SET_FD 5
#define K_FSCONFIG_CMD_CREATE 6
#define K_ATTR_RDONLY 0x1
#define K_ATTR_NOSUID 0x2
#define K_ATTR_NODEV 0x4
#define K_ATTR_NOEXEC 0x8
#define K_ATTR_NOATIME 0x10
#define K_ATTR_STRICTATIME 0x20
#define K_ATTR_NODIRATIME 0x80
#define K_ATTR_NOSYMFOLLOW 0x200000
struct k_mount_attr {
  uint64_t attr_set, attr_clr, propagation, userns_fd;
};

#define K_CLOSE_RANGE_CLOEXEC 4
#define K_NSFS_NS_GET_NSTYPE 0xb703
#define K_PIDFD 3 /* P_PIDFD of waitid(2) */

static inline int k_openat2(int dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct k_open_how how = {flags, mode, resolve};
  return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}
static inline int k_open_tree(int dir, const char *path, unsigned flags) {
  return (int)syscall(SYS_open_tree, dir, path, flags);
}
static inline int k_move_mount(int from, const char *from_path, int to, const char *to_path, unsigned flags) {
  return (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}
static inline int k_fsopen(const char *type) {
  return (int)syscall(SYS_fsopen, type, K_FSOPEN_CLOEXEC);
}
static inline int k_fsconfig(int fs, unsigned command, const char *key, const void *value, int aux) {
  return (int)syscall(SYS_fsconfig, fs, command, key, value, aux);
}
static inline int k_fsmount(int fs, unsigned attributes) {
  return (int)syscall(SYS_fsmount, fs, K_FSMOUNT_CLOEXEC, attributes);
}
static inline int k_mount_setattr(int dir, const char *path, unsigned flags, struct k_mount_attr *attr) {
  return (int)syscall(SYS_mount_setattr, dir, path, flags, attr, sizeof *attr);
}
static inline int k_close_range(unsigned first, unsigned last, unsigned flags) {
  return (int)syscall(SYS_close_range, first, last, flags);
}
static inline int k_pidfd_getfd(int pidfd, int fd) { return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0); }

static inline int k_pidfd_send_signal(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

#endif
