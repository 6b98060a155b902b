/* Containers of a front that does not stay: their streams are those of the process that asks, their terminal goes to a socket. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "monitor.h"

static char console_path[SOCKET_PATH_MAX + 1];

void keep_console_socket(const char *path) { memcpy(console_path, path, strlen(path) + 1); }

/* The three streams of the process at the other end of `connection`, as they are: no pipe, no copy, nothing to log. */
bool borrow_streams(int connection, int *in, int *out, int *err) {
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0) return false;
  int pidfd = (int)syscall(SYS_pidfd_open, peer.pid, 0);
  if (pidfd < 0) return false;
  *in = k_pidfd_getfd(pidfd, 0);
  *out = *in < 0 ? -1 : k_pidfd_getfd(pidfd, 1);
  *err = *out < 0 ? -1 : k_pidfd_getfd(pidfd, 2);
  int error = errno;
  close(pidfd);
  errno = error;
  return *err >= 0;
}

/* Hands the master of the terminal over, as the runtime specification's console sockets expect; the monitor keeps none. */
bool send_console(int master) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  char name[] = "/dev/ptmx";
  struct iovec data = {name, sizeof name - 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  memset(&control, 0, sizeof control);
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(&control.header), &master, sizeof master);
  memcpy(address.sun_path, console_path, strlen(console_path));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool done = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && sendmsg(fd, &message, MSG_NOSIGNAL) > 0;
  int error = errno;
  if (fd >= 0) close(fd);
  errno = error;
  return done;
}
