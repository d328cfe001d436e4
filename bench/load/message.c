// What is published, and what arrives.
#include "wsload.h"
#include <stdlib.h>
#include <string.h>

counters count;
int64_t next_seq;
int publishing;

static int64_t ends_at, due_at;
static double interval_ns; // between two bursts

// A publisher that cannot get rid of its messages would fill our memory and measure nothing.
#define PUBLISHER_BACKLOG (64u << 20)
// Messages per call of publish_due(), so that reading is never starved by publishing.
#define PUBLISH_AT_ONCE 256

void start_publishing(double rate, double seconds) {
  memset(&count, 0, sizeof count);
  histogram_clear();
  count.first_seq = next_seq;
  interval_ns = 1e9 / rate * opt.burst;
  due_at = count.last_arrival = now_ns();
  ends_at = due_at + (int64_t)(seconds * 1e9);
  publishing = 1;
}

int64_t publishing_ends(void) { return ends_at; }

int64_t next_publication_due(void) { return due_at; }

// The room of a sequence follows from its number, so that a receiver can check the order within each room.
static int room_of(int64_t seq) {
  return opt.joins > 1 ? (int)(seq % opt.rooms) : (int)(seq % opt.publishers) % opt.rooms;
}

static connection *publish_one(int64_t now) {
  static char text[(1 << 16) + 4096];
  int64_t seq = next_seq++;
  int room = room_of(seq);
  connection *c = &connections[opt.members + seq % opt.publishers];
  if (c->state != OPEN) return NULL;
  int n = fill_room(text, 1024, opt.wrap_before, room);
  int start = n;
  n += sprintf(text + n, "{\"m\":%lld,\"t\":%lld,\"p\":\"", (long long)seq, (long long)now);
  while (n - start < opt.bytes - 2) text[n++] = 'x';
  text[n++] = '"';
  text[n++] = '}';
  n += sprintf(text + n, "%s", opt.wrap_after);
  queue_frame(c, 1, text, (uint32_t)n);
  if (c->out.end - c->out.start > PUBLISHER_BACKLOG) {
    fprintf(stderr, "wsload: the server does not read what is published\n");
    exit(3);
  }
  count.sent++;
  count.expected += (uint64_t)room_members[room];
  return c;
}

void publish_due(void) {
  int64_t now = now_ns();
  connection *touched[PUBLISH_AT_ONCE];
  int n = 0;
  while (due_at <= now && due_at < ends_at && n + opt.burst <= PUBLISH_AT_ONCE) {
    if (now - due_at > count.publish_lag_max) count.publish_lag_max = now - due_at;
    due_at += (int64_t)interval_ns;
    for (int i = 0; i < opt.burst; i++) {
      connection *c = publish_one(now);
      if (c) touched[n++] = c;
    }
  }
  // One send per connection for everything that is due: flushing an empty buffer costs nothing.
  for (int i = 0; i < n; i++)
    if (touched[i]->state == OPEN) flush(touched[i]);
}

static int64_t read_digits(const char **p, const char *end) {
  int64_t value = 0;
  while (*p < end && **p >= '0' && **p <= '9') value = value * 10 + *(*p)++ - '0';
  return value;
}

static void on_delivery(connection *c, int64_t seq, int64_t sent_at, int64_t now) {
  int64_t *last = &c->last_seq[opt.joins > 1 ? seq % opt.rooms : 0];
  int ordered = opt.publishers <= opt.rooms; // several publishers in a room have no common order
  if (c->kind == STALLED) {
    int64_t step = opt.joins > 1 ? opt.rooms : opt.publishers; // from one message of a room to its next
    c->seen++;
    if (ordered && *last >= 0 && seq > *last + step) c->holes += (uint64_t)((seq - *last) / step - 1);
    *last = seq;
    return;
  }
  if (seq < count.first_seq) {
    count.stale++; // of an earlier step, which had given it up as lost
  } else {
    int64_t latency = now > sent_at ? now - sent_at : 0;
    count.received++;
    count.last_arrival = now;
    if (latency > count.latency_max) count.latency_max = latency;
    histogram_add((uint64_t)latency);
  }
  if (ordered && seq <= *last) count.out_of_order++;
  *last = seq;
}

// Anything without a message in it: a confirmation, a heartbeat, a second handshake.
static void on_control(connection *c, const char *data, uint64_t length) {
  role *r = c->kind == PUBLISHER ? &opt.publisher : &opt.member;
  for (int i = 0; i < r->rule_count; i++) {
    size_t n = strlen(r->rules[i].prefix);
    if (length >= n && !memcmp(data, r->rules[i].prefix, n)) {
      send_text(c, r->rules[i].reply, c->room);
      break;
    }
  }
  if (r->ready && !c->ready && memmem(data, length, r->ready, strlen(r->ready))) confirm_join(c);
}

void on_message(connection *c, const char *data, uint64_t length, int64_t now) {
  const char *p = data, *end = data + length;
  int found = 0;
  count.frames++;
  // One WebSocket message may hold several of ours.
  while (p < end) {
    const char *m = memmem(p, (size_t)(end - p), "\"m\":", 4);
    if (!m) break;
    found = 1;
    p = m + 4;
    int64_t seq = read_digits(&p, end);
    if (end - p <= 5 || memcmp(p, ",\"t\":", 5)) continue;
    p += 5;
    int64_t sent_at = read_digits(&p, end);
    if (c->kind != PUBLISHER) on_delivery(c, seq, sent_at, now);
    if (m - 1 + opt.bytes > p) p = m - 1 + opt.bytes;
  }
  if (!found) on_control(c, data, length);
}
