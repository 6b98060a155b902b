/* Output of processes to the log and to clients, input the other way, and what happens when a process ends. */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "failpoint.h"
#include "log.h"
#include "monitor.h"

static bool is_attached(const struct connection *c) { return c->kind == C_ATTACH && !c->closing; }

/*
 * Whether the clients of `p` have room. An exec waits for the one that asked for it. Init waits for those that attached
 * before it started - they are its terminal or pipe - and at most STALL_MS for the ones that came later, which then go.
 */
bool may_read(struct process *p) {
  if (p->is_exec) return !p->owner || p->owner->discards || p->owner->out.size < EXEC_LIMIT;
  bool room = true;
  for (unsigned i = 0; i < connection_top; i++) {
    struct connection *c = &connections[i];
    if (!is_attached(c) || c->out.size < ATTACH_LIMIT) {
      c->stalled_since = 0;
      continue;
    }
    if (!c->stalled_since) c->stalled_since = now_ms();
    if (!c->early && now_ms() - c->stalled_since >= STALL_MS) close_connection(c);
    else room = false;
  }
  return room;
}

static void deliver(struct process *p, int stream, const uint8_t *data, size_t size) {
  if (p->is_exec) {
    if (p->owner && !p->owner->discards) send_output(p->owner, (uint8_t)stream, data, size);
    return;
  }
  if (monitor.has_log) log_output(stream, data, size);
  for (unsigned i = 0; i < connection_top; i++) {
    struct connection *c = &connections[i];
    if (is_attached(c) && (c->streams >> stream & 1)) send_output(c, (uint8_t)stream, data, size);
  }
}

/* Both outputs at their end: clients learn it, the log gets what was waiting for a newline. */
void output_ended(struct process *p) {
  if (p->out >= 0 || p->err >= 0) return;
  if (p->is_exec) {
    if (p->owner && !p->owner->closing && p->state == P_EXITED) {
      send_frame(p->owner, F_END, NULL, 0);
      finish_connection(p->owner);
    }
    return;
  }
  if (monitor.has_log) {
    log_end(1);
    log_end(2);
  }
}

void close_output(struct process *p, int stream) {
  int *fd = stream == 1 ? &p->out : &p->err;
  if (*fd < 0) return;
  if (stream == 1 && p->in == *fd) p->in = -1; /* the one master of a terminal */
  close(*fd);
  *fd = -1;
  output_ended(p);
}

/* One read; false when there is nothing more for now. */
static bool read_once(struct process *p, int stream, size_t *total) {
  int fd = stream == 1 ? p->out : p->err;
  if (fd < 0) return false;
  ssize_t got = read(fd, io_page, IO_SIZE);
  if (got > 0) {
    *total += (size_t)got;
    deliver(p, stream, io_page, (size_t)got);
    return true;
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return errno == EINTR;
  close_output(p, stream); /* end of file, or EIO: nobody holds the terminal's other side */
  return false;
}

void read_output(struct process *p, int stream) {
  size_t total = 0;
  read_once(p, stream, &total);
}

/* What a dead process has left in its pipes is bounded, so it is taken whatever the clients do. */
static void drain(struct process *p) {
  for (int stream = 1; stream <= 2; stream++) {
    size_t total = 0;
    while (total < DEATH_DRAIN_MAX && read_once(p, stream, &total)) continue;
  }
}

void close_stdin(struct process *p) {
  if (p->in < 0 || p->tty) return;
  close(p->in);
  p->in = -1;
}

/* Writes what fits; true when all is done or will never be. */
bool write_stdin(struct process *p, const uint8_t *data, size_t size, size_t *done) {
  while (p->in >= 0 && *done < size) {
    ssize_t written = write(p->in, data + *done, size - *done);
    if (written > 0) {
      *done += (size_t)written;
      continue;
    }
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) return false;
    close_stdin(p);
    break;
  }
  return true;
}

static void fill_record(struct process *p, const siginfo_t *info) {
  struct timespec now;
  wall_clock(&now);
  p->exit.time = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
  p->exit.signal = info->si_code == CLD_EXITED ? 0 : (uint32_t)info->si_status;
  p->exit.code = info->si_code == CLD_EXITED ? (uint32_t)info->si_status : 128 + (uint32_t)info->si_status;
  p->exit.oom = oom_kills() > p->oom_before && (!p->is_exec || p->exit.signal == 9);
}

/* Called when the pidfd says that the process has ended. */
void reap(struct process *p) {
  siginfo_t info = {0};
  if (waitid(K_PIDFD, (id_t)p->pidfd, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0) return;
  fill_record(p, &info);
  close(p->pidfd);
  p->pidfd = -1;
  drain(p);
  close_stdin(p);
  p->state = P_EXITED;
  if (p->is_exec) {
    if (p->owner) send_exit(p->owner, &p->exit);
    else if (!p->tied) write_exec_record(p);
    if (!p->owner || p->owner->discards) {
      close_output(p, 1);
      close_output(p, 2);
    }
    output_ended(p);
    return;
  }
  close_output(p, 1);
  close_output(p, 2);
  monitor.exited_at = now_ms();
  monitor.record_written = write_record();
  broadcast_exit();
  if (monitor.mounts >= 0) close(monitor.mounts);
  monitor.mounts = -1;
}
