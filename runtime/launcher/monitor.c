#include "monitor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>

#include "failpoint.h"
#include "log.h"

#define TRIM_MS 1000
#define MAX_POLL (MAX_CONNECTIONS + 5 * MAX_PROCESSES + 2)

struct monitor monitor = {.listener = -1, .run_directory = -1, .oom_file = -1, .oom_event = -1, .mounts = -1, .network = -1};
struct connection connections[MAX_CONNECTIONS];
struct process processes[MAX_PROCESSES];
unsigned connection_top, process_top;
uint8_t *io_page;
static struct pollfd polled[MAX_POLL];
static int poll_count;

int64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static _Noreturn void refuse(struct connection *c, uint32_t step, const char *detail) {
  int error = errno;
  leave_nothing();
  send_failure(c, 0, step, error, detail);
  _exit(0);
}

/* The first frame, read before anything else exists; the engine's end closes it. */
static void read_first(struct connection *c) {
  size_t wanted = FRAME_HEADER;
  while (c->in.size < wanted) {
    uint8_t *room = buffer_room(&c->in, wanted - c->in.size);
    ssize_t got = room ? recv(c->fd, room, wanted - c->in.size, 0) : 0;
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) _exit(0);
    c->in.size += (size_t)got;
    if (wanted == FRAME_HEADER && c->in.size == FRAME_HEADER) {
      uint32_t size = frame_size(c->in.pages);
      if (c->in.pages[0] != F_START || size > FRAME_MAX_PLAN) _exit(0);
      wanted += size;
    }
  }
}

/* Bound by a relative name: the whole path may be longer than a socket address. */
static bool listen_here(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "s"};
  monitor.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (monitor.listener < 0 || fchdir(monitor.run_directory) < 0) return false;
  mode_t old = umask(0177);
  bool done = bind(monitor.listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(monitor.listener, MAX_CONNECTIONS) == 0;
  int error = errno;
  umask(old);
  if (chdir("/") < 0) return false;
  errno = error;
  return done;
}

static bool prepare_directory(const char *path) {
  monitor.run_directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (monitor.run_directory < 0) return false;
  leave_nothing();
  unlinkat(monitor.run_directory, "exit.json", 0);
  return mkdirat(monitor.run_directory, "r", 0700) == 0;
}

static _Noreturn void give_up(struct connection *c, uint32_t step, const char *detail) {
  int error = errno;
  kill_and_reap(monitor.init);
  errno = error;
  refuse(c, step, detail);
}

/*
 * The last process of a mount namespace unmounts everything in it before its parent is told of its end, and writes the whole file
 * system below an overlay back to the disk meanwhile. Held from here, the mounts go once that end is told.
 */
static void hold_mounts(void) { monitor.mounts = open_of_process(monitor.init->pid, "/ns/mnt"); }

static void start(struct connection *c) {
  struct plan plan;
  uint32_t step;
  const char *detail;
  static char network_detail[256];
  struct reader r = {c->in.pages + FRAME_HEADER, c->in.pages + c->in.size, false};
  errno = EBADMSG;
  if (!decode_plan(r, &plan)) refuse(c, STEP_PLAN, "");
  failpoint_load();
  if (!prepare_directory(plan.run_directory) || failpoint_step(STEP_RUN_DIRECTORY)) refuse(c, STEP_RUN_DIRECTORY, plan.run_directory);
  monitor.has_log = *plan.log_path != 0;
  monitor.tty = plan.tty;
  monitor.open_stdin = plan.open_stdin;
  monitor.stdin_once = plan.stdin_once;
  monitor.detached = plan.detached;
  keep_console_socket(plan.console_socket);
  watch_oom(&plan.cgroup);
  monitor.init = &processes[0];
  if (!start_process(&plan, NULL, &step, &detail)) refuse(c, step, detail);
  if (make_host_network(plan.host_netlink, network_detail, sizeof network_detail) < 0 || failpoint_step(STEP_HOST_NETLINK)) {
    int error = errno;
    /* No such process: the child has failed before, and its own words tell why. The last of these reads does not return. */
    for (int i = 0; error == ESRCH && i < 3; i++) read_sync(monitor.init);
    errno = error;
    give_up(c, STEP_HOST_NETLINK, network_detail);
  }
  if (plan.host_netlink.count) queue_to_child(monitor.init, SYNC_NETWORK, NULL, 0);
  /* What the child does not wait for is made while it mounts. */
  if (!listen_here()) give_up(c, STEP_RUN_DIRECTORY, plan.run_directory);
  bool logs = !monitor.has_log || log_open(plan.log_path, plan.log_max_size, plan.log_max_files, plan.log_attributes);
  if (!logs || failpoint_step(STEP_LOG)) give_up(c, STEP_LOG, plan.log_path);
  write_pid_file();
  hold_mounts();
  buffer_free(&c->in);
}

static int watch(int fd, short events) {
  if (fd < 0) return -1;
  polled[poll_count] = (struct pollfd){.fd = fd, .events = events};
  return poll_count++;
}

static short happened(int at) { return at < 0 ? 0 : polled[at].revents; }

static bool waits_for_input(const struct process *p) {
  for (unsigned i = 0; i < connection_top; i++) {
    if (connections[i].kind && connections[i].blocked && connections[i].process == p) return true;
  }
  return false;
}

static void watch_process(struct process *p) {
  p->poll_pid = p->poll_sync = p->poll_in = p->poll_out = p->poll_err = -1;
  if (p->state == P_NONE) return;
  p->poll_sync = watch(p->sync, p->to_child.size ? POLLIN | POLLOUT : POLLIN);
  /* Until the program runs, the sync socket tells of the end: it still holds the reason. */
  if (p->sync < 0) p->poll_pid = watch(p->pidfd, POLLIN);
  if (p->in >= 0 && waits_for_input(p)) p->poll_in = watch(p->in, POLLOUT);
  /* Not before its start is known: clients are told of that first, and drop what comes earlier. */
  if (p->sync >= 0 || !may_read(p)) return;
  p->poll_out = watch(p->out, POLLIN);
  p->poll_err = watch(p->err, POLLIN);
}

static int wait_for_events(bool busy) {
  int64_t now = now_ms(), until = busy ? now + TRIM_MS : INT64_MAX;
  poll_count = 0;
  monitor.poll_listener = watch(monitor.listener, POLLIN);
  monitor.poll_oom = watch(monitor.oom_event >= 0 ? monitor.oom_event : monitor.oom_file, monitor.oom_event >= 0 ? POLLIN : POLLPRI);
  for (unsigned i = 0; i < process_top; i++) watch_process(&processes[i]);
  for (unsigned i = 0; i < connection_top; i++) {
    struct connection *c = &connections[i];
    c->poll_at = -1;
    if (!c->kind) continue;
    if (c->hung_up && c->blocked) continue;
    short events = (short)((c->blocked || (c->closing && !c->finished) ? 0 : POLLIN) | (c->out.size ? POLLOUT : 0));
    c->poll_at = watch(c->fd, events);
    if (c->stalled_since && !c->early && !c->closing && c->stalled_since + STALL_MS < until) until = c->stalled_since + STALL_MS;
  }
  /* Once past, only a client that still reads keeps the monitor, and it wakes it by itself. */
  int64_t linger = monitor.exited_at + EXIT_LINGER_MS;
  if (monitor.exited_at && linger > now && linger < until) until = linger;
  int timeout = until == INT64_MAX ? -1 : until <= now ? 0 : (int)(until - now);
  return poll(polled, (nfds_t)poll_count, timeout);
}

static void read_oom(void) {
  static uint64_t known;
  uint64_t event, count = oom_kills();
  if (monitor.oom_event >= 0 && read(monitor.oom_event, &event, sizeof event) < 0) return;
  if (monitor.init->state == P_EXITED) { /* the group is being removed: no more news from it */
    if (monitor.oom_event >= 0) close(monitor.oom_event);
    if (monitor.oom_file >= 0) close(monitor.oom_file);
    monitor.oom_event = monitor.oom_file = -1;
    return;
  }
  if (count <= known) return;
  known = count;
  for (unsigned i = 0; i < connection_top; i++) {
    if (connections[i].kind == C_CONTROL) send_frame(&connections[i], F_OOM, NULL, 0);
  }
}

static void serve_process(struct process *p) {
  if (p->state == P_NONE) return;
  if (happened(p->poll_sync) & POLLOUT) flush_to_child(p);
  if (happened(p->poll_sync) & (POLLIN | POLLHUP | POLLERR)) {
    enum process_state before = p->state;
    read_sync(p);
    for (unsigned i = 0; p->state != before && i < connection_top; i++) {
      if (connections[i].kind && connections[i].blocked && connections[i].process == p) run_frames(&connections[i]);
    }
    return;
  }
  if (happened(p->poll_out)) read_output(p, 1);
  if (happened(p->poll_err)) read_output(p, 2);
  if (happened(p->poll_in)) {
    for (unsigned i = 0; i < connection_top; i++) {
      if (connections[i].kind && connections[i].blocked && connections[i].process == p) run_frames(&connections[i]);
    }
  }
  if (happened(p->poll_pid)) reap(p);
  if (p->state == P_EXITED && p->is_exec && !p->owner) release_process(p);
}

static void abort_start(void) {
  kill_and_reap(monitor.init);
  leave_nothing();
  _exit(0);
}

static void serve_connection(struct connection *c) {
  short events = happened(c->poll_at);
  if (!c->kind) return;
  if (events & POLLOUT) flush_connection(c);
  if (c->blocked && events & (POLLHUP | POLLERR)) c->hung_up = true;
  else if (!c->closing && events & (POLLIN | POLLHUP | POLLERR)) read_connection(c);
  else if (c->closing && events & (POLLHUP | POLLERR)) buffer_free(&c->out);
  if (!c->closing || c->out.size) return;
  /* A starter that is merely gone has let go: its program may run. One that aborts wants no program, however far it is. */
  if (c->starter && ((monitor.init->state < P_FINAL && !monitor.detached) || (c->aborts && !monitor.started))) abort_start();
  if (!is_lingering(c)) close_connection(c);
}

/* What is still owed to somebody: output that a live client has not read yet, or may lose by an early end. */
static bool is_needed(void) {
  for (unsigned i = 0; i < connection_top; i++) {
    if (connections[i].kind && (connections[i].out.size || connections[i].finished)) return true;
  }
  return false;
}

/* Removed under this monitor: no record can be kept there and nobody can find its socket. */
static bool is_abandoned(void) {
  struct stat st;
  return !monitor.record_written && fstat(monitor.run_directory, &st) == 0 && st.st_nlink == 0;
}

static void end_when_done(void) {
  if (monitor.init->state != P_EXITED) return;
  bool late = now_ms() - monitor.exited_at >= EXIT_LINGER_MS;
  if (is_abandoned()) {
    late = true;
  } else if (late && !monitor.record_written && !(monitor.record_written = write_record())) {
    monitor.exited_at = now_ms();
    late = false;
  }
  if (!monitor.acknowledged && !late) return;
  if (monitor.listener >= 0) {
    leave_nothing();
    close(monitor.listener);
    monitor.listener = -1;
  }
  if (!is_needed()) _exit(0);
}

_Noreturn void run_monitor(int starter) {
  io_page = mmap(NULL, IO_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct connection *c = new_connection(starter, C_CONTROL);
  if (io_page == MAP_FAILED || !c) _exit(1);
  c->starter = true;
  read_first(c);
  start(c);
  fcntl(starter, F_SETFL, O_NONBLOCK);
  bool busy = true;
  for (;;) {
    int ready = wait_for_events(busy);
    if (ready == 0 && busy) {
      log_trim();
      madvise(io_page, IO_SIZE, MADV_DONTNEED);
    }
    busy = ready > 0;
    if (ready > 0) {
      if (happened(monitor.poll_oom)) read_oom();
      for (unsigned i = 0; i < process_top; i++) serve_process(&processes[i]);
      for (unsigned i = 0; i < connection_top; i++) serve_connection(&connections[i]);
      if (happened(monitor.poll_listener)) accept_connection();
    }
    end_when_done();
  }
}
