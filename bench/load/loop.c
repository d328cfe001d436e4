// The epoll loop: waits for sockets and for the next message that is due.
#include "wsload.h"
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#define EVENTS 512

static int epoll_fd;

int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void loop_init(void) { epoll_fd = epoll_create1(0); }

void watch(connection *c) {
  struct epoll_event wanted = {.events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP, .data.u32 = (uint32_t)c->index};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &wanted);
}

void set_asleep(connection *c) { c->asleep = 1; }

void wake(connection *c) {
  c->asleep = 0;
  if (c->state == OPEN) on_readable(c, 1); // edge-triggered: what came meanwhile is not announced again
}

static void on_connect_event(connection *c, uint32_t events) {
  int error = 0;
  socklen_t size = sizeof error;
  if (events & (EPOLLERR | EPOLLHUP)) {
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    kill_connection(c, strerror(error));
  } else if (events & EPOLLOUT) {
    send_upgrade(c);
  }
}

static void on_event(connection *c, uint32_t events) {
  if (c->state == DEAD) return;
  if (c->state == CONNECTING) on_connect_event(c, events);
  else if ((events & EPOLLOUT) && c->out.end > c->out.start) flush(c);
  if (c->state == DEAD || c->asleep) return;
  uint32_t ended = events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR);
  if ((events & EPOLLIN) || ended) on_readable(c, ended != 0);
}

void pump(int64_t max_wait_ns) {
  static struct epoll_event events[EVENTS];
  int64_t wait = max_wait_ns, due = next_publication_due() - now_ns();
  if (publishing && next_publication_due() < publishing_ends() && due < wait) wait = due;
  if (wait < 0) wait = 0;
  struct timespec timeout = {wait / 1000000000, wait % 1000000000};
  int n = epoll_pwait2(epoll_fd, events, EVENTS, &timeout, NULL);
  for (int i = 0; i < n; i++) {
    if (publishing && i % 16 == 15) publish_due(); // stay on time while much arrives
    on_event(&connections[events[i].data.u32], events[i].events);
  }
  if (publishing) publish_due();
}

void pump_for(double seconds) {
  int64_t end = now_ns() + (int64_t)(seconds * 1e9), left;
  while ((left = end - now_ns()) > 0) pump(left < 50000000 ? left : 50000000);
}
