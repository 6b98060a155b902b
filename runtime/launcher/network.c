#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include "monitor.h"

/* Where a container asks for names, as Docker has it. */
#define RESOLVER_ADDRESS 0x7f00000b

static int udp = -1, tcp = -1;

static int close_on_error(int *fd) {
  int error = errno;
  if (*fd >= 0) close(*fd);
  *fd = -1;
  return fail(error);
}

static int bind_resolver(int type, uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(RESOLVER_ADDRESS)}};
  int fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
  if (fd < 0) return -1;
  /* The loopback may not be up yet. */
  if (setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on) < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
      (type == SOCK_STREAM && listen(fd, 128) < 0))
    return close_on_error(&fd);
  return fd;
}

/* One transaction of nf_tables; the kernel has answered all of it when the call is back. */
static int send_rules(struct bytes batch) {
  uint8_t answer[8192];
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  int fd = batch.size ? socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER) : -1, error = 0;
  if (batch.size == 0) return 0;
  if (fd < 0) return -1;
  if (sendto(fd, batch.data, batch.size, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) return close_on_error(&fd);
  for (ssize_t got; (got = recv(fd, answer, sizeof answer, MSG_DONTWAIT)) > 0;) {
    struct nlmsghdr header;
    for (size_t at = 0; at + NLMSG_LENGTH(sizeof(int)) <= (size_t)got; at += NLMSG_ALIGN(header.nlmsg_len)) {
      memcpy(&header, answer + at, sizeof header);
      if (header.nlmsg_len < sizeof header) break;
      if (header.nlmsg_type == NLMSG_ERROR && !error) memcpy(&error, answer + at + NLMSG_HDRLEN, sizeof error);
    }
  }
  close(fd);
  return error ? fail(-error) : 0;
}

static int open_resolver(uint32_t port, struct bytes rules) {
  if (port == 0 || udp >= 0) return 0;
  if (port > UINT16_MAX) return fail(EINVAL);
  if ((udp = bind_resolver(SOCK_DGRAM, (uint16_t)port)) < 0) return -1;
  if ((tcp = bind_resolver(SOCK_STREAM, (uint16_t)port)) < 0 || send_rules(rules) < 0) {
    close_on_error(&tcp);
    return close_on_error(&udp);
  }
  return 0;
}

/* The container's pid is put into each message. */
int make_host_network(struct list messages, char *detail, size_t detail_size) {
  if (messages.count == 0) return 0;
  int socket = open_netlink(), done = socket < 0 ? -1 : 0;
  for (uint32_t i = 0; i < messages.count && done == 0; i++) {
    uint32_t offset = read_u32(&messages.items);
    struct bytes message = read_bytes(&messages.items);
    done = send_netlink(message.data, message.size, offset, (uint32_t)monitor.init->pid, socket, detail, detail_size);
  }
  return done < 0 ? close_on_error(&socket) : close(socket);
}

static int send_each(struct list *messages) {
  char detail[DETAIL_MAX];
  if (messages->count == 0) return 0;
  int socket = open_netlink(), done = socket < 0 ? -1 : 0;
  for (uint32_t i = 0; i < messages->count && done == 0; i++) {
    struct bytes message = read_bytes(&messages->items);
    done = send_netlink(message.data, message.size, UINT32_MAX, 0, socket, detail, sizeof detail);
  }
  return done < 0 ? close_on_error(&socket) : close(socket);
}

/* The monitor is in the container's network namespace in between; that it could not come back is nothing to go on after. */
static int change_inside(struct list *messages, uint32_t port, struct bytes rules) {
  int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own < 0) return -1;
  int done = setns(monitor.init->pidfd, CLONE_NEWNET);
  if (done == 0) {
    done = send_each(messages);
    if (done == 0) done = open_resolver(port, rules);
    int error = errno;
    if (setns(own, CLONE_NEWNET) < 0) _exit(1);
    errno = error;
  }
  int error = errno;
  close(own);
  errno = error;
  return done;
}

int change_network(struct reader *r, struct resolver *resolver) {
  struct list outside = read_patched_list(r);
  struct list inside = read_byte_list(r);
  uint32_t port = read_u32(r);
  struct bytes rules = read_bytes(r);
  char detail[DETAIL_MAX];
  if (r->bad || r->at != r->end) return fail(EBADMSG);
  if (monitor.init->state == P_EXITED || monitor.init->pidfd < 0) return fail(ESRCH);
  if (make_host_network(outside, detail, sizeof detail) < 0) return -1;
  int done = change_inside(&inside, port, rules);
  *resolver = (struct resolver){udp, tcp};
  return done;
}
