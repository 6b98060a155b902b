/* The container's child between clone3 and execve. Everything here may use only its own memory, which execve discards. */
#ifndef CHILD_H
#define CHILD_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>

#include "kernel.h"
#include "wire.h"

/* Fixed places of the fds a child keeps; all other inherited ones are closed first of all. */
enum { SYNC_FD = 3, RUN_FD = 4, FIRST_EXTRA_FD = 5 };

/* Child to monitor, one SOCK_SEQPACKET message each: first byte, then the rest. */
enum { SYNC_READY = 'R', SYNC_PTY = 'P', SYNC_EXECUTING = 'X', SYNC_FAILED = 'F', SYNC_ENTERED = 'E' };
/* Monitor to child: host network ready; final operations (u32 size first, in pieces). */
enum { SYNC_NETWORK = 'N', SYNC_FINAL = 'G' };
#define SYNC_PIECE 32768
#define DETAIL_MAX 480
#define MAX_SHARED 64

struct child {
  const struct plan *plan;
  bool is_exec;
  bool await_network;
  bool wants_init;
  bool has_entered; /* exec only: this is the process in the container's pid namespace */
  int init_pidfd; /* exec only */
  int root;       /* O_PATH fd of the container's root, or -1 before there is one */
  int procfs;     /* a private procfs, or -1 */
  int mask_directory;
  int null_device;
  int shared[MAX_SHARED]; /* sources of binds with shared propagation, in their order */
  unsigned shared_count, shared_used;
  char detail[DETAIL_MAX];
};

/* What the monitor hands to a fresh child; never returns. */
struct spawn {
  struct child child;
  int sync, run_directory, in, out, err;
  const int *namespaces;
  unsigned namespace_count;
};
_Noreturn void run_child(struct spawn *spawn);

/* Every operation answers 0, or -1 with errno set and perhaps a detail. */
int run_operation(struct child *c, struct operation *op);
int fail(int error);
void set_detail(struct child *c, const char *a, const char *b);

/* op_path.c */
int resolve(struct child *c, const char *path, uint64_t flags, uint64_t extra);
int make_directory(struct child *c, const char *path, unsigned mode, bool *made);
/* `made` is set for directories alone. */
int make_mount_point(struct child *c, const char *path, bool directory, unsigned mode, bool *made);
int open_parent(struct child *c, const char *path, char *name, size_t size);
int make_plain_file(struct child *c, const char *path);
bool is_file_system(int fd, long magic);
bool is_null_device(int fd);

/* enter.c */
int enter_pid_namespace(struct child *c);

/* op_kernel.c */
int send_descriptor(const void *message, size_t size, int fd);

/* init.c */
int stay_as_init(void);

/* main.c: what process lists show of this process and its children. */
void set_title(const char *title);

/* op_mount.c */
int slave_root(struct child *c, struct reader *r);
int mount_overlay(struct child *c, struct reader *r);
int mount_bind_root(struct child *c, struct reader *r);
int mount_file_system(struct child *c, struct reader *r);
int mount_bind(struct child *c, struct reader *r);
int mount_shared(struct child *c, struct reader *r);
int pivot(struct child *c);

/* op_content.c */
int mount_content(struct child *c, struct reader *r);

/* op_hide.c */
int make_device(struct child *c, struct reader *r);
int make_symlink(struct child *c, struct reader *r);
int readonly_path(struct child *c, const char *path);
int mask_path(struct child *c, const char *path);
int readonly_root(struct child *c);

/* op_kernel.c */
int private_procfs(struct child *c);
int write_procfs(struct child *c, const char *path, const char *value, uint64_t resolve_flags);
int write_sysctl(struct child *c, struct reader *r);
int open_console(struct child *c);

/* op_process.c */
int set_oom_score(struct child *c, struct reader *r);
int set_limit(struct reader *r);
int install_seccomp(struct child *c, struct reader *r);
int drop_bounding(struct reader *r);
int change_user(struct reader *r);
int set_capabilities(struct reader *r);
int change_directory(struct child *c, struct reader *r);
int execute(struct child *c, struct reader *r);

/* netlink.c */
int send_netlink(const uint8_t *message, uint32_t size, uint32_t patch_offset, uint32_t patch, int socket, char *detail, size_t detail_size);
int open_netlink(void);

#endif
