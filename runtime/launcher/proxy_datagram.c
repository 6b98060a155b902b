/* UDP that came by an address of the host: one socket towards the container for each client, until both are silent for a while. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxy.h"

#define IDLE_MS 90000
#define MAX_SESSIONS 1024
#define BUCKETS 256
#define DATAGRAMS_A_TURN 32
#define DATAGRAM_MAX 65536

struct session {
  struct watch watch;
  struct port *port;
  union address client;
  union {
    struct in_pktinfo v4;
    struct in6_pktinfo v6;
  } local; /* the address of the host that the client used: answers come from it */
  int64_t used_at;
  bool dead;
  struct session *in_bucket, *older, *newer;
};

static struct session *buckets[BUCKETS];
static struct session *oldest, *newest, *ended;
static unsigned session_count;

static uint8_t *buffer(void) {
  static uint8_t *bytes;
  if (!bytes) bytes = malloc(DATAGRAM_MAX);
  return bytes;
}

static unsigned bucket_of(const union address *client) {
  uint32_t hash = client->any.sa_family == AF_INET ? client->v4.sin_addr.s_addr ^ client->v4.sin_port : client->v6.sin6_port;
  for (int i = 0; client->any.sa_family == AF_INET6 && i < 16; i++) hash = hash * 31 + client->v6.sin6_addr.s6_addr[i];
  return (hash ^ hash >> 8 ^ hash >> 16) % BUCKETS;
}

static void unlink_session(struct session *s) {
  *(s->older ? &s->older->newer : &oldest) = s->newer;
  *(s->newer ? &s->newer->older : &newest) = s->older;
  s->older = s->newer = NULL;
}

static void link_newest(struct session *s) {
  s->older = newest;
  *(newest ? &newest->newer : &oldest) = s;
  newest = s;
}

static void touch(struct session *s) {
  s->used_at = now_ms();
  if (s == newest) return;
  unlink_session(s);
  link_newest(s);
}

/* Freed once no event can name it. */
static void end_session(struct session *s) {
  struct session **at = &buckets[bucket_of(&s->client)];
  while (*at != s) at = &(*at)->in_bucket;
  *at = s->in_bucket;
  unlink_session(s);
  close(s->watch.fd);
  s->dead = true;
  s->in_bucket = ended;
  ended = s;
  session_count--;
}

void free_ended_sessions(void) {
  while (ended) {
    struct session *s = ended;
    ended = s->in_bucket;
    free(s);
  }
}

int expire_sessions(int64_t now) {
  while (oldest && oldest->used_at + IDLE_MS <= now) end_session(oldest);
  free_ended_sessions();
  return oldest ? (int)(oldest->used_at + IDLE_MS - now) : -1;
}

static bool is_same(const union address *a, const union address *b) {
  if (a->any.sa_family != b->any.sa_family) return false;
  if (a->any.sa_family == AF_INET) return a->v4.sin_port == b->v4.sin_port && a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
  bool same = !memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof a->v6.sin6_addr);
  return same && a->v6.sin6_port == b->v6.sin6_port && a->v6.sin6_scope_id == b->v6.sin6_scope_id;
}

static struct session *session_of(struct port *port, const union address *client) {
  struct session **bucket = &buckets[bucket_of(client)];
  for (struct session *s = *bucket; s; s = s->in_bucket) {
    if (s->port == port && is_same(&s->client, client)) return s;
  }
  if (session_count == MAX_SESSIONS) end_session(oldest);
  struct session *s = calloc(1, sizeof *s);
  int fd = s ? socket(port->target->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) : -1;
  if (!s) return NULL;
  s->watch = (struct watch){W_SESSION, fd};
  s->port = port;
  s->client = *client;
  if (fd < 0 || connect(fd, &port->target->any, address_size(port->target)) < 0 || !watch_for(&s->watch, EPOLLIN)) {
    if (fd >= 0) close(fd);
    free(s);
    return NULL;
  }
  s->in_bucket = *bucket;
  *bucket = s;
  link_newest(s);
  session_count++;
  return s;
}

static void keep_local(struct session *s, struct msghdr *message) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      memcpy(&s->local.v4, CMSG_DATA(c), sizeof s->local.v4);
      s->local.v4.ipi_ifindex = 0;
    }
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) memcpy(&s->local.v6, CMSG_DATA(c), sizeof s->local.v6);
  }
}

void serve_datagrams(struct port *port) {
  for (int i = 0; i < DATAGRAMS_A_TURN && buffer(); i++) {
    union address client;
    union {
      struct cmsghdr header;
      char space[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    } control;
    struct iovec data = {buffer(), DATAGRAM_MAX};
    struct msghdr message = {.msg_name = &client, .msg_namelen = sizeof client, .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t got = recvmsg(port->watch.fd, &message, 0);
    if (got < 0) return;
    struct session *s = session_of(port, &client);
    if (!s) continue;
    keep_local(s, &message);
    touch(s);
    /* A container that refuses it, or takes no more, loses it, as on any network. */
    send(s->watch.fd, buffer(), (size_t)got, MSG_NOSIGNAL);
  }
}

static void answer(struct session *s, size_t size) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(struct in6_pktinfo))];
  } control;
  bool is_v6 = s->client.any.sa_family == AF_INET6;
  size_t length = is_v6 ? sizeof s->local.v6 : sizeof s->local.v4;
  struct iovec data = {buffer(), size};
  struct msghdr message = {.msg_name = &s->client, .msg_namelen = address_size(&s->client), .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control};
  memset(&control, 0, sizeof control);
  message.msg_controllen = CMSG_SPACE(length);
  control.header.cmsg_level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
  control.header.cmsg_type = is_v6 ? IPV6_PKTINFO : IP_PKTINFO;
  control.header.cmsg_len = CMSG_LEN(length);
  memcpy(CMSG_DATA(&control.header), &s->local, length);
  sendmsg(s->port->watch.fd, &message, MSG_NOSIGNAL);
}

void serve_session(struct watch *watch) {
  struct session *s = (struct session *)watch;
  for (int i = 0; i < DATAGRAMS_A_TURN && !s->dead && buffer(); i++) {
    ssize_t got = recv(s->watch.fd, buffer(), DATAGRAM_MAX, 0);
    if (got < 0) return;
    touch(s);
    answer(s, (size_t)got);
  }
}
