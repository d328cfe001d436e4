// wsload: a neutral WebSocket load generator. One thread, epoll, no dependencies.
//
// One process plays all members and all publishers of a test, so that latency is the difference of two readings of one
// clock. It knows no server: how to join, what to answer and how a message is wrapped are options (options.c).
// Every message is a JSON object {"m":SEQUENCE,"t":NANOSECONDS,"p":"xxx…"}; the generator looks for `"m":` in whatever
// arrives, so framing around the object does not matter to it. Results are JSON lines on stdout, one per phase.
#ifndef WSLOAD_H
#define WSLOAD_H

#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>

// ---- options.c

// A message from the server that starts with `prefix` is answered with `reply` (a heartbeat, a second handshake).
typedef struct {
  const char *prefix, *reply;
} rule;

#define MAX_RULES 8
#define MAX_MARKS 8
#define MAX_PIDS 64

// What members do, and what publishers do. %d in a text stands for the number of the room.
typedef struct {
  const char *path;  // of the upgrade request
  const char *open;  // sent once the socket is open, once per room that the connection joins; NULL: nothing
  const char *ready; // text in the frame that confirms a join; NULL: an open socket is ready
  rule rules[MAX_RULES];
  int rule_count;
} role;

typedef struct {
  const char *host, *label;
  int port, core;
  int members, publishers, stalled, rooms, joins, bytes, concurrency, burst;
  role member, publisher;
  const char *wrap_before, *wrap_after; // around each published object
  double duration, warm, warm_rate, hold, leave;
  const char *rates;
  double search_from, search_to, search_budget, p99_limit_us;
  int bisections, repeat, cycles;
  int marks[MAX_MARKS], mark_count;
  int pids[MAX_PIDS], pid_count;
} options;

extern options opt;
void parse_options(int argc, char **argv);
// Writes `text` with %d replaced by `room`. Returns the length.
int fill_room(char *out, int capacity, const char *text, int room);

// ---- connection.c

enum kind { MEMBER, PUBLISHER, STALLED };
enum state { UNUSED, CONNECTING, HANDSHAKE, OPEN, DEAD };

typedef struct {
  char *data;
  uint32_t start, end, capacity;
} buffer;

typedef struct {
  int fd, index, room, joined;
  enum kind kind;
  enum state state;
  uint8_t ready, asleep; // asleep: does not read (a stalled member)
  uint16_t close_code;   // of the server's close frame; 0: none seen
  buffer in, out;        // input that is not a whole frame yet; output that the kernel did not take yet
  int64_t *last_seq;     // the highest sequence seen, per joined room
  uint64_t seen, holes;  // messages, and sequences that were skipped (kept for stalled members only)
} connection;

extern connection *connections;
extern int connection_count, ready_count, dead_count, next_connection;
extern int *room_members; // ready members per room

void connections_init(void);
void connect_up_to(int index); // starts connections while fewer than opt.concurrency are on their way
void send_upgrade(connection *c);
void on_open(connection *c);
void confirm_join(connection *c);
void kill_connection(connection *c, const char *why);
void leave_all(void);
void connections_forget(void); // after leave_all(): as if none had been

// ---- io.c

extern uint64_t peak_backlog; // most unsent bytes of one connection since it was last set to 0

void queue_bytes(connection *c, const void *data, uint32_t length);
void flush(connection *c);
void send_text(connection *c, const char *text, int room);
// Reads what is there. `ended`: the peer's end is announced already; edge-triggered, it won't be again, so that the
// socket has to be read to its end.
void on_readable(connection *c, int ended);

// ---- loop.c

int64_t now_ns(void);
void loop_init(void);
void watch(connection *c);
void set_asleep(connection *c);
void wake(connection *c);
// Handles what is ready on the sockets; waits `max_wait_ns` at most, less if a message is due.
void pump(int64_t max_wait_ns);
void pump_for(double seconds);

// ---- frame.c

void queue_frame(connection *c, int opcode, const char *data, uint32_t length);
// Reads the handshake's answer and whole frames. Returns the bytes used; the rest is to be offered again with more.
uint32_t parse_input(connection *c, char *data, uint32_t length, int64_t now);

// ---- message.c

// Counters of the step that is being measured.
typedef struct {
  uint64_t sent, expected, received, frames, stale, out_of_order, bytes, reads;
  int64_t first_seq, last_arrival, latency_max, publish_lag_max;
} counters;

extern counters count;
extern int64_t next_seq;
extern int publishing;
void start_publishing(double rate, double seconds);
int64_t publishing_ends(void);
int64_t next_publication_due(void);
void publish_due(void);
void on_message(connection *c, const char *data, uint64_t length, int64_t now);

// ---- histogram.c

void histogram_clear(void);
void histogram_add(uint64_t nanoseconds);
double histogram_us(double fraction, uint64_t total); // the value below which `fraction` of all lie; -1: none recorded

// ---- server.c: what the kernel says about the server's processes

typedef struct {
  double cpu_s;                   // run time of all threads, to the nanosecond (schedstat)
  double user_s, system_s;        // the same by the tick of the clock
  double core_busy_s, core_steal_s, core_softirq_s; // of the server's core
  double self_s;                  // CPU time of this generator
  long rss_kb, pss_kb;            // only if asked for: reading them walks the page tables
  int64_t at;
} usage;

void read_usage(usage *u, int with_memory);
long server_rss_kb(void); // cheap, so that it can be sampled during a step

// ---- step.c

// Publishes at `rate` messages per second for `seconds`, waits for the rest, prints one line unless `quiet`.
// Returns whether nothing was lost, nobody was closed, the publishers kept pace and the 99th percentile is in bounds.
int run_step(double rate, double seconds, int quiet);
void run_search(void);

#endif
