/* The last step of an exec into the container: its pid namespace, which only a new process can be in. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "child.h"

/*
 * Answers in the new process alone, the monitor's own child in a session of its own. Until now nothing in the container could
 * see, let alone trace, the process that joins: with CAP_SYS_PTRACE it would have found the host's root, and capabilities, there.
 * The new one has the privileges of the program and no fd but its streams and the sync socket.
 */
int enter_pid_namespace(struct child *c) {
  int pidfd = -1;
  uint8_t message[5] = {SYNC_ENTERED};
  long pid = syscall(SYS_clone, CLONE_PARENT | K_CLONE_PIDFD | SIGCHLD, NULL, &pidfd, NULL, NULL);
  if (pid < 0) return -1;
  if (pid > 0) {
    put_u32(message + 1, (uint32_t)pid);
    if (send_descriptor(message, sizeof message, pidfd) < 0) k_pidfd_send_signal(pidfd, SIGKILL);
    _exit(0);
  }
  c->has_entered = true;
  if (setsid() < 0) return -1;
  return c->plan->tty ? ioctl(0, TIOCSCTTY, 0) : 0;
}
