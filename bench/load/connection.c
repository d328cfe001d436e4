// The life of a connection: connecting, joining, ending.
#include "wsload.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// An address has about 28,000 ports to connect from.
#define CONNECTIONS_PER_ADDRESS 20000
// What a stalled member's own kernel takes before the server feels it: about one segment of loopback, because with
// less, waking up is a matter of TCP's persist timer.
#define STALLED_RECEIVE_BUFFER 65536

connection *connections;
int connection_count, ready_count, dead_count, next_connection;
int *room_members;
static int on_their_way;

void connections_init(void) {
  connection_count = opt.members + opt.publishers + opt.stalled;
  connections = calloc((size_t)connection_count + 1, sizeof *connections);
  room_members = calloc((size_t)opt.rooms, sizeof *room_members);
  int64_t *seqs = malloc((size_t)(connection_count + 1) * (size_t)opt.joins * sizeof *seqs);
  for (int i = 0; i < connection_count * opt.joins; i++) seqs[i] = -1;
  for (int i = 0; i < connection_count; i++) {
    connection *c = &connections[i];
    int in_kind = i < opt.members ? i : i < opt.members + opt.publishers ? i - opt.members : 0;
    c->kind = i < opt.members ? MEMBER : i < opt.members + opt.publishers ? PUBLISHER : STALLED;
    c->index = i;
    c->room = in_kind % opt.rooms;
    c->last_seq = seqs + (size_t)i * (size_t)opt.joins;
  }
  loop_init();
}

static role *role_of(connection *c) { return c->kind == PUBLISHER ? &opt.publisher : &opt.member; }

static void count_in_rooms(connection *c, int change) {
  if (c->kind != MEMBER) return;
  if (opt.joins == 1) room_members[c->room] += change;
  else for (int r = 0; r < opt.joins; r++) room_members[r] += change;
}

static void set_ready(connection *c) {
  c->ready = 1;
  on_their_way--;
  ready_count++;
  count_in_rooms(c, 1);
}

void confirm_join(connection *c) {
  if (++c->joined >= opt.joins) set_ready(c);
}

void on_open(connection *c) {
  role *r = role_of(c);
  c->state = OPEN;
  for (int i = 0; r->open && i < opt.joins; i++) send_text(c, r->open, opt.joins > 1 ? i : c->room);
  if (!r->ready) set_ready(c);
}

void kill_connection(connection *c, const char *why) {
  if (c->state == DEAD || c->state == UNUSED) return;
  if (c->ready) count_in_rooms(c, -1);
  else on_their_way--;
  if (dead_count++ < 5 && c->kind != STALLED) fprintf(stderr, "wsload: connection %d: %s\n", c->index, why);
  c->state = DEAD;
  close(c->fd);
}

void leave_all(void) {
  for (int i = 0; i < next_connection; i++) {
    connection *c = &connections[i];
    if (c->state != OPEN) continue;
    queue_frame(c, 8, "\x03\xe8", 2); // 1000, on purpose
    flush(c);
    if (c->state == OPEN) close(c->fd);
    c->state = DEAD;
  }
}

void connections_forget(void) {
  for (int i = 0; i < connection_count; i++) {
    connection *c = &connections[i];
    free(c->in.data);
    free(c->out.data);
    for (int j = 0; j < opt.joins; j++) c->last_seq[j] = -1;
    *c = (connection){.kind = c->kind, .index = i, .room = c->room, .last_seq = c->last_seq};
  }
  memset(room_members, 0, (size_t)opt.rooms * sizeof *room_members);
  ready_count = dead_count = next_connection = on_their_way = 0;
}

// ---- connecting

void send_upgrade(connection *c) {
  char path[512], request[1024];
  fill_room(path, sizeof path, role_of(c)->path, c->room);
  int n = snprintf(request, sizeof request,
                   "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                   path, opt.host, opt.port);
  c->state = HANDSHAKE;
  queue_bytes(c, request, (uint32_t)n);
  flush(c);
}

static void start_connection(connection *c) {
  int one = 1, small = STALLED_RECEIVE_BUFFER;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (c->fd < 0) {
    perror("wsload: socket");
    exit(1);
  }
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (c->kind == STALLED) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
  from.sin_addr.s_addr = htonl(0x7f000001u + (uint32_t)(c->index / CONNECTIONS_PER_ADDRESS));
  inet_pton(AF_INET, opt.host, &to.sin_addr);
  if (bind(c->fd, (void *)&from, sizeof from)) perror("wsload: bind");
  c->state = CONNECTING;
  on_their_way++;
  if (connect(c->fd, (void *)&to, sizeof to) && errno != EINPROGRESS) {
    kill_connection(c, strerror(errno));
    return;
  }
  watch(c);
}

void connect_up_to(int index) {
  while (next_connection < index && on_their_way < opt.concurrency) start_connection(&connections[next_connection++]);
}
