#include "wire.h"

#include <linux/sched.h>
#include <string.h>

/* A private mount namespace is the least: every mount operation relies on it. */
#define CLONE_ALLOWED (uint64_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)

static const uint8_t *take(struct reader *r, size_t size) {
  if (r->bad || (size_t)(r->end - r->at) < size) {
    r->bad = true;
    return NULL;
  }
  const uint8_t *at = r->at;
  r->at += size;
  return at;
}

static uint64_t read_number(struct reader *r, size_t size) {
  const uint8_t *at = take(r, size);
  uint64_t value = 0;
  for (size_t i = 0; at && i < size; i++) value |= (uint64_t)at[i] << (8 * i);
  return value;
}

uint8_t read_u8(struct reader *r) { return (uint8_t)read_number(r, 1); }
uint16_t read_u16(struct reader *r) { return (uint16_t)read_number(r, 2); }
uint32_t read_u32(struct reader *r) { return (uint32_t)read_number(r, 4); }
uint64_t read_u64(struct reader *r) { return read_number(r, 8); }

struct bytes read_bytes(struct reader *r) {
  uint32_t size = read_u32(r);
  const uint8_t *data = take(r, size);
  return data ? (struct bytes){data, size} : (struct bytes){(const uint8_t *)"", 0};
}

const char *read_string(struct reader *r) {
  uint32_t size = read_u32(r);
  const uint8_t *text = size == UINT32_MAX ? NULL : take(r, (size_t)size + 1);
  if (text && !memchr(text, 0, size) && text[size] == 0) return (const char *)text;
  r->bad = true;
  return "";
}

static struct list read_list(struct reader *r, bool strings) {
  struct list list = {read_u32(r), *r};
  for (uint32_t i = 0; i < list.count && !r->bad; i++) {
    if (strings) read_string(r);
    else read_bytes(r);
  }
  if (r->bad) return (struct list){0, *r};
  list.items.end = r->at;
  return list;
}

struct list read_strings(struct reader *r) { return read_list(r, true); }
struct list read_byte_list(struct reader *r) { return read_list(r, false); }

struct list read_patched_list(struct reader *r) {
  struct list list = {read_u32(r), *r};
  for (uint32_t i = 0; i < list.count && !r->bad; i++) {
    uint32_t offset = read_u32(r);
    struct bytes message = read_bytes(r);
    if (message.size < 4 || offset > message.size - 4) r->bad = true;
  }
  if (r->bad) return (struct list){0, *r};
  list.items.end = r->at;
  return list;
}

void put_u32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (8 * i));
}

void put_u64(uint8_t *at, uint64_t value) {
  put_u32(at, (uint32_t)value);
  put_u32(at + 4, (uint32_t)(value >> 32));
}

void put_header(uint8_t *at, uint8_t type, uint32_t size) {
  uint8_t header[FRAME_HEADER] = {type, 0, 0, 0, (uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size};
  memcpy(at, header, sizeof header);
}

uint32_t frame_size(const uint8_t *header) {
  return (uint32_t)header[4] << 24 | (uint32_t)header[5] << 16 | (uint32_t)header[6] << 8 | header[7];
}

/* Fields of each operation: s string, b bytes, S strings, B list of bytes, u u32, U u64. */
static const char *const FIELDS[OP_LAST + 1] = {
    [OP_OOM_SCORE_ADJ] = "uu", [OP_NETLINK] = "B",         [OP_SLAVE_ROOT] = "Sb",  [OP_OVERLAY] = "Ssssu", [OP_BIND_ROOT] = "s",
    [OP_MOUNT] = "sssUsuu",    [OP_BIND] = "sssuuU",       [OP_DEVICE] = "suuuuuu", [OP_SYMLINK] = "ss",    [OP_MKDIR] = "suuu",
    [OP_PIVOT_ROOT] = "",      [OP_READONLY_PATH] = "s",   [OP_MASK] = "s",         [OP_READONLY_ROOT] = "", [OP_SYSCTL] = "ss",
    [OP_HOSTNAME] = "s",       [OP_DOMAINNAME] = "s",      [OP_CONSOLE] = "",       [OP_UMASK] = "u",       [OP_RLIMIT] = "uUUu",
    [OP_SECCOMP] = "bu",       [OP_BOUNDING] = "U",        [OP_USER] = "uub",       [OP_CAPABILITIES] = "UUUU",
    [OP_NO_NEW_PRIVS] = "",    [OP_CWD] = "suuu",          [OP_EXEC] = "SSS",
    [OP_INIT] = "",            [OP_SHARE] = "ss",        [OP_CONTENT] = "sbuuu",
};

void start_operations(struct reader *ops) { (void)read_u32(ops); }

bool next_operation(struct reader *ops, struct operation *op) {
  if (ops->bad || ops->at == ops->end) return false;
  op->code = read_u16(ops);
  struct bytes body = read_bytes(ops);
  op->body = (struct reader){body.data, body.data + body.size, false};
  return !ops->bad;
}

static bool check_operation(struct operation op) {
  if (op.code == 0 || op.code > OP_LAST) return false;
  for (const char *field = FIELDS[op.code]; *field; field++) {
    switch (*field) {
      case 's': read_string(&op.body); break;
      case 'b': read_bytes(&op.body); break;
      case 'S': read_strings(&op.body); break;
      case 'B': read_byte_list(&op.body); break;
      case 'u': read_u32(&op.body); break;
      default: read_u64(&op.body); break;
    }
  }
  return !op.body.bad && op.body.at == op.body.end;
}

bool check_operations(struct reader ops) {
  uint32_t count = read_u32(&ops);
  struct operation op;
  while (next_operation(&ops, &op)) {
    if (count-- == 0 || !check_operation(op)) return false;
  }
  return !ops.bad && count == 0;
}

bool ends_with_exec(struct reader ops) {
  struct operation op = {0};
  unsigned count = 0;
  start_operations(&ops);
  while (next_operation(&ops, &op)) count += op.code == OP_EXEC;
  return count == 1 && op.code == OP_EXEC;
}

static struct cgroup_join read_cgroup(struct reader *r) {
  struct cgroup_join join;
  join.v1_tasks = read_strings(r);
  join.v2_directory = read_string(r);
  join.oom_version = read_u8(r);
  join.oom_directory = read_string(r);
  if (join.oom_version > 2) r->bad = true;
  return join;
}

static void read_terminal(struct reader *r, struct plan *plan) {
  uint8_t flags = read_u8(r);
  plan->tty = flags & 1;
  plan->open_stdin = flags & 2;
  plan->stdin_once = flags & 4;
  plan->new_cgroup_namespace = flags & 8;
  plan->detached = flags & 16;
  plan->inside = flags & 32;
  plan->waits = flags & 64;
  plan->tied = flags & 128;
  plan->rows = read_u16(r);
  plan->columns = read_u16(r);
}

bool decode_plan(struct reader r, struct plan *plan) {
  memset(plan, 0, sizeof *plan);
  if (read_u32(&r) != PROTOCOL_VERSION) return false;
  plan->id = read_string(&r);
  plan->run_directory = read_string(&r);
  read_terminal(&r, plan);
  plan->log_path = read_string(&r);
  plan->log_max_size = read_u64(&r);
  plan->log_max_files = read_u32(&r);
  plan->log_attributes = read_string(&r);
  if (plan->inside || plan->waits) return false;
  plan->console_socket = read_string(&r);
  if (strlen(plan->log_attributes) > LOG_ATTRIBUTES_MAX || strlen(plan->console_socket) > SOCKET_PATH_MAX) return false;
  plan->clone_flags = read_u64(&r);
  if ((plan->clone_flags & ~CLONE_ALLOWED) != 0 || !(plan->clone_flags & CLONE_NEWNS)) return false;
  plan->cgroup = read_cgroup(&r);
  plan->join_namespaces = read_strings(&r);
  plan->host_netlink = read_patched_list(&r);
  plan->ops = r;
  return !r.bad && check_operations(r);
}

bool decode_exec(struct reader r, struct plan *plan) {
  memset(plan, 0, sizeof *plan);
  if (read_u32(&r) != PROTOCOL_VERSION) return false;
  read_terminal(&r, plan);
  plan->cgroup = read_cgroup(&r);
  plan->ops = r;
  if (plan->detached || (plan->waits && !plan->inside)) return false;
  /* Operations that come later are checked then. */
  return !r.bad && check_operations(r) && (plan->waits ? r.end - r.at == 4 : ends_with_exec(r));
}
