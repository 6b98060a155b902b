/* Making children and hearing from them until they run. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "failpoint.h"
#include "monitor.h"

#define MAX_NAMESPACES 16

static struct process *free_slot(void) {
  for (unsigned i = 0; i < MAX_PROCESSES; i++) {
    if (processes[i].state != P_NONE) continue;
    if (i >= process_top) process_top = i + 1;
    struct process *p = &processes[i];
    memset(p, 0, sizeof *p);
    p->pidfd = p->joiner = p->sync = p->in = p->out = p->err = -1;
    return p;
  }
  return NULL;
}

static void close_fd(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

void release_process(struct process *p) {
  if (p->in == p->out) p->in = -1;
  close_fd(&p->pidfd);
  close_fd(&p->joiner);
  close_fd(&p->sync);
  close_fd(&p->in);
  close_fd(&p->out);
  close_fd(&p->err);
  buffer_free(&p->to_child);
  p->state = P_NONE;
}

void kill_and_reap(struct process *p) {
  siginfo_t info;
  if (p->pidfd < 0) return;
  k_pidfd_send_signal(p->pidfd, SIGKILL);
  while (waitid(K_PIDFD, (id_t)p->pidfd, &info, WEXITED) < 0 && errno == EINTR) continue;
  close_fd(&p->pidfd);
}

/* A tied exec leads a session: what it has started gets the signal too. Until it is reaped nobody else can have its number. */
int signal_process(struct process *p, int number) {
  if (p->pidfd < 0) return fail(ESRCH);
  if (p->tied && kill(-p->pid, number) == 0) return 0;
  return k_pidfd_send_signal(p->pidfd, number);
}

static int set_nonblocking(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

/* `ours` is the monitor's end; a child of a terminal gets its streams later, until then it has /dev/null. */
static bool make_pipe(bool wanted, int ours_at, int *ours, int *theirs) {
  int ends[2];
  *theirs = 0;
  if (!wanted) return true;
  if (pipe2(ends, O_CLOEXEC) < 0) return false;
  *ours = ends[ours_at];
  *theirs = ends[1 - ours_at];
  return set_nonblocking(*ours) == 0;
}

/* A pid namespace is entered by children only, so the monitor chooses it; the child itself joins the others. */
static bool open_namespaces(struct list paths, int *fds, unsigned *count, const char **detail) {
  for (uint32_t i = 0; i < paths.count; i++) {
    *detail = read_string(&paths.items);
    if (*count == MAX_NAMESPACES) return fail(E2BIG) == 0;
    int fd = open(*detail, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    int kind = ioctl(fd, K_NSFS_NS_GET_NSTYPE);
    if (kind != CLONE_NEWPID) {
      fds[(*count)++] = fd;
      if (kind < 0) return false;
      continue;
    }
    int done = setns(fd, CLONE_NEWPID);
    close(fd);
    if (done < 0) return false;
  }
  return true;
}

static struct connection *starter(void) {
  for (unsigned i = 0; i < connection_top; i++) {
    if (connections[i].kind && connections[i].starter) return &connections[i];
  }
  return NULL;
}

/*
 * Enters the namespace that was made ahead, for the container to be born in, and answers the own one to go back to; -1: there is
 * none, or no use for it. Entered by the child it would come too late for links that the host gives the child by its number.
 */
static int enter_network(uint64_t *clone_flags) {
  int made = monitor.network, own = -1;
  if (made < 0) return -1;
  monitor.network = -1;
  if (*clone_flags & CLONE_NEWNET && (own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) >= 0) {
    if (setns(made, CLONE_NEWNET) == 0) *clone_flags &= ~(uint64_t)CLONE_NEWNET;
    else close_fd(&own);
  }
  close(made);
  return own;
}

/* Answers the new process in P_SETUP, or NULL with errno, the step and a detail. */
struct process *start_process(const struct plan *plan, struct connection *owner, uint32_t *step, const char **detail) {
  struct process *p = free_slot();
  int namespaces[MAX_NAMESPACES], pair[2] = {-1, -1}, cgroup = -1, own_pids = -1;
  struct spawn spawn = {.in = -1, .out = -1, .err = -1, .namespaces = namespaces};
  *detail = "";
  *step = STEP_LIMIT;
  if (!p) {
    errno = EAGAIN;
    return NULL;
  }
  bool streams = !plan->tty;
  *step = STEP_STDIO;
  bool made = plan->detached && !plan->tty ? borrow_streams(starter()->fd, &spawn.in, &spawn.out, &spawn.err)
                                           : make_pipe(streams && plan->open_stdin, 1, &p->in, &spawn.in) &&
                                                 make_pipe(streams, 0, &p->out, &spawn.out) && make_pipe(streams, 0, &p->err, &spawn.err);
  if (!made || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 || failpoint_step(STEP_STDIO))
    goto failed;
  p->sync = pair[0];
  *step = STEP_JOIN_NAMESPACE;
  if (!owner && plan->join_namespaces.count > 0 && (own_pids = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC)) < 0) goto failed;
  if (!owner && !open_namespaces(plan->join_namespaces, namespaces, &spawn.namespace_count, detail)) goto failed;
  if (failpoint_step(STEP_JOIN_NAMESPACE)) goto failed;
  *step = STEP_CGROUP;
  *detail = plan->cgroup.v2_directory;
  if (**detail && (cgroup = open(*detail, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0) goto failed;
  if (failpoint_step(STEP_CGROUP)) goto failed;
  /* Where nobody could trace it, an exec is born in the pid namespace at once. */
  *step = STEP_CLONE;
  if (plan->inside && ((own_pids = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC)) < 0 || setns(monitor.init->pidfd, CLONE_NEWPID) < 0)) goto failed;
  spawn.child.has_entered = p->has_entered = plan->inside;
  spawn.sync = pair[1];
  spawn.run_directory = monitor.run_directory;
  spawn.child.plan = plan;
  spawn.child.is_exec = owner != NULL;
  spawn.child.await_network = plan->host_netlink.count > 0;
  spawn.child.init_pidfd = owner ? monitor.init->pidfd : -1;
  p->oom_before = oom_kills();
  uint64_t clone_flags = plan->clone_flags;
  struct k_clone_args args = {
      .flags = K_CLONE_PIDFD | (cgroup >= 0 ? K_CLONE_INTO_CGROUP : 0),
      .pidfd = (uint64_t)(uintptr_t)&p->pidfd,
      .exit_signal = SIGCHLD,
      .cgroup = cgroup >= 0 ? (uint64_t)cgroup : 0,
  };
  if (!owner && fchdir(monitor.run_directory) < 0) goto failed;
  if (failpoint_step(STEP_CLONE)) goto failed;
  int own_network = owner ? -1 : enter_network(&clone_flags);
  args.flags |= clone_flags;
  long pid = syscall(SYS_clone3, &args, sizeof args);
  if (pid == 0) run_child(&spawn);
  if (own_network >= 0 && setns(own_network, CLONE_NEWNET) < 0) _exit(1);
  close_fd(&own_network);
  (void)!chdir("/");
  if (own_pids >= 0 && setns(own_pids, CLONE_NEWPID) < 0) _exit(1); /* an exec's process must not be born among those of the container */
  if (pid > 0) {
    *detail = "";
    p->pid = (pid_t)pid;
    p->start_time = owner ? 0 : start_time_of(p->pid); /* an exec is known by its connection */
    p->state = P_SETUP;
    p->tty = plan->tty;
    p->is_exec = owner != NULL;
    p->tied = plan->tied && p->is_exec;
    p->waits = plan->waits;
    p->owner = owner;
  }
failed:;
  int error = errno;
  if (spawn.in > 0) close(spawn.in);
  if (spawn.out > 0) close(spawn.out);
  if (spawn.err > 0) close(spawn.err);
  for (unsigned i = 0; i < spawn.namespace_count; i++) close(namespaces[i]);
  close_fd(&pair[1]);
  close_fd(&cgroup);
  close_fd(&own_pids);
  if (p->state == P_SETUP) return p;
  release_process(p);
  errno = error;
  return NULL;
}

/* Sent in pieces that fit a message; what the socket does not take now waits, so a frozen child cannot hold the monitor. */
void queue_to_child(struct process *p, uint8_t type, const uint8_t *data, size_t size) {
  uint8_t head[9];
  size_t lead = type == SYNC_FINAL ? 4 : 0;
  do {
    size_t piece = size < SYNC_PIECE - lead ? size : SYNC_PIECE - lead;
    put_u32(head, (uint32_t)(1 + lead + piece));
    head[4] = type;
    put_u32(head + 5, (uint32_t)size);
    if (!buffer_add(&p->to_child, head, 5 + lead) || !buffer_add(&p->to_child, data, piece)) {
      k_pidfd_send_signal(p->pidfd, SIGKILL);
      return;
    }
    data += piece;
    size -= piece;
    lead = 0;
  } while (size > 0);
  flush_to_child(p);
}

void flush_to_child(struct process *p) {
  while (p->to_child.size > 0) {
    struct reader head = {buffer_data(&p->to_child), buffer_data(&p->to_child) + 4, false};
    uint32_t size = read_u32(&head);
    if (send(p->sync, buffer_data(&p->to_child) + 4, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      buffer_free(&p->to_child); /* the child is gone; its end is reported by the other direction */
      return;
    }
    buffer_take(&p->to_child, 4 + size);
  }
}

static void send_pid(struct connection *c, uint8_t type, const struct process *p) {
  uint8_t payload[12];
  put_u32(payload, (uint32_t)p->pid);
  put_u64(payload + 4, p->start_time);
  if (c) send_frame(c, type, payload, sizeof payload);
}

static int received_fd(struct msghdr *message) {
  struct cmsghdr *control = CMSG_FIRSTHDR(message);
  int fd = -1;
  if (control && control->cmsg_type == SCM_RIGHTS && control->cmsg_len == CMSG_LEN(sizeof(int))) memcpy(&fd, CMSG_DATA(control), sizeof fd);
  return fd;
}

/* Once: a process of the container that traces the child might send others. */
static void take_master(struct process *p, struct msghdr *message) {
  int fd = received_fd(message);
  if (fd < 0 || !p->tty || p->out >= 0) {
    if (fd >= 0) close(fd);
    return;
  }
  if (monitor.detached && !p->is_exec) {
    if (!send_console(fd)) {
      p->failure_size = 16;
      put_u32(p->failure, 0);
      put_u32(p->failure + 4, UINT32_MAX);
      put_u32(p->failure + 8, STEP_STDIO);
      put_u32(p->failure + 12, (uint32_t)errno);
      p->has_failed = true;
      k_pidfd_send_signal(p->pidfd, SIGKILL);
    }
    close(fd);
    return;
  }
  p->out = fd;
  p->in = p->out;
  set_nonblocking(p->out);
}

/* The process that has joined is followed by the one in the pid namespace, which must be this monitor's own child. */
static void take_entered(struct process *p, struct msghdr *message, const uint8_t *data) {
  siginfo_t info;
  int pidfd = received_fd(message);
  if (pidfd < 0 || !p->is_exec || p->has_entered || waitid(K_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | WNOWAIT) < 0) {
    if (pidfd >= 0) close(pidfd);
    return;
  }
  p->joiner = p->pidfd;
  struct reader r = {data, data + 4, false};
  p->pidfd = pidfd;
  p->pid = (pid_t)read_u32(&r);
  p->has_entered = true;
}

static void has_started(struct process *p) {
  close_fd(&p->sync);
  p->state = P_RUNNING;
  if (p->is_exec) {
    send_pid(p->owner, F_EXEC_STARTED, p);
    return;
  }
  monitor.started = true;
  send_pid(starter(), F_STARTED, p);
}

/* The child has ended before its program ran. */
static void has_failed(struct process *p) {
  siginfo_t info = {0};
  while (waitid(K_PIDFD, (id_t)p->pidfd, &info, WEXITED) < 0 && errno == EINTR) continue;
  struct connection *to = p->is_exec ? p->owner : starter();
  if (!p->has_failed) {
    bool killed = info.si_code != CLD_EXITED;
    put_u32(p->failure, p->state == P_FINAL);
    put_u32(p->failure + 4, UINT32_MAX);
    put_u32(p->failure + 8, STEP_DIED);
    put_u32(p->failure + 12, 0);
    const char *text = !killed ? "ended early" : info.si_status == SIGKILL ? "killed" : "killed by a signal";
    p->failure_size = 16 + strlen(text);
    memcpy(p->failure + 16, text, strlen(text));
  }
  if (p->is_exec) {
    if (monitor.init->state != P_RUNNING || is_ending(monitor.init->pid)) { /* its pid namespace takes no more processes, whatever the step that noticed */
      put_u32(p->failure + 8, STEP_NOT_RUNNING);
      put_u32(p->failure + 12, ESRCH);
    }
    if (to) {
      to->process = NULL;
      send_frame(to, F_FAILED, p->failure, p->failure_size);
      finish_connection(to);
    }
    release_process(p);
    return;
  }
  if (!to && p->state == P_FINAL) { /* nobody to tell: leave a record as a shell would */
    struct reader r = {p->failure + 12, p->failure + 16, false};
    uint32_t error = read_u32(&r);
    p->exit = (struct exit_record){.code = error == ENOENT ? 127 : error == EACCES || error == ENOEXEC ? 126 : 128};
    write_record();
  }
  leave_nothing();
  if (to) {
    fcntl(to->fd, F_SETFL, 0);
    send_frame(to, F_FAILED, p->failure, p->failure_size);
  }
  _exit(0);
}

/* Its end of the socket is closed, so it is past anything that could hold it up, the freezer included. */
static void reap_joiner(struct process *p) {
  siginfo_t info;
  while (p->joiner >= 0 && waitid(K_PIDFD, (id_t)p->joiner, &info, WEXITED) < 0 && errno == EINTR) continue;
  close_fd(&p->joiner);
}

void read_sync(struct process *p) {
  uint8_t data[17 + DETAIL_MAX];
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec iov = {data, sizeof data};
  struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t got = recvmsg(p->sync, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  /* ECONNRESET: the child ended without reading all. It comes once, before what the child has said. */
  if (got < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET)) return;
  if (got <= 0) {
    reap_joiner(p);
    if (p->executing && !p->has_failed && (p->has_entered || !p->is_exec)) has_started(p);
    else has_failed(p);
    return;
  }
  switch (data[0]) {
    case SYNC_READY:
      if (p->has_failed) break; /* its terminal found no taker */
      p->state = p->has_final ? P_FINAL : P_READY;
      if (!p->has_final) send_pid(starter(), F_READY, p);
      break;
    case SYNC_PTY: take_master(p, &message); break;
    case SYNC_ENTERED:
      if (got == 5) take_entered(p, &message, data + 1);
      break;
    case SYNC_EXECUTING: p->executing = true; break;
    case SYNC_FAILED:
      if (p->has_failed || got < 17) break;
      p->has_failed = true;
      p->failure_size = (size_t)got - 1;
      memcpy(p->failure, data + 1, p->failure_size);
      break;
    default: failpoint_message(data[0], p->pidfd);
  }
}
