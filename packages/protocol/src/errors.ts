/**
 * The error table: every code that a client can meet, over WebSocket (`error`, `join_room_error`) and
 * over HTTP (problem+json). PROTOCOL.md prints this table; a test compares the two.
 */

/** One row: the HTTP status that carries the code, and what it means to whoever receives it. */
export interface ErrorRow {
  readonly status: number;
  readonly meaning: string;
}

export const ERRORS = {
  INVALID_JSON: { status: 400, meaning: 'The frame or body is not JSON (binary frames included).' },
  VALIDATION_ERROR: { status: 400, meaning: 'A field is missing or has the wrong shape; `field` names it.' },
  UNKNOWN_TYPE: { status: 400, meaning: 'No command has this `type`.' },
  UNSUPPORTED_SUBPROTOCOL: {
    status: 400,
    meaning: 'None of the offered WebSocket subprotocols is spoken here; `supported` lists those that are.',
  },
  UNAUTHENTICATED: { status: 401, meaning: 'An identity or API key is needed, or the one given is wrong.' },
  TOKEN_INVALID: { status: 401, meaning: 'The JSON Web Token is not accepted; `message` says why.' },
  TOKEN_EXPIRED: { status: 401, meaning: 'The JSON Web Token has run out; get a new one.' },
  FORBIDDEN: { status: 403, meaning: "Not allowed: by the room's namespace, or by the scopes of the API key." },
  ORIGIN_NOT_ALLOWED: { status: 403, meaning: 'The page that sent this is not in the list of allowed origins.' },
  NOT_FOUND: { status: 404, meaning: 'No such room, namespace, webhook or page.' },
  METHOD_NOT_ALLOWED: { status: 405, meaning: 'This address exists, but not with this HTTP method.' },
  NOT_ACCEPTABLE: { status: 406, meaning: 'The `Accept` header leaves out the only form that there is here.' },
  NOT_IN_ROOM: { status: 409, meaning: 'The command needs the room to be joined first.' },
  NOT_REGISTERED: { status: 409, meaning: 'Events for the backend need a user: send `register` first.' },
  CONFLICT: { status: 409, meaning: 'A room, user or webhook of that name exists already.' },
  PAYLOAD_TOO_LARGE: { status: 413, meaning: 'The body is larger than the limit.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, meaning: 'JSON endpoints take `content-type: application/json` only.' },
  RATE_LIMITED: { status: 429, meaning: 'Too many commands; try again after `retryAfter` milliseconds.' },
  LIMIT_EXCEEDED: { status: 429, meaning: 'A bound is reached (rooms in all, or rooms of this connection).' },
  INTERNAL_ERROR: { status: 500, meaning: 'A fault of the server; it is logged with this connection or request id.' },
  TARGET_UNREACHABLE: {
    status: 502,
    meaning: 'Where the request was to be sent on, nobody answered; `detail` says why.',
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    meaning: 'The database cannot be read or written just now; nothing was changed, try again later.',
  },
  OVERLOADED: { status: 503, meaning: 'The server sheds load; the command had no effect, try again later.' },
  SERVER_BUSY: { status: 503, meaning: 'No place for another connection, in all or from this address.' },
  SHUTTING_DOWN: { status: 503, meaning: 'The server is draining; connect again, it or another will answer.' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;
