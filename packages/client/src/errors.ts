import type { ErrorCode, ServerEvents } from '@roomcast/protocol';

/**
 * Why a publish was rejected: a code of the protocol's error table, or one of the client's own.
 * `OUTBOX_FULL`: too many publishes wait. `CLOSED`: the client was closed. `LEFT`: the room was left.
 * In chat besides `OFFLINE`: there is no connection, or it was lost before the answer. `NO_ANSWER`: the server is
 * silent. `DISCARDED`: the message was taken out of the outbox.
 */
export type RoomcastErrorCode = ErrorCode | 'OUTBOX_FULL' | 'CLOSED' | 'LEFT' | 'OFFLINE' | 'NO_ANSWER' | 'DISCARDED';

/** The error that a publish, and every other request, rejects with. */
export class RoomcastError extends Error {
  readonly code: RoomcastErrorCode;
  /** Milliseconds to wait before trying again, where the server named them. */
  readonly retryAfter: number | null;
  /** The field that is wrong, as `payload.name` or `body.username`, where the server named one. */
  readonly field: string | null;

  constructor(code: RoomcastErrorCode, message: string, retryAfter: number | null = null, field: string | null = null) {
    super(message);
    this.name = 'RoomcastError';
    this.code = code;
    this.retryAfter = retryAfter;
    this.field = field;
  }
}

export type ErrorPayload = ServerEvents['error'];

const PASSING: readonly string[] = ['RATE_LIMITED', 'OVERLOADED', 'SHUTTING_DOWN'] satisfies ErrorCode[];
const DEFAULT_WAIT = 1000;

/** Milliseconds after which a refused command is worth repeating, or null where repeating cannot help. */
export function waitBeforeRetry(code: string, retryAfter?: number): number | null {
  return PASSING.includes(code) ? (retryAfter ?? DEFAULT_WAIT) : null;
}
