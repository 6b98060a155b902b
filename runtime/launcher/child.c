#include "child.h"

#include <errno.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "failpoint.h"

#define HIGH_FD 100

void set_detail(struct child *c, const char *a, const char *b) {
  size_t size = strnlen(a, DETAIL_MAX - 1), rest = strnlen(b, DETAIL_MAX - 1 - size);
  memmove(c->detail, a, size);
  memcpy(c->detail + size, b, rest);
  c->detail[size + rest] = 0;
}

static _Noreturn void report(struct child *c, uint32_t phase, uint32_t index, uint32_t code) {
  int error = errno;
  uint8_t message[1 + 16 + DETAIL_MAX];
  size_t size = strlen(c->detail);
  message[0] = SYNC_FAILED;
  put_u32(message + 1, phase);
  put_u32(message + 5, index);
  put_u32(message + 9, code);
  put_u32(message + 13, (uint32_t)error);
  memcpy(message + 17, c->detail, size);
  (void)!send(SYNC_FD, message, 17 + size, MSG_NOSIGNAL);
  _exit(127);
}

static _Noreturn void report_step(struct child *c, uint32_t step, const char *detail) {
  int error = errno;
  set_detail(c, detail, "");
  errno = error;
  report(c, 0, UINT32_MAX, step);
}

/* Moves the few fds a child needs to fixed low numbers and closes every other. */
static int keep_only(struct spawn *s) {
  int high[FIRST_EXTRA_FD + 64];
  unsigned count = s->namespace_count + (s->child.is_exec ? 1 : 0);
  if (count > 64) return fail(E2BIG);
  int wanted[FIRST_EXTRA_FD + 64] = {s->in, s->out, s->err, s->sync, s->run_directory};
  for (unsigned i = 0; i < s->namespace_count; i++) wanted[FIRST_EXTRA_FD + i] = s->namespaces[i];
  if (s->child.is_exec) wanted[FIRST_EXTRA_FD + count - 1] = s->child.init_pidfd;
  unsigned total = FIRST_EXTRA_FD + count;
  for (unsigned i = 0; i < total; i++) {
    high[i] = fcntl(wanted[i], F_DUPFD_CLOEXEC, HIGH_FD);
    if (high[i] < 0) return -1;
  }
  for (unsigned i = 0; i < total; i++) {
    if (dup3(high[i], (int)i, i > 2 ? O_CLOEXEC : 0) < 0) return -1;
  }
  s->child.init_pidfd = s->child.is_exec ? (int)total - 1 : -1;
  return k_close_range(total, ~0u, 0);
}

/* Writing `0` moves only the writer and, on an idle host, costs a hundredth of moving a process by its number. */
static void join_v1(struct child *c) {
  struct list tasks = c->plan->cgroup.v1_tasks;
  for (uint32_t i = 0; i < tasks.count; i++) {
    const char *path = read_string(&tasks.items);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "0", 1) != 1) report_step(c, STEP_CGROUP, path);
    close(fd);
  }
}

static void join_container(struct child *c) {
  int kinds = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP | CLONE_NEWPID;
  if (setns(c->init_pidfd, kinds) < 0) report_step(c, STEP_JOIN_NAMESPACE, "init");
  close(c->init_pidfd);
  close(RUN_FD); /* a directory of the host */
  c->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (c->root < 0) report_step(c, STEP_JOIN_NAMESPACE, "/");
}

static int receive(uint8_t *data, size_t size) {
  ssize_t got;
  do got = recv(SYNC_FD, data, size, 0);
  while (got < 0 && errno == EINTR);
  return (int)got;
}

/* Host side of the network is made while the child mounts; only what needs it waits. */
static int run_netlink(struct child *c, struct reader *r) {
  if (c->await_network) {
    uint8_t type;
    if (receive(&type, 1) != 1 || type != SYNC_NETWORK) _exit(127);
    c->await_network = false;
  }
  struct list messages = read_byte_list(r);
  int socket = open_netlink();
  if (socket < 0) return -1;
  int done = 0;
  for (uint32_t i = 0; i < messages.count && done == 0; i++) {
    struct bytes message = read_bytes(&messages.items);
    done = send_netlink(message.data, message.size, UINT32_MAX, 0, socket, c->detail, sizeof c->detail);
  }
  int error = errno;
  close(socket);
  errno = error;
  return done;
}

static int make_owned_directory(struct child *c, struct reader *r) {
  const char *path = read_string(r);
  unsigned mode = read_u32(r);
  uid_t uid = read_u32(r);
  gid_t gid = read_u32(r);
  bool made;
  set_detail(c, path, "");
  int fd = make_directory(c, path, mode & 07777, &made);
  if (fd < 0) return -1;
  int done = made && (uid || gid) ? fchownat(fd, "", uid, gid, AT_EMPTY_PATH) : 0;
  int error = errno;
  close(fd);
  return done < 0 ? fail(error) : 0;
}

static int set_name(struct child *c, const char *name, int (*set)(const char *, size_t)) {
  set_detail(c, name, "");
  return set(name, strlen(name));
}

int run_operation(struct child *c, struct operation *op) {
  struct reader *r = &op->body;
  switch (op->code) {
    case OP_OOM_SCORE_ADJ: return set_oom_score(c, r);
    case OP_NETLINK: return run_netlink(c, r);
    case OP_SLAVE_ROOT: return slave_root(c, r);
    case OP_OVERLAY: return mount_overlay(c, r);
    case OP_BIND_ROOT: return mount_bind_root(c, r);
    case OP_MOUNT: return mount_file_system(c, r);
    case OP_BIND: return mount_bind(c, r);
    case OP_SHARE: return mount_shared(c, r);
    case OP_CONTENT: return mount_content(c, r);
    case OP_DEVICE: return make_device(c, r);
    case OP_SYMLINK: return make_symlink(c, r);
    case OP_MKDIR: return make_owned_directory(c, r);
    case OP_PIVOT_ROOT: return pivot(c);
    case OP_READONLY_PATH: return readonly_path(c, read_string(r));
    case OP_MASK: return mask_path(c, read_string(r));
    case OP_READONLY_ROOT: return readonly_root(c);
    case OP_SYSCTL: return write_sysctl(c, r);
    case OP_HOSTNAME: return set_name(c, read_string(r), sethostname);
    case OP_DOMAINNAME: return set_name(c, read_string(r), setdomainname);
    case OP_CONSOLE: return open_console(c);
    case OP_UMASK: umask(read_u32(r) & 0777); return 0;
    case OP_RLIMIT: return set_limit(r);
    case OP_SECCOMP: return install_seccomp(c, r);
    case OP_BOUNDING: return drop_bounding(r);
    case OP_USER: return change_user(r);
    case OP_CAPABILITIES: return set_capabilities(r);
    case OP_NO_NEW_PRIVS: return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    case OP_CWD: return change_directory(c, r);
    case OP_INIT: c->wants_init = true; return c->is_exec ? fail(EINVAL) : 0;
    case OP_EXEC: return execute(c, r);
    default: return fail(EBADMSG);
  }
}

static void run_all(struct child *c, struct reader ops, uint32_t phase) {
  struct operation op;
  start_operations(&ops);
  for (uint32_t index = 0; next_operation(&ops, &op); index++) {
    c->detail[0] = 0;
    errno = 0;
    if (failpoint_operation(c->is_exec ? 'x' : phase ? 'f' : 's', index) < 0 || run_operation(c, &op) < 0) report(c, phase, index, op.code);
  }
}

/* Waits for the last operations. A monitor that is gone, or says anything else, ends the child. */
static struct reader receive_final(struct child *c) {
  uint8_t piece[SYNC_PIECE + 1];
  int got = receive(piece, sizeof piece);
  if (c->await_network && got == 1 && piece[0] == SYNC_NETWORK) {
    c->await_network = false;
    got = receive(piece, sizeof piece);
  }
  if (got < 5 || piece[0] != SYNC_FINAL) _exit(127);
  struct reader size_reader = {piece + 1, piece + 5, false};
  uint32_t size = read_u32(&size_reader), done = 0;
  uint8_t *all = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) _exit(127);
  for (uint32_t part = (uint32_t)got - 5, from = 5;; part = (uint32_t)got - 1, from = 1) {
    if (part > size - done) _exit(127);
    memcpy(all + done, piece + from, part);
    done += part;
    if (done == size) break;
    got = receive(piece, sizeof piece);
    if (got < 1 || piece[0] != SYNC_FINAL) _exit(127);
  }
  return (struct reader){all, all + size, false};
}

/* stdin that nobody feeds: the container's own /dev/null instead of the host's, when it is a real one. */
static void reopen_null(struct child *c) {
  int fd = is_null_device(0) ? resolve(c, "/dev/null", O_RDWR | O_NOFOLLOW, K_RESOLVE_NO_SYMLINKS) : -1;
  if (fd < 0) return;
  if (is_null_device(fd)) dup2(fd, 0);
  close(fd);
}

static void reset_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void run_child(struct spawn *s) {
  struct child *c = &s->child;
  c->root = c->procfs = c->mask_directory = c->null_device = -1;
  c->shared_count = c->shared_used = 0;
  c->detail[0] = 0;
  reset_signals();
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_NAME, c->is_exec ? "slipway-exec" : "slipway-init", 0, 0, 0);
  if (keep_only(s) < 0) _exit(127);
  if (!c->is_exec) {
    int own = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (own < 0 || dup3(own, RUN_FD, O_CLOEXEC) < 0 || chdir("/") < 0) _exit(127);
    close(own);
  }
  umask(0);
  join_v1(c);
  for (unsigned i = 0; i < s->namespace_count; i++) {
    if (setns(FIRST_EXTRA_FD + (int)i, 0) < 0) report_step(c, STEP_JOIN_NAMESPACE, "");
    close(FIRST_EXTRA_FD + (int)i);
  }
  if (c->plan->new_cgroup_namespace && unshare(CLONE_NEWCGROUP) < 0) report_step(c, STEP_JOIN_NAMESPACE, "cgroup");
  if (setsid() < 0) report_step(c, STEP_STDIO, "setsid");
  (void)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL); /* absent or over quota: the host's keys stay out anyway by seccomp */
  if (c->is_exec) {
    join_container(c);
    struct reader ops = c->plan->waits ? receive_final(c) : c->plan->ops;
    reopen_null(c);
    umask(0022);
    run_all(c, ops, 0);
    _exit(127);
  }
  run_all(c, c->plan->ops, 0);
  char type = SYNC_READY;
  if (send(SYNC_FD, &type, 1, MSG_NOSIGNAL) != 1) _exit(127);
  struct reader final = receive_final(c);
  reopen_null(c);
  umask(0022);
  run_all(c, final, 1);
  _exit(127); /* a plan without `exec` never gets this far: the monitor refuses it */
}
