// RFC 6455: the client's half of the handshake and of framing.
#include "wsload.h"
#include <stdlib.h>
#include <string.h>

// The answer to the fixed key that connection.c sends.
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

void queue_frame(connection *c, int opcode, const char *data, uint32_t length) {
  static const uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
  static char masked[1 << 17];
  uint8_t header[8];
  uint32_t k = 0;
  if (length + 4 > sizeof masked || length > 65535) {
    fprintf(stderr, "wsload: a frame of %u bytes is too large\n", length);
    exit(2);
  }
  header[k++] = (uint8_t)(0x80 | opcode);
  if (length < 126) {
    header[k++] = (uint8_t)(0x80 | length);
  } else {
    header[k++] = 0x80 | 126;
    header[k++] = (uint8_t)(length >> 8);
    header[k++] = (uint8_t)length;
  }
  memcpy(masked, mask, 4);
  for (uint32_t i = 0; i < length; i++) masked[4 + i] = (char)(data[i] ^ mask[i & 3]);
  queue_bytes(c, header, k);
  queue_bytes(c, masked, 4 + length);
}

static uint32_t parse_handshake(connection *c, char *data, uint32_t length) {
  char *end = memmem(data, length, "\r\n\r\n", 4);
  if (!end) return 0;
  size_t head = (size_t)(end - data) + 2;
  if (head < 12 || memcmp(data, "HTTP/1.1 101", 12) || !memmem(data, head, ACCEPT, sizeof ACCEPT - 1)) {
    kill_connection(c, "the upgrade was refused");
    return length;
  }
  on_open(c);
  return (uint32_t)head + 2;
}

static void on_close_frame(connection *c, const uint8_t *payload, uint64_t length) {
  c->close_code = length >= 2 ? (uint16_t)(payload[0] << 8 | payload[1]) : 1005;
  kill_connection(c, "closed by the server");
}

// Returns the length of the header, or 0 if it is not whole; `*length` becomes that of the payload.
static uint32_t parse_header(const uint8_t *h, uint32_t available, uint64_t *length) {
  if (available < 2) return 0;
  *length = h[1] & 127;
  if (*length < 126) return 2;
  uint32_t extra = *length == 126 ? 2 : 8;
  if (available < 2 + extra) return 0;
  *length = 0;
  for (uint32_t i = 0; i < extra; i++) *length = *length << 8 | h[2 + i];
  return 2 + extra;
}

uint32_t parse_input(connection *c, char *data, uint32_t length, int64_t now) {
  uint32_t used = 0;
  if (c->state == HANDSHAKE) {
    used = parse_handshake(c, data, length);
    if (used == 0) return 0;
  }
  while (c->state == OPEN) {
    uint8_t *frame = (uint8_t *)data + used;
    uint64_t size;
    uint32_t header = parse_header(frame, length - used, &size);
    if (header == 0 || length - used < header + size) break;
    char *payload = (char *)frame + header;
    switch (frame[0] & 15) {
    case 0: case 1: case 2: on_message(c, payload, size, now); break;
    case 8: on_close_frame(c, (uint8_t *)payload, size); return length;
    case 9:
      queue_frame(c, 10, payload, (uint32_t)size);
      flush(c);
      break;
    }
    used += header + (uint32_t)size;
  }
  return used;
}
