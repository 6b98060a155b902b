#include "proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "wire.h"

#define MAX_ITEMS 16384
#define MAX_ENGINES 4
#define EVENTS 32
#ifndef IPPROTO_SCTP
#define IPPROTO_SCTP 132
#endif

/* One published port, as it was asked for and taken. */
struct item {
  union address target;
  uint8_t protocol;
  uint16_t first, last, from, taken;
  struct list addresses;
};

static int waiter = -1;
static struct item *items;
static uint32_t item_count;
static struct watch engines[MAX_ENGINES];
static const char *socket_path = "";

bool watch_for(struct watch *watch, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = watch};
  return epoll_ctl(waiter, EPOLL_CTL_ADD, watch->fd, &event) == 0 || (errno == EEXIST && epoll_ctl(waiter, EPOLL_CTL_MOD, watch->fd, &event) == 0);
}

socklen_t address_size(const union address *address) { return address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6; }

static bool make_address(union address *address, struct bytes host, uint16_t port) {
  memset(address, 0, sizeof *address);
  if (host.size == 4) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons(port);
    memcpy(&address->v4.sin_addr, host.data, 4);
  } else if (host.size == 16) {
    address->v6.sin6_family = AF_INET6;
    address->v6.sin6_port = htons(port);
    memcpy(&address->v6.sin6_addr, host.data, 16);
  } else {
    return false;
  }
  return true;
}

static bool decode_items(struct reader *r) {
  item_count = read_u32(r);
  if (r->bad || item_count > MAX_ITEMS || !(items = calloc(item_count + 1, sizeof *items))) return false;
  for (uint32_t i = 0; i < item_count; i++) {
    struct item *item = &items[i];
    item->protocol = read_u8(r);
    item->first = read_u16(r);
    item->last = read_u16(r);
    item->from = read_u16(r);
    uint16_t port = read_u16(r);
    struct bytes target = read_bytes(r);
    item->addresses = read_byte_list(r);
    bool known = item->protocol == IPPROTO_TCP || item->protocol == IPPROTO_UDP || item->protocol == IPPROTO_SCTP;
    if (r->bad || !known || !item->first || item->from < item->first || item->last < item->from) return false;
    if (!make_address(&item->target, target, port)) return false;
  }
  return r->at == r->end;
}

/* Bound and, for streams, listening: two sockets that allow reuse can be bound alike before they listen. */
static int hold(uint8_t protocol, const union address *address) {
  int type = protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM, on = 1;
  int fd = socket(address->any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return -1;
  bool is_v6 = address->any.sa_family == AF_INET6;
  if (is_v6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (protocol == IPPROTO_UDP) setsockopt(fd, is_v6 ? IPPROTO_IPV6 : IPPROTO_IP, is_v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, &on, sizeof on);
  else setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, &address->any, address_size(address)) == 0 && (type == SOCK_DGRAM || listen(fd, 512) == 0)) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* IPv6 where all addresses were asked for and this kernel has none: nobody else can take it either. */
static bool is_absent(const struct item *item, const union address *address) {
  bool is_any6 = address->any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
  return is_any6 && item->addresses.count > 1 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL);
}

/* The same port on every address, or on none. */
static bool hold_all(struct item *item, uint16_t port, struct port **held, uint32_t *failed) {
  struct reader r = item->addresses.items;
  struct port *ports = calloc(item->addresses.count + 1, sizeof *ports);
  if (!ports) return false;
  for (uint32_t i = 0; i < item->addresses.count; i++) {
    union address address;
    ports[i].watch.fd = -1;
    ports[i].watch.kind = item->protocol == IPPROTO_UDP ? W_DATAGRAM_PORT : W_STREAM_PORT;
    ports[i].target = &item->target;
    errno = EINVAL;
    bool valid = make_address(&address, read_bytes(&r), port);
    if (valid) ports[i].watch.fd = hold(item->protocol, &address);
    if (ports[i].watch.fd >= 0 || (valid && is_absent(item, &address))) continue;
    int error = errno;
    for (uint32_t j = 0; j < i; j++) {
      if (ports[j].watch.fd >= 0) close(ports[j].watch.fd);
    }
    free(ports);
    *failed = i;
    errno = error;
    return false;
  }
  *held = ports;
  return true;
}

/* The first free port of the range, from `from` on and then from its beginning. */
static bool take(struct item *item, uint32_t *failed) {
  uint32_t size = (uint32_t)item->last - item->first + 1;
  struct port *ports = NULL;
  for (uint32_t i = 0; i < size && !ports; i++) {
    uint16_t port = (uint16_t)(item->first + ((uint32_t)(item->from - item->first) + i) % size);
    if (hold_all(item, port, &ports, failed)) item->taken = port;
    else if (errno != EADDRINUSE) return false;
  }
  for (uint32_t i = 0; ports && i < item->addresses.count; i++) {
    bool served = ports[i].watch.fd < 0 || item->protocol == IPPROTO_SCTP || watch_for(&ports[i].watch, EPOLLIN);
    if (!served) return false;
  }
  return ports != NULL;
}

static void tell(int engine, uint8_t type, const uint8_t *payload, uint32_t size) {
  uint8_t header[FRAME_HEADER];
  put_header(header, type, size);
  struct iovec parts[2] = {{header, sizeof header}, {(void *)(uintptr_t)payload, size}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  sendmsg(engine, &message, MSG_NOSIGNAL);
}

static _Noreturn void refuse(int engine, uint32_t item, uint32_t address, int error) {
  uint8_t payload[12];
  put_u32(payload, item);
  put_u32(payload + 4, address);
  put_u32(payload + 8, (uint32_t)error);
  tell(engine, F_REFUSED, payload, sizeof payload);
  _exit(0);
}

/* The ports that were taken, in the order in which they were asked for. */
static void tell_ports(int engine, uint8_t type) {
  uint8_t *payload = malloc(8 + (size_t)item_count * 2);
  if (!payload) return;
  put_u32(payload, PROTOCOL_VERSION);
  put_u32(payload + 4, (uint32_t)getpid());
  for (uint32_t i = 0; i < item_count; i++) {
    payload[8 + i * 2] = (uint8_t)items[i].taken;
    payload[9 + i * 2] = (uint8_t)(items[i].taken >> 8);
  }
  tell(engine, type, payload, 8 + item_count * 2);
  free(payload);
}

/* The whole first frame; nothing else exists yet. */
static struct reader read_request(int engine) {
  uint8_t header[FRAME_HEADER];
  if (recv(engine, header, sizeof header, MSG_WAITALL) != sizeof header || header[0] != F_PUBLISH) _exit(0);
  uint32_t size = frame_size(header);
  uint8_t *bytes = size > FRAME_MAX_PLAN ? NULL : malloc(size + 1);
  if (!bytes || recv(engine, bytes, size, MSG_WAITALL) != (ssize_t)size) _exit(0);
  return (struct reader){bytes, bytes + size, false};
}

static struct watch listen_for_engines(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  unlink(socket_path);
  umask(0177);
  if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, MAX_ENGINES) == 0) return (struct watch){W_ENGINES, fd};
  if (fd >= 0) close(fd);
  return (struct watch){W_ENGINES, -1};
}

static void add_engine(int fd) {
  for (int i = 0; fd >= 0 && i < MAX_ENGINES; i++) {
    if (engines[i].fd >= 0) continue;
    engines[i] = (struct watch){W_ENGINE, fd};
    if (watch_for(&engines[i], EPOLLIN)) return;
    engines[i].fd = -1;
  }
  if (fd >= 0) close(fd);
}

/* An engine sends headers alone from here on. */
static void serve_engine(struct watch *engine) {
  uint8_t header[FRAME_HEADER];
  ssize_t got = recv(engine->fd, header, sizeof header, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got == sizeof header && header[0] == F_HELLO && frame_size(header) == 0) {
    tell_ports(engine->fd, F_PUBLISHED);
    return;
  }
  if (got == sizeof header && header[0] == F_RELEASE) {
    unlink(socket_path);
    _exit(0);
  }
  close(engine->fd);
  engine->fd = -1;
}

static void serve(struct watch *watch) {
  switch (watch->kind) {
    case W_ENGINES: add_engine(accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC)); return;
    case W_ENGINE: serve_engine(watch); return;
    case W_STREAM_PORT: accept_streams((struct port *)watch); return;
    case W_DATAGRAM_PORT: serve_datagrams((struct port *)watch); return;
    case W_STREAM: serve_stream(watch); return;
    case W_SESSION: serve_session(watch); return;
  }
}

static int earlier(int a, int b) { return a < 0 ? b : b < 0 || a < b ? a : b; }

_Noreturn void run_proxy(int engine) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  struct reader r = read_request(engine);
  waiter = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < MAX_ENGINES; i++) engines[i].fd = -1;
  uint32_t version = read_u32(&r);
  socket_path = read_string(&r);
  if (r.bad || version != PROTOCOL_VERSION || strlen(socket_path) > SOCKET_PATH_MAX || !decode_items(&r)) refuse(engine, 0, 0, EBADMSG);
  for (uint32_t i = 0; i < item_count; i++) {
    uint32_t address = 0;
    if (!take(&items[i], &address)) refuse(engine, i, address, errno);
  }
  static struct watch listener;
  listener = listen_for_engines();
  if (listener.fd < 0 || !watch_for(&listener, EPOLLIN)) refuse(engine, UINT32_MAX, 0, errno);
  add_engine(engine);
  tell_ports(engine, F_PUBLISHED);
  for (;;) {
    struct epoll_event events[EVENTS];
    int timeout = streams_wait() ? 0 : earlier(expire_sessions(now_ms()), paused_ms());
    int count = epoll_wait(waiter, events, EVENTS, timeout);
    if (count <= 0) resume_ports();
    for (int i = 0; i < count; i++) serve(events[i].data.ptr);
    turn_streams();
    free_ended_sessions();
  }
}
