/**
 * The close-code table. Standard codes keep their meaning (RFC 6455 §7.4.1, IANA registry). Among our own,
 * the range decides what a client does: 4000–4099 "do not reconnect, something must change first",
 * 4100–4199 "reconnect with backoff". PROTOCOL.md prints this table; a test compares the two.
 */

/** One row: the symbolic name, whether a client should reconnect, and what it means. */
export interface CloseRow {
  readonly name: string;
  readonly reconnect: boolean;
  readonly meaning: string;
}

export const CLOSE_CODES = {
  1000: { name: 'NORMAL', reconnect: false, meaning: 'Closed on purpose by the side that sent it.' },
  1001: { name: 'GOING_AWAY', reconnect: true, meaning: 'The server shuts down, or the page was left.' },
  1002: { name: 'PROTOCOL_ERROR', reconnect: false, meaning: 'A frame broke RFC 6455.' },
  1003: {
    name: 'UNSUPPORTED_DATA',
    reconnect: false,
    meaning: 'A binary frame on the raw bridge, which carries JSON text.',
  },
  1006: { name: 'ABNORMAL', reconnect: true, meaning: 'No close frame: the network or a process died. Never sent.' },
  1007: { name: 'INVALID_UTF8', reconnect: false, meaning: 'A text frame that is not UTF-8.' },
  1008: { name: 'TOO_FRAGMENTED', reconnect: false, meaning: 'A message in more than 16,384 fragments.' },
  1009: { name: 'TOO_BIG', reconnect: false, meaning: 'A message larger than the frame limit.' },
  1011: { name: 'INTERNAL_ERROR', reconnect: true, meaning: 'A fault of the server; it is logged.' },
  4000: { name: 'BAD_ROOM', reconnect: false, meaning: 'Raw bridge: `room` is missing or breaks the name rules.' },
  4001: { name: 'SESSION_EXPIRED', reconnect: false, meaning: 'The session ended; log in again.' },
  4002: { name: 'INVALID_JSON', reconnect: false, meaning: 'Raw bridge: a frame is not JSON.' },
  4003: {
    name: 'NOT_AN_OBJECT',
    reconnect: false,
    meaning: 'Raw bridge: a frame is JSON, but not an object, or nested too deep.',
  },
  4004: {
    name: 'SUPERSEDED',
    reconnect: false,
    meaning: 'The same user connected elsewhere, and one connection per user is allowed (preset `open`).',
  },
  4005: { name: 'TOKEN_EXPIRED', reconnect: false, meaning: 'The token ran out; connect again with a new one.' },
  4100: {
    name: 'SLOW_CONSUMER',
    reconnect: true,
    meaning: 'The client reads more slowly than its rooms speak, past the bound.',
  },
  4101: { name: 'HEARTBEAT_TIMEOUT', reconnect: true, meaning: 'No sign of life within the limit.' },
  4102: {
    name: 'RATE_LIMITED',
    reconnect: true,
    meaning: 'Raw bridge: too many messages; also a native client that goes on after many errors.',
  },
  4103: {
    name: 'SERVER_BUSY',
    reconnect: true,
    meaning: 'A bound of the server is reached (rooms in all, users at a time).',
  },
} as const satisfies Record<number, CloseRow>;

export type CloseCode = keyof typeof CLOSE_CODES;

/**
 * Whether a client that was closed with `code` should connect again.
 * Unknown codes are judged by their range; other standard codes are taken as passing faults.
 */
export function shouldReconnect(code: number): boolean {
  const row = (CLOSE_CODES as Record<number, CloseRow>)[code];
  if (row) return row.reconnect;
  return !(code >= 4000 && code < 4100);
}
