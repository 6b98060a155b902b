/*
 * The file `failpoint` holds one line: list, index, action, errno. Lists are s, f and x for operations and m for the monitor's
 * steps, whose index is their number. Actions: e the errno, k kills the child, m kills the monitor, h hangs.
 */
#include "../failpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../child.h"

static char home[PATH_MAX];
static struct {
  char list, action;
  unsigned index;
  int error;
} armed;

void failpoint_home(void) {
  if (!getcwd(home, sizeof home)) home[0] = 0;
}

static bool read_line(const char *name, char *text, size_t size) {
  char path[PATH_MAX + 16];
  snprintf(path, sizeof path, "%s/%s", home, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
  if (fd >= 0) close(fd);
  text[got > 0 ? got : 0] = 0;
  return got > 0;
}

void failpoint_load(void) {
  char text[64];
  memset(&armed, 0, sizeof armed);
  if (read_line("failpoint", text, sizeof text) && sscanf(text, "%c %u %c %d", &armed.list, &armed.index, &armed.action, &armed.error) != 4) abort();
}

static _Noreturn void wait_for_end(void) {
  for (;;) pause();
}

int failpoint_operation(char list, uint32_t index) {
  if (armed.list != list || armed.index != index) return 0;
  if (armed.action == 'e') return fail(armed.error);
  /* The first process of a pid namespace cannot kill itself, let alone its monitor. */
  char type = armed.action;
  if (type != 'h') (void)!send(SYNC_FD, &type, 1, MSG_NOSIGNAL);
  wait_for_end();
}

bool failpoint_step(uint32_t step) {
  if (armed.list != 'm' || armed.index != step) return false;
  if (armed.action == 'm') kill(getpid(), SIGKILL);
  if (armed.action != 'e') wait_for_end();
  errno = armed.error;
  return true;
}

void failpoint_message(uint8_t type, int pidfd) {
  if (type == 'k') k_pidfd_send_signal(pidfd, SIGKILL);
  if (type == 'm') kill(getpid(), SIGKILL);
}

void failpoint_clock(struct timespec *now) {
  char text[32];
  if (read_line("clock", text, sizeof text)) now->tv_sec += atol(text);
}
