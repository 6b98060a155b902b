/* One binary, its role chosen by argv[0]. */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "failpoint.h"
#include "monitor.h"
#include "proxy.h"

static int listen_at(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(name) >= sizeof address.sun_path) return fail(ENAMETOOLONG);
  memcpy(address.sun_path, name, strlen(name) + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  unlink(name);
  umask(0177);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 512) < 0) return -1;
  return fd;
}

/* The arguments' own memory, of which process lists read. */
static struct {
  char *at;
  size_t room;
} title;

void set_title(const char *text) {
  memset(title.at, 0, title.room);
  if (title.room > strlen(text)) memcpy(title.at, text, strlen(text));
}

/* Lives in its own session with nothing of the zygote's but its memory and what it was given. */
static void leave_zygote(int connection, unsigned kept, const char *name, const char *long_name, char **argv) {
  k_close_range(kept, ~0u, 0);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) _exit(1);
  for (int fd = 0; fd < 3; fd++) dup2(null, fd);
  close(null);
  setsid();
  signal(SIGCHLD, SIG_DFL);
  prctl(PR_SET_NAME, name, 0, 0, 0);
  title.at = argv[0];
  char *last = argv[1];
  for (char **at = argv + 1; *at; at++) last = *at;
  title.room = (size_t)(last + strlen(last) - argv[0]);
  set_title(long_name);
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.uid != geteuid()) _exit(1);
}

/* With the network namespace that was made ahead. */
static _Noreturn void become_monitor(int connection, int network, char **argv) {
  int kept = network < 0 ? -1 : fcntl(network, F_DUPFD_CLOEXEC, MONITOR_NETWORK_FD + 1);
  if (connection != 3) {
    dup3(connection, 3, O_CLOEXEC);
    connection = 3;
  }
  if (kept >= 0) monitor.network = dup3(kept, MONITOR_NETWORK_FD, O_CLOEXEC);
  leave_zygote(connection, monitor.network >= 0 ? MONITOR_NETWORK_FD + 1 : MONITOR_NETWORK_FD, "slipway-mon", "slipway-monitor", argv);
  run_monitor(connection);
}

static _Noreturn void become_proxy(int connection, char **argv) {
  dup3(connection, 3, O_CLOEXEC);
  leave_zygote(3, 4, "slipway-proxy", "slipway-proxy", argv);
  run_proxy(3);
}

/*
 * An empty network namespace for the container that comes next: to make one is the longest single step of a start. Answers -1 where it
 * cannot be made; a container makes its own then.
 */
static int make_network(int own) {
  if (own < 0 || unshare(CLONE_NEWNET) < 0) return -1;
  int made = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (setns(own, CLONE_NEWNET) < 0) _exit(1); /* the monitors of all later containers would be in there */
  return made;
}

/*
 * argv: slipway-zygote MONITORS PROXIES. Binds both sockets in the working directory, says so with one byte on stdout and forks a monitor
 * or a proxy for each connection until stdin, held by the engine, ends. It reads nothing from clients.
 */
static int run_zygote(char **argv) {
  static const int IGNORED[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
  for (size_t i = 0; i < sizeof IGNORED / sizeof *IGNORED; i++) signal(IGNORED[i], SIG_IGN);
  signal(SIGCHLD, SIG_IGN);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  failpoint_home();
  int listener = listen_at(argv[1]), proxies = listen_at(argv[2]);
  if (listener < 0 || proxies < 0 || chdir("/") < 0 || write(1, "r", 1) != 1) return 1;
  struct pollfd watched[3] = {{.fd = 0, .events = POLLIN}, {.fd = listener, .events = POLLIN}, {.fd = proxies, .events = POLLIN}};
  int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), network = -1;
  for (bool ready = false;;) {
    int news = poll(watched, 3, ready ? -1 : 0);
    if (news < 0) continue;
    if (news == 0) {
      network = make_network(own);
      ready = true;
      continue;
    }
    if (watched[0].revents) return 0;
    int wanted = watched[2].revents ? accept4(proxies, NULL, NULL, SOCK_CLOEXEC) : -1;
    if (wanted >= 0) {
      if (fork() == 0) become_proxy(wanted, argv);
      close(wanted);
    }
    int connection = watched[1].revents ? accept4(listener, NULL, NULL, SOCK_CLOEXEC) : -1;
    if (connection < 0) continue;
    if (fork() == 0) become_monitor(connection, network, argv);
    close(connection);
    if (network >= 0) close(network);
    network = -1;
    ready = false;
  }
}

int main(int argc, char **argv) {
  const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
  const char *role = slash ? slash + 1 : argc > 0 ? argv[0] : "";
  if (!strcmp(role, "slipway-zygote") && argc == 3) return run_zygote(argv);
  static const char USAGE[] = "slipway-launcher: started by the engine only\n";
  return write(2, USAGE, sizeof USAGE - 1) < 0 ? 1 : 64;
}
