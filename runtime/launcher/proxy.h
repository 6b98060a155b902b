/*
 * One proxy: the process that holds a container's published ports and serves those who come by the host's own addresses. It outlives
 * the engine, as a monitor does. One thread, level-triggered listeners, edge-triggered streams.
 */
#ifndef PROXY_H
#define PROXY_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

enum watch_kind { W_ENGINES, W_ENGINE, W_STREAM_PORT, W_DATAGRAM_PORT, W_STREAM, W_SESSION };

/* What epoll hands back: the first member of everything that is waited for. */
struct watch {
  enum watch_kind kind;
  int fd;
};

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

struct port {
  struct watch watch;
  const union address *target;
  bool paused;
  struct port *next_paused;
};

bool watch_for(struct watch *watch, uint32_t events);
socklen_t address_size(const union address *address);

/* proxy_stream.c */
void accept_streams(struct port *port);
void serve_stream(struct watch *watch);
/* True while a stream has more to move than one turn allows. */
bool streams_wait(void);
/* Gives every stream that has more to move its next turn, and frees those that have ended. After each batch of events. */
void turn_streams(void);
/* How long a port may stay paused for want of descriptors; -1: none is. */
int paused_ms(void);
void resume_ports(void);

/* proxy_datagram.c */
void serve_datagrams(struct port *port);
void serve_session(struct watch *watch);
/* Milliseconds until the oldest session is idle for too long; -1: there is none. Ends those that are. */
int expire_sessions(int64_t now);
void free_ended_sessions(void);

/* monitor.c */
int64_t now_ms(void);

_Noreturn void run_proxy(int engine);

#endif
