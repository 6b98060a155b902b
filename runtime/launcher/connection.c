/* Clients of a monitor: what they may say and what they are told. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "failpoint.h"
#include "log.h"
#include "monitor.h"

struct connection *new_connection(int fd, enum connection_kind kind) {
  for (unsigned i = 0; i < MAX_CONNECTIONS; i++) {
    struct connection *c = &connections[i];
    if (c->kind) continue;
    if (i >= connection_top) connection_top = i + 1;
    memset(c, 0, sizeof *c);
    c->kind = kind;
    c->fd = fd;
    c->poll_at = -1;
    return c;
  }
  return NULL;
}

/* All that wait: clients of a full queue are refused by the kernel. */
void accept_connection(void) {
  for (;;) {
    int fd = accept4(monitor.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    struct ucred peer;
    socklen_t size = sizeof peer;
    bool trusted = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == geteuid() || peer.uid == 0);
    if (!trusted || !new_connection(fd, C_NEW)) close(fd);
  }
}

void close_connection(struct connection *c) {
  struct process *p = c->process;
  if (c->kind == C_ATTACH && c->gives_stdin && monitor.stdin_once && monitor.init->state != P_NONE) close_stdin(monitor.init);
  if (c->kind == C_EXEC && p) {
    p->owner = NULL;
    if ((p->tied && p->state != P_EXITED) || (p->waits && !p->has_final)) signal_process(p, SIGKILL);
    close_stdin(p);
    if (p->state == P_EXITED) release_process(p);
  }
  close(c->fd);
  buffer_free(&c->in);
  buffer_free(&c->out);
  c->kind = 0;
}

/* All is said. The client closes first: a socket closed while its client writes costs the client what it has not read yet. */
void finish_connection(struct connection *c) {
  c->closing = c->finished = true;
  c->blocked = false;
}

/* Whether a finished client still has to close its end; what it says meanwhile concerns nobody. */
bool is_lingering(struct connection *c) {
  uint8_t dropped[4096];
  ssize_t got;
  if (!c->finished || c->hung_up) return false;
  shutdown(c->fd, SHUT_WR);
  while ((got = recv(c->fd, dropped, sizeof dropped, MSG_DONTWAIT)) > 0) continue;
  return got < 0 && (errno == EAGAIN || errno == EINTR);
}

void flush_connection(struct connection *c) {
  while (c->out.size > 0) {
    ssize_t sent = send(c->fd, buffer_data(&c->out), c->out.size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) {
      buffer_free(&c->out);
      c->closing = true;
      return;
    }
    c->stalled_since = 0;
    buffer_take(&c->out, (size_t)sent);
  }
}

bool send_frame(struct connection *c, uint8_t type, const void *payload, size_t size) {
  uint8_t header[FRAME_HEADER];
  put_header(header, type, (uint32_t)size);
  if (!buffer_room(&c->out, size + sizeof header)) return false;
  buffer_add(&c->out, header, sizeof header);
  buffer_add(&c->out, payload, size);
  flush_connection(c);
  return true;
}

/* Straight from the read buffer to the socket while the client keeps up. Without memory the client goes, never the container. */
void send_output(struct connection *c, uint8_t type, const uint8_t *data, size_t size) {
  uint8_t header[FRAME_HEADER];
  size_t done = 0;
  put_header(header, type, (uint32_t)size);
  if (c->out.size == 0) {
    struct iovec parts[2] = {{header, sizeof header}, {(void *)(uintptr_t)data, size}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t sent = sendmsg(c->fd, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      c->closing = true;
      return;
    }
    done = sent > 0 ? (size_t)sent : 0;
  }
  bool kept = done >= sizeof header || buffer_add(&c->out, header + done, sizeof header - done);
  size_t from = done > sizeof header ? done - sizeof header : 0;
  if (!kept || !buffer_add(&c->out, data + from, size - from)) {
    buffer_free(&c->out);
    c->closing = true;
  }
}

void send_failure(struct connection *c, uint32_t phase, uint32_t step, int error, const char *detail) {
  uint8_t payload[16 + DETAIL_MAX];
  size_t size = strnlen(detail, DETAIL_MAX);
  put_u32(payload, phase);
  put_u32(payload + 4, UINT32_MAX);
  put_u32(payload + 8, step);
  put_u32(payload + 12, (uint32_t)error);
  memcpy(payload + 16, detail, size);
  send_frame(c, F_FAILED, payload, 16 + size);
}

static void put_exit(uint8_t *at, const struct exit_record *exit) {
  put_u32(at, exit->code);
  put_u32(at + 4, exit->signal);
  put_u32(at + 8, exit->oom);
  put_u64(at + 12, exit->time);
}

void send_exit(struct connection *c, const struct exit_record *exit) {
  uint8_t payload[20];
  put_exit(payload, exit);
  send_frame(c, F_EXIT, payload, sizeof payload);
}

static void end_attach(struct connection *c) {
  send_frame(c, F_END, NULL, 0);
  finish_connection(c);
}

void broadcast_exit(void) {
  for (unsigned i = 0; i < connection_top; i++) {
    struct connection *c = &connections[i];
    if (c->kind == C_CONTROL) send_exit(c, &monitor.init->exit);
    if (c->kind == C_ATTACH) end_attach(c);
  }
}

static void say_hello(struct connection *c) {
  uint8_t payload[44];
  enum process_state state = monitor.init->state;
  put_u32(payload, PROTOCOL_VERSION);
  put_u32(payload + 4, (uint32_t)getpid());
  put_u32(payload + 8, (uint32_t)monitor.init->pid);
  put_u64(payload + 12, monitor.init->start_time);
  put_u32(payload + 20, state == P_EXITED ? 2 : monitor.started);
  put_exit(payload + 24, &monitor.init->exit);
  c->kind = C_CONTROL;
  send_frame(c, F_HELLO, payload, sizeof payload);
}

static void attach(struct connection *c, struct reader r) {
  uint8_t flags = read_u8(&r);
  c->kind = C_ATTACH;
  c->process = monitor.init;
  c->gives_stdin = flags & 1;
  c->streams = flags & 6;
  c->early = !monitor.started;
  send_frame(c, F_ATTACHED, NULL, 0);
  if (monitor.init->state == P_EXITED) end_attach(c);
}

static void exec(struct connection *c, struct reader r) {
  struct plan plan;
  uint32_t step = STEP_PLAN;
  const char *detail = "";
  errno = EBADMSG;
  bool valid = decode_exec(r, &plan);
  if (valid && monitor.init->state != P_RUNNING) {
    step = STEP_NOT_RUNNING;
    errno = ESRCH;
    valid = false;
  }
  failpoint_load();
  c->kind = C_EXEC;
  c->gives_stdin = plan.open_stdin;
  c->process = valid ? start_process(&plan, c, &step, &detail) : NULL;
  if (c->process) return;
  int error = errno;
  if (valid && step == STEP_CLONE && is_ending(monitor.init->pid)) {
    step = STEP_NOT_RUNNING;
    error = ESRCH;
  }
  send_failure(c, 0, step, error, detail);
  finish_connection(c);
}

static void go(struct connection *c, struct reader ops) {
  struct process *init = monitor.init;
  if (monitor.detached) c->starter = true; /* whoever comes back for it */
  bool waits = init->state == P_READY || (init->state == P_SETUP && !init->has_final);
  if (!c->starter || !waits || !check_operations(ops) || !ends_with_exec(ops)) {
    kill_and_reap(init);
    leave_nothing();
    fcntl(c->fd, F_SETFL, 0);
    send_failure(c, 1, STEP_PLAN, EBADMSG, "");
    _exit(0);
  }
  /* Sent along with the plan, they wait in the child's socket. */
  init->has_final = true;
  if (init->state == P_READY) init->state = P_FINAL;
  queue_to_child(init, SYNC_FINAL, ops.at, (size_t)(ops.end - ops.at));
}

/* Of an exec that was made ahead. One that has ended meanwhile has told so. */
static bool go_exec(const struct connection *c, struct reader ops) {
  struct process *p = c->process;
  if (!p) return true;
  if (!p->waits || p->has_final || !check_operations(ops) || !ends_with_exec(ops)) return false;
  p->has_final = true;
  queue_to_child(p, SYNC_FINAL, ops.at, (size_t)(ops.end - ops.at));
  return true;
}

static void answer(struct connection *c, uint32_t sequence, int result) {
  uint8_t payload[8];
  put_u32(payload, sequence);
  put_u32(payload + 4, result < 0 ? (uint32_t)errno : 0);
  if (c->kind == C_CONTROL) send_frame(c, F_RESULT, payload, sizeof payload);
}

static void answer_network(struct connection *c, struct reader r) {
  uint8_t payload[20];
  struct resolver resolver = {-1, -1};
  put_u32(payload, read_u32(&r));
  int done = change_network(&r, &resolver);
  put_u32(payload + 4, done < 0 ? (uint32_t)errno : 0);
  put_u32(payload + 8, (uint32_t)getpid());
  put_u32(payload + 12, (uint32_t)resolver.udp);
  put_u32(payload + 16, (uint32_t)resolver.tcp);
  send_frame(c, F_RESULT, payload, sizeof payload);
}

static int send_signal(struct process *p, uint32_t number) {
  return p ? signal_process(p, (int)number) : fail(ESRCH);
}

static int resize(struct process *p, uint32_t rows, uint32_t columns) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  if (!p || !p->tty) return fail(ENOTTY);
  return p->out < 0 ? fail(ESRCH) : ioctl(p->out, TIOCSWINSZ, &size);
}

static void end_of_input(struct connection *c) {
  if (c->kind == C_EXEC && c->process) close_stdin(c->process);
  if (c->kind == C_ATTACH && c->gives_stdin && monitor.stdin_once) close_stdin(monitor.init);
}

static void discard(struct connection *c) {
  c->discards = true;
  if (c->kind != C_EXEC || !c->process) return;
  close_stdin(c->process);
  if (c->process->state == P_EXITED) {
    close_output(c->process, 1);
    close_output(c->process, 2);
  }
}

/* False: a frame that this kind of connection may not send. */
static bool run_frame(struct connection *c, uint8_t type, struct reader r) {
  struct process *p = c->kind == C_CONTROL ? monitor.init : c->process;
  if (c->kind == C_NEW) {
    if (type == F_HELLO) say_hello(c);
    else if (type == F_ATTACH) attach(c, r);
    else if (type == F_EXEC) exec(c, r);
    else return false;
    return true;
  }
  uint32_t sequence;
  switch (type) {
    case F_RESIZE:
      sequence = read_u32(&r);
      uint32_t rows = read_u32(&r), columns = read_u32(&r);
      answer(c, sequence, r.bad ? fail(EBADMSG) : resize(p, rows, columns));
      return true;
    case F_SIGNAL:
      if (c->kind == C_ATTACH) return false;
      sequence = read_u32(&r);
      uint32_t number = read_u32(&r);
      answer(c, sequence, r.bad ? fail(EBADMSG) : send_signal(p, number));
      return true;
    case F_STDIN_CLOSE: end_of_input(c); return true;
    case F_DISCARD: discard(c); return true;
    default: break;
  }
  if (c->kind == C_EXEC && type == F_GO) return go_exec(c, r);
  if (c->kind != C_CONTROL) return false;
  switch (type) {
    case F_HELLO: say_hello(c); return true;
    case F_GO: go(c, r); return true;
    case F_NETWORK: answer_network(c, r); return true;
    case F_EMPTY_LOG:
      sequence = read_u32(&r);
      answer(c, sequence, r.bad ? fail(EBADMSG) : monitor.has_log ? log_empty() : fail(ENOENT));
      return true;
    case F_ACKNOWLEDGE:
      if (monitor.init->state == P_EXITED) monitor.acknowledged = true;
      return true;
    case F_ABORT:
      c->closing = c->aborts = true;
      return !monitor.started;
    default: return false;
  }
}

static uint32_t frame_limit(const struct connection *c, uint8_t type) {
  bool may_go = c->starter || c->kind == C_EXEC || (monitor.detached && c->kind == C_CONTROL);
  bool plan = (type == F_EXEC && c->kind == C_NEW) || (type == F_GO && may_go);
  return plan ? FRAME_MAX_PLAN : FRAME_MAX_DATA;
}

/* Hands input to the process; true when the frame is done. */
static bool run_stdin(struct connection *c, const uint8_t *data, size_t size) {
  struct process *p = c->process;
  if (!p || !c->gives_stdin) return true;
  if (p->tty && p->in < 0 && p->state < P_RUNNING) return false; /* its terminal is still being made */
  c->blocked = !write_stdin(p, data, size, &c->stdin_done);
  if (!c->blocked && p->in < 0 && p->state <= P_RUNNING) send_frame(c, F_STDIN_CLOSE, NULL, 0);
  return !c->blocked;
}

void run_frames(struct connection *c) {
  c->blocked = false;
  while (!c->closing && c->in.size >= FRAME_HEADER) {
    uint8_t *frame = buffer_data(&c->in);
    uint32_t size = frame_size(frame);
    if (size > frame_limit(c, frame[0])) {
      c->closing = true;
      return;
    }
    if (c->in.size - FRAME_HEADER < size) return;
    struct reader body = {frame + FRAME_HEADER, frame + FRAME_HEADER + size, false};
    if (frame[0] == F_STDIN && c->kind != C_NEW) {
      if (!run_stdin(c, body.at, size)) {
        c->blocked = true;
        return;
      }
      c->stdin_done = 0;
    } else if (!run_frame(c, frame[0], body)) {
      c->closing = true;
    }
    buffer_take(&c->in, FRAME_HEADER + size);
  }
}

void read_connection(struct connection *c) {
  uint8_t *room = buffer_room(&c->in, IO_SIZE);
  ssize_t got = room ? recv(c->fd, room, IO_SIZE, MSG_DONTWAIT) : 0;
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    if (c->in.size == 0) buffer_free(&c->in);
    return;
  }
  if (got <= 0) {
    buffer_free(&c->out); /* nobody is there to read it */
    c->closing = true;
    return;
  }
  c->in.size += (size_t)got;
  run_frames(c);
}
