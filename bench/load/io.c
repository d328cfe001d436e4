// Bytes in and out of a connection.
#include "wsload.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define READ_SIZE (1 << 20)
// Room in front of the read area for the beginning of a frame that an earlier read brought.
#define CARRY_SIZE (1 << 20)
#define SMALL_BUFFER 8192

uint64_t peak_backlog;

void queue_bytes(connection *c, const void *data, uint32_t length) {
  buffer *b = &c->out;
  if (b->end + length > b->capacity && b->start) {
    memmove(b->data, b->data + b->start, b->end - b->start);
    b->end -= b->start;
    b->start = 0;
  }
  if (b->end + length > b->capacity) {
    b->capacity = (b->end + length) * 2 + 256;
    b->data = realloc(b->data, b->capacity);
  }
  memcpy(b->data + b->end, data, length);
  b->end += length;
  if (b->end - b->start > peak_backlog) peak_backlog = b->end - b->start;
}

void flush(connection *c) {
  buffer *b = &c->out;
  while (b->start < b->end) {
    ssize_t n = send(c->fd, b->data + b->start, b->end - b->start, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) {
      kill_connection(c, strerror(errno));
      return;
    }
    b->start += (uint32_t)n;
  }
  b->start = b->end = 0;
}

void send_text(connection *c, const char *text, int room) {
  char filled[4096];
  int n = fill_room(filled, sizeof filled, text, room);
  queue_frame(c, 1, filled, (uint32_t)n);
  flush(c);
}

static void keep_rest(connection *c, const char *rest, uint32_t length) {
  buffer *b = &c->in;
  if (length > CARRY_SIZE) {
    kill_connection(c, "a frame is too large");
    return;
  }
  if (length > b->capacity) {
    b->capacity = length * 2;
    b->data = realloc(b->data, b->capacity);
  }
  if (length) memcpy(b->data, rest, length);
  b->end = length;
  if (length == 0 && b->capacity > SMALL_BUFFER) {
    free(b->data);
    *b = (buffer){0};
  }
}

void on_readable(connection *c, int ended) {
  static char read_area[CARRY_SIZE + READ_SIZE];
  for (;;) {
    uint32_t carried = c->in.end;
    char *start = read_area + CARRY_SIZE - carried;
    ssize_t n = recv(c->fd, read_area + CARRY_SIZE, READ_SIZE, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      kill_connection(c, n == 0 ? "ended without a close frame" : strerror(errno));
      return;
    }
    if (carried) memcpy(start, c->in.data, carried);
    if (c->kind != STALLED) {
      count.reads++;
      count.bytes += (uint64_t)n;
    }
    uint32_t length = carried + (uint32_t)n, used = parse_input(c, start, length, now_ns());
    if (c->state == DEAD) return;
    keep_rest(c, start + used, length - used);
    if (c->state == DEAD || (n < READ_SIZE && !ended)) return;
  }
}
