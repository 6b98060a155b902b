/* The bytes between engine and monitor: frames, and the plan inside them. Numbers in payloads are little-endian. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL_VERSION 1
#define FRAME_HEADER 8
#define FRAME_MAX_DATA (64 * 1024)
#define FRAME_MAX_PLAN (8 * 1024 * 1024)
/* What fits a socket's address, unix(7). */
#define SOCKET_PATH_MAX 107
#define LOG_ATTRIBUTES_MAX (64 * 1024)

enum frame_type {
  F_STDIN = 0, F_STDOUT = 1, F_STDERR = 2,
  F_START = 16, F_READY, F_GO, F_STARTED, F_FAILED, F_ABORT, F_ATTACH, F_ATTACHED, F_EXEC, F_EXEC_STARTED,
  F_RESIZE, F_SIGNAL, F_RESULT, F_STDIN_CLOSE, F_EXIT, F_HELLO, F_ACKNOWLEDGE, F_END, F_DISCARD, F_OOM,
  F_NETWORK,
  F_PUBLISH, F_PUBLISHED, F_REFUSED, F_RELEASE,
  F_EMPTY_LOG,
};

enum op_code {
  OP_OOM_SCORE_ADJ = 1, OP_NETLINK, OP_SLAVE_ROOT, OP_OVERLAY, OP_BIND_ROOT, OP_MOUNT, OP_BIND, OP_DEVICE, OP_SYMLINK,
  OP_MKDIR, OP_PIVOT_ROOT, OP_READONLY_PATH, OP_MASK, OP_READONLY_ROOT, OP_SYSCTL, OP_HOSTNAME, OP_DOMAINNAME, OP_CONSOLE,
  OP_UMASK, OP_RLIMIT, OP_SECCOMP, OP_BOUNDING, OP_USER, OP_CAPABILITIES, OP_NO_NEW_PRIVS, OP_CWD, OP_EXEC,
  OP_INIT, OP_SHARE, OP_CONTENT, OP_LAST = OP_CONTENT,
  /* Steps of the monitor itself, named in F_FAILED only. */
  STEP_PLAN = 240, STEP_RUN_DIRECTORY, STEP_LOG, STEP_CGROUP, STEP_CLONE, STEP_JOIN_NAMESPACE, STEP_HOST_NETLINK, STEP_STDIO,
  STEP_DIED, STEP_LIMIT, STEP_NOT_RUNNING,
};

/* A reader that never leaves its bytes: after the first error `bad` stays set and every value is empty. */
struct reader {
  const uint8_t *at, *end;
  bool bad;
};

struct bytes {
  const uint8_t *data;
  uint32_t size;
};

struct list {
  uint32_t count;
  struct reader items;
};

uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
struct bytes read_bytes(struct reader *r);
/* Never NULL, NUL-terminated in place, without an inner NUL. */
const char *read_string(struct reader *r);
struct list read_strings(struct reader *r);
struct list read_byte_list(struct reader *r);
/* Pairs: u32 offset of what is put into the bytes, bytes. */
struct list read_patched_list(struct reader *r);

void put_u32(uint8_t *at, uint32_t value);
void put_u64(uint8_t *at, uint64_t value);
void put_header(uint8_t *at, uint8_t type, uint32_t size);
uint32_t frame_size(const uint8_t *header);

struct operation {
  uint16_t code;
  struct reader body;
};

struct cgroup_join {
  struct list v1_tasks;
  const char *v2_directory;
  uint8_t oom_version;
  const char *oom_directory;
};

struct plan {
  const char *id, *run_directory, *log_path, *log_attributes, *console_socket;
  bool tty, open_stdin, stdin_once, new_cgroup_namespace, detached, inside, tied, waits;
  uint16_t rows, columns;
  uint64_t log_max_size, clone_flags;
  uint32_t log_max_files;
  struct cgroup_join cgroup;
  struct list join_namespaces;
  struct list host_netlink; /* pairs: u32 offset, bytes */
  struct reader ops;
};

/* All check the whole of their bytes, every operation's fields included, and answer false for anything out of place. */
bool decode_plan(struct reader r, struct plan *plan);
bool decode_exec(struct reader r, struct plan *plan);
bool check_operations(struct reader ops);
/* True when the last operation of a checked list is OP_EXEC and no other one is. */
bool ends_with_exec(struct reader ops);
/* The next operation of a checked list; false at its end. */
bool next_operation(struct reader *ops, struct operation *op);
void start_operations(struct reader *ops);

#endif
