/* One monitor: the parent of a container's init and of every exec in it. All state is static; nothing is shared with other monitors. */
#ifndef MONITOR_H
#define MONITOR_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "buffer.h"
#include "child.h"
#include "wire.h"

/* Where a monitor is born with a network namespace that is nobody's yet. */
#define MONITOR_NETWORK_FD 4
#define MAX_CONNECTIONS 512
#define MAX_PROCESSES 256
#define IO_SIZE 65536
/* Unread output kept for one client before the process has to wait. */
#define ATTACH_LIMIT (1024 * 1024)
#define EXEC_LIMIT (256 * 1024)
/* A client that attached to a running container may hold it up this long without reading anything. */
#define STALL_MS 1000
#define EXIT_LINGER_MS 30000
#define DEATH_DRAIN_MAX (2 * 1024 * 1024)

enum connection_kind { C_NEW = 1, C_CONTROL, C_ATTACH, C_EXEC };
enum process_state { P_NONE, P_SETUP, P_READY, P_FINAL, P_RUNNING, P_EXITED };

struct connection;

struct exit_record {
  uint32_t code, signal, oom;
  uint64_t time;
};

struct process {
  enum process_state state;
  bool tty, is_exec, stdin_once, tied, executing, has_entered, has_failed, death_drained, has_final, waits /* exec only: for its operations, which come by `go` */;
  pid_t pid;
  uint64_t start_time, oom_before;
  int pidfd, joiner /* exec only: the process before the one that has entered */, sync, in, out, err;
  struct connection *owner; /* exec only: the connection that asked for it */
  struct buffer to_child;   /* messages of the sync socket that did not fit, each u32 size and bytes */
  struct exit_record exit;
  uint8_t failure[16 + DETAIL_MAX];
  size_t failure_size;
  int poll_pid, poll_sync, poll_in, poll_out, poll_err;
};

struct connection {
  enum connection_kind kind; /* 0: free */
  int fd;
  bool starter, aborts, early, gives_stdin, discards, closing, finished, hung_up;
  uint8_t streams; /* attach: bit 1 stdout, bit 2 stderr */
  struct process *process;
  struct buffer in, out;
  size_t stdin_done; /* bytes of the first frame in `in` that its process has taken */
  bool blocked;      /* waits until the process takes more stdin */
  int64_t stalled_since;
  int poll_at;
};

struct monitor {
  struct process *init;
  int listener, run_directory, oom_file, oom_event, mounts /* the container's mount namespace, see hold_mounts */, network;
  bool tty, open_stdin, stdin_once, detached, has_log, started, acknowledged, record_written;
  int64_t exited_at;
  int poll_listener, poll_oom;
};

extern struct monitor monitor;
extern struct connection connections[MAX_CONNECTIONS];
extern struct process processes[MAX_PROCESSES];
extern unsigned connection_top, process_top; /* one past the highest slot ever used */
extern uint8_t *io_page;

_Noreturn void run_monitor(int starter);
int64_t now_ms(void);

/* connection.c */
void accept_connection(void);
struct connection *new_connection(int fd, enum connection_kind kind);
void read_connection(struct connection *c);
void flush_connection(struct connection *c);
void close_connection(struct connection *c);
void finish_connection(struct connection *c);
bool is_lingering(struct connection *c);
void run_frames(struct connection *c);
bool send_frame(struct connection *c, uint8_t type, const void *payload, size_t size);
void send_output(struct connection *c, uint8_t type, const uint8_t *data, size_t size);
void send_failure(struct connection *c, uint32_t phase, uint32_t step, int error, const char *detail);
void send_exit(struct connection *c, const struct exit_record *exit);
void broadcast_exit(void);

/* process.c */
struct process *start_process(const struct plan *plan, struct connection *owner, uint32_t *step, const char **detail);
void queue_to_child(struct process *p, uint8_t type, const uint8_t *data, size_t size);
void flush_to_child(struct process *p);
void read_sync(struct process *p);
void release_process(struct process *p);
void kill_and_reap(struct process *p);
int signal_process(struct process *p, int number);

/* network.c */
struct resolver {
  int udp, tcp;
};
int make_host_network(struct list messages, char *detail, size_t detail_size);
/* Links and addresses of a container that exists, and the sockets of its resolver (-1: none), which stay open until the monitor ends. */
int change_network(struct reader *r, struct resolver *resolver);

/* detached.c */
void keep_console_socket(const char *path);
bool borrow_streams(int connection, int *in, int *out, int *err);
bool send_console(int master);

/* stream.c */
bool may_read(struct process *p);
void read_output(struct process *p, int stream);
bool write_stdin(struct process *p, const uint8_t *data, size_t size, size_t *done);
void close_stdin(struct process *p);
void close_output(struct process *p, int stream);
void reap(struct process *p);
void output_ended(struct process *p);

/* record.c */
bool write_record(void);
void write_exec_record(const struct process *p);
void write_pid_file(void);
int open_of_process(pid_t pid, const char *name); /* `name` is below its directory in /proc */
uint64_t start_time_of(pid_t pid);
bool is_ending(pid_t pid);
void watch_oom(const struct cgroup_join *cgroup);
uint64_t oom_kills(void);
void leave_nothing(void);

#endif
