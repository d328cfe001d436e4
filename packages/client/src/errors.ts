import type { ErrorCode, ServerEvents } from '@roomcast/protocol';

/**
 * Why a publish was rejected: a code of the protocol's error table, or one of the client's own.
 * `OUTBOX_FULL`: too many publishes wait. `CLOSED`: the client was closed. `LEFT`: the room was left.
 */
export type RoomcastErrorCode = ErrorCode | 'OUTBOX_FULL' | 'CLOSED' | 'LEFT';

/** The error that a publish rejects with. */
export class RoomcastError extends Error {
  readonly code: RoomcastErrorCode;
  /** Milliseconds to wait before trying again, where the server named them. */
  readonly retryAfter: number | null;

  constructor(code: RoomcastErrorCode, message: string, retryAfter: number | null = null) {
    super(message);
    this.name = 'RoomcastError';
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export type ErrorPayload = ServerEvents['error'];

const PASSING: readonly string[] = ['RATE_LIMITED', 'OVERLOADED', 'SHUTTING_DOWN'] satisfies ErrorCode[];
const DEFAULT_WAIT = 1000;

/** Milliseconds after which a refused command is worth repeating, or null where repeating cannot help. */
export function waitBeforeRetry(code: string, retryAfter?: number): number | null {
  return PASSING.includes(code) ? (retryAfter ?? DEFAULT_WAIT) : null;
}
