#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#include "log.h"
#include "monitor.h"

struct text {
  char data[256];
  size_t size;
};

static void add_text(struct text *t, const char *more) {
  size_t size = strlen(more);
  if (t->size + size >= sizeof t->data) return;
  memcpy(t->data + t->size, more, size + 1);
  t->size += size;
}

static void add_number(struct text *t, uint64_t value) {
  char digits[21];
  int at = sizeof digits - 1;
  digits[at] = 0;
  do digits[--at] = (char)('0' + value % 10);
  while (value /= 10);
  add_text(t, digits + at);
}

/* Whole or not at all: a reader never sees a half-written file. */
static bool replace_file(const char *name, const char *temporary, const struct text *t) {
  int fd = openat(monitor.run_directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  bool done = write(fd, t->data, t->size) == (ssize_t)t->size;
  close(fd);
  done = done && renameat(monitor.run_directory, temporary, monitor.run_directory, name) == 0;
  if (!done) unlinkat(monitor.run_directory, temporary, 0);
  return done;
}

bool write_record(void) {
  const struct exit_record *exit = &monitor.init->exit;
  struct text t = {.size = 0};
  add_text(&t, "{\"code\":");
  add_number(&t, exit->code);
  add_text(&t, ",\"signal\":");
  add_number(&t, exit->signal);
  add_text(&t, exit->oom ? ",\"oom\":true,\"time\":\"" : ",\"oom\":false,\"time\":\"");
  add_number(&t, exit->time);
  add_text(&t, "\",\"logDropped\":");
  add_number(&t, log_dropped());
  add_text(&t, "}\n");
  return replace_file("exit.json", "exit.json.tmp", &t);
}

/* Of an exec whose engine is gone, for the next one. */
void write_exec_record(const struct process *p) {
  struct text name = {.size = 0}, t = {.size = 0};
  add_text(&name, "exec-");
  add_number(&name, (uint64_t)p->pid);
  add_text(&name, ".json");
  add_text(&t, "{\"code\":");
  add_number(&t, p->exit.code);
  add_text(&t, "}\n");
  replace_file(name.data, "exec.json.tmp", &t);
}

void write_pid_file(void) {
  struct text t = {.size = 0};
  add_number(&t, (uint64_t)monitor.init->pid);
  add_text(&t, " ");
  add_number(&t, monitor.init->start_time);
  add_text(&t, " ");
  add_number(&t, (uint64_t)getpid());
  add_text(&t, "\n");
  replace_file("pid", "pid.tmp", &t);
}

int open_of_process(pid_t pid, const char *name) {
  struct text path = {.size = 0};
  add_text(&path, "/proc/");
  add_number(&path, (uint64_t)pid);
  add_text(&path, name);
  return open(path.data, O_RDONLY | O_CLOEXEC);
}

/* A number of /proc/<pid>/stat; the name in field 2 may hold anything, so counting starts behind its last parenthesis. */
static uint64_t stat_field(pid_t pid, int wanted) {
  char stat[1024];
  int fd = open_of_process(pid, "/stat");
  ssize_t size = fd < 0 ? -1 : read(fd, stat, sizeof stat - 1);
  if (fd >= 0) close(fd);
  if (size <= 0) return 0;
  stat[size] = 0;
  const char *at = strrchr(stat, ')');
  for (int field = 2; at && field < wanted; field++) at = strchr(at + 1, ' ');
  uint64_t value = 0;
  for (at = at ? at + 1 : ""; *at >= '0' && *at <= '9'; at++) value = value * 10 + (uint64_t)(*at - '0');
  return value;
}

uint64_t start_time_of(pid_t pid) { return stat_field(pid, 22); }

/* PF_EXITING: killed, but waiting for its children to be reaped. Its pid namespace takes no more processes then. */
bool is_ending(pid_t pid) { return stat_field(pid, 9) & 4; }

static int open_in(const char *directory, const char *name, int flags) {
  char path[4096];
  size_t length = strlen(directory);
  if (length + strlen(name) + 2 > sizeof path) return -1;
  memcpy(path, directory, length);
  path[length] = '/';
  memcpy(path + length + 1, name, strlen(name) + 1);
  return open(path, flags | O_CLOEXEC);
}

/* Without a watch containers run as well; only `oomKilled` stays false. */
void watch_oom(const struct cgroup_join *cgroup) {
  monitor.oom_event = monitor.oom_file = -1;
  if (cgroup->oom_version == 2) monitor.oom_file = open_in(cgroup->oom_directory, "memory.events", O_RDONLY);
  if (cgroup->oom_version != 1) return;
  monitor.oom_file = open_in(cgroup->oom_directory, "memory.oom_control", O_RDONLY);
  int control = open_in(cgroup->oom_directory, "cgroup.event_control", O_WRONLY);
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (monitor.oom_file >= 0 && control >= 0 && event >= 0) {
    struct text t = {.size = 0};
    add_number(&t, (uint64_t)event);
    add_text(&t, " ");
    add_number(&t, (uint64_t)monitor.oom_file);
    if (write(control, t.data, t.size) == (ssize_t)t.size) monitor.oom_event = event;
  }
  if (monitor.oom_event < 0 && event >= 0) close(event);
  if (control >= 0) close(control);
}

/* The counter has the same name in memory.oom_control and in memory.events. */
uint64_t oom_kills(void) {
  char text[512];
  if (monitor.oom_file < 0) return 0;
  ssize_t size = pread(monitor.oom_file, text, sizeof text - 1, 0);
  if (size <= 0) return 0;
  text[size] = 0;
  const char *at = strstr(text, "oom_kill ");
  uint64_t value = 0;
  for (at = at ? at + 9 : ""; *at >= '0' && *at <= '9'; at++) value = value * 10 + (uint64_t)(*at - '0');
  return value;
}

/* Everything but the exit record. */
void leave_nothing(void) {
  if (monitor.run_directory < 0) return;
  unlinkat(monitor.run_directory, "s", 0);
  unlinkat(monitor.run_directory, "pid", 0);
  unlinkat(monitor.run_directory, "r", AT_REMOVEDIR);
}
