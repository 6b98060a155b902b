/* The process that stands before a container's program when asked for: it hands signals on and reaps what is left to it. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "child.h"

/* A filter of the container may forbid one or the other way to wait: without signals it waits for children alone. */
static _Noreturn void reap(pid_t program, const sigset_t *signals) {
  siginfo_t info;
  for (bool hears = true;;) {
    int status;
    pid_t ended;
    while ((ended = waitpid(-1, &status, hears ? WNOHANG : 0)) > 0) {
      if (ended == program) _exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
    if (ended < 0 && errno != EINTR) _exit(127);
    int number = hears ? sigwaitinfo(signals, &info) : 0;
    if (number < 0 && errno != EINTR) hears = false;
    if (number > 0 && number != SIGCHLD) kill(program, number);
  }
}

/*
 * Answers in the child alone, which has the terminal and goes on to the program. The parent stays in this code: not dumpable, so
 * that its binary and memory are out of reach, without any fd, and with the privileges that the program has.
 */
int stay_as_init(void) {
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &all, NULL);
  pid_t program = fork();
  if (program < 0) return -1;
  if (program > 0) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* a change of user may have undone it */
    prctl(PR_SET_NAME, "docker-init", 0, 0, 0);
    set_title("/sbin/docker-init");
    k_close_range(0, ~0u, 0);
    reap(program, &all);
  }
  /* A group of its own in front of the terminal: what is typed there reaches the program and not its init. */
  setpgid(0, 0);
  (void)tcsetpgrp(0, getpid());
  sigprocmask(SIG_SETMASK, &none, NULL);
  return 0;
}
