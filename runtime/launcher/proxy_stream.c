/* TCP connections that came by an address of the host, moved on by splice(2): no byte of them enters this process. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proxy.h"

#define ACCEPTED_AT_ONCE 16
/* A pipe begins small and grows once a stream fills it: most carry little. */
#define PIPE_FULL (32 * 1024)
#define PIECE (1024 * 1024)
/* Pieces of one stream before the others have their turn. */
#define PIECES_A_TURN 16
#define PAUSE_MS 1000

struct stream;

/* One end, and what comes from it: through a pipe to the other end. */
struct end {
  struct watch watch;
  struct stream *stream;
  int pipe[2];
  size_t held;
  bool ended, shut, grown;
};

struct stream {
  struct end ends[2]; /* the client, the container */
  bool connecting, dead, queued;
  struct stream *next;
};

/* Streams with a turn to come, or to be freed. */
static struct stream *queue;
static struct port *paused;

static void enqueue(struct stream *s) {
  if (s->queued) return;
  s->queued = true;
  s->next = queue;
  queue = s;
}

static void close_end(struct end *end) {
  if (end->watch.fd >= 0) close(end->watch.fd);
  if (end->pipe[0] >= 0) close(end->pipe[0]);
  if (end->pipe[1] >= 0) close(end->pipe[1]);
  end->watch.fd = end->pipe[0] = end->pipe[1] = -1;
}

/* `reset`: the other side learns of it as of a connection that broke, not of one that ended. Freed once no event can name it. */
static void end_stream(struct stream *s, bool reset) {
  if (s->dead) return;
  s->dead = true;
  struct linger at_once = {1, 0};
  for (int i = 0; i < 2; i++) {
    if (reset && s->ends[i].watch.fd >= 0) setsockopt(s->ends[i].watch.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close_end(&s->ends[i]);
  }
  enqueue(s);
}

enum moved { M_NOTHING, M_SOME, M_BROKEN };

static enum moved move_once(struct end *from, struct end *to) {
  enum moved result = M_NOTHING;
  if (!from->ended) {
    ssize_t got = splice(from->watch.fd, NULL, from->pipe[1], NULL, PIECE, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (got < 0 && errno != EAGAIN && errno != EINTR) return M_BROKEN;
    if (got == 0) from->ended = true;
    if (got > 0) {
      from->held += (size_t)got;
      result = M_SOME;
      if (from->held >= PIPE_FULL && !from->grown) {
        fcntl(from->pipe[1], F_SETPIPE_SZ, PIECE);
        from->grown = true;
      }
    }
  }
  if (from->held) {
    ssize_t sent = splice(from->pipe[0], NULL, to->watch.fd, NULL, from->held, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return M_BROKEN;
    if (sent > 0) {
      from->held -= (size_t)sent;
      result = M_SOME;
    }
  }
  if (from->ended && !from->held && !from->shut) {
    shutdown(to->watch.fd, SHUT_WR);
    from->shut = true;
  }
  return result;
}

static void move(struct stream *s) {
  bool more = true;
  for (int piece = 0; more && piece < PIECES_A_TURN; piece++) {
    more = false;
    for (int i = 0; i < 2; i++) {
      enum moved moved = move_once(&s->ends[i], &s->ends[1 - i]);
      if (moved == M_BROKEN) {
        end_stream(s, true);
        return;
      }
      more = more || moved == M_SOME;
    }
  }
  if (s->ends[0].shut && s->ends[1].shut) end_stream(s, false);
  else if (more) enqueue(s);
}

static struct stream *new_stream(int client, const union address *target) {
  struct stream *s = calloc(1, sizeof *s);
  if (!s) {
    close(client);
    return NULL;
  }
  int on = 1, fds[2] = {client, socket(target->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  for (int i = 0; i < 2; i++) {
    struct end *end = &s->ends[i];
    end->watch = (struct watch){W_STREAM, fds[i]};
    end->stream = s;
    end->pipe[0] = end->pipe[1] = -1;
  }
  s->connecting = true;
  bool ok = fds[1] >= 0;
  for (int i = 0; ok && i < 2; i++) {
    setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ok = pipe2(s->ends[i].pipe, O_CLOEXEC | O_NONBLOCK) == 0;
  }
  ok = ok && (connect(fds[1], &target->any, address_size(target)) == 0 || errno == EINPROGRESS);
  for (int i = 0; ok && i < 2; i++) ok = watch_for(&s->ends[i].watch, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  if (!ok) end_stream(s, true);
  return s;
}

/* A listener that stays readable because there is no descriptor left would be served without end. */
static void pause_port(struct port *port) {
  if (!watch_for(&port->watch, 0)) return;
  port->paused = true;
  port->next_paused = paused;
  paused = port;
}

int paused_ms(void) { return paused ? PAUSE_MS : -1; }

void resume_ports(void) {
  for (struct port *port = paused; port; port = port->next_paused) {
    port->paused = false;
    watch_for(&port->watch, EPOLLIN);
  }
  paused = NULL;
}

void accept_streams(struct port *port) {
  for (int i = 0; i < ACCEPTED_AT_ONCE && !port->paused; i++) {
    int client = accept4(port->watch.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client >= 0) {
      new_stream(client, port->target);
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) pause_port(port);
    if (errno != ECONNABORTED && errno != EINTR) return;
  }
}

void serve_stream(struct watch *watch) {
  struct stream *s = ((struct end *)watch)->stream;
  if (s->dead) return;
  if (s->connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    struct sockaddr_storage peer;
    socklen_t peer_size = sizeof peer;
    if (getsockopt(s->ends[1].watch.fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error) {
      end_stream(s, true);
      return;
    }
    if (getpeername(s->ends[1].watch.fd, (struct sockaddr *)&peer, &peer_size) < 0) return;
    s->connecting = false;
  }
  move(s);
}

bool streams_wait(void) { return queue != NULL; }

void turn_streams(void) {
  struct stream *turn = queue;
  queue = NULL;
  while (turn) {
    struct stream *s = turn;
    turn = s->next;
    s->queued = false;
    if (!s->dead) move(s);
    /* Now it may be in the queue again, where it stays until the next turn. */
    if (s->dead && !s->queued) {
      free(s);
      resume_ports();
    }
  }
}
