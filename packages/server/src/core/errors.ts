import type { ErrorCode } from '@roomcast/protocol';

/** A refusal with a code of the error table: the client's fault or a bound, never a fault of the server. */
export class CommandError extends Error {
  readonly code: ErrorCode;
  /** Path of the offending field, as `payload.roomId`. */
  readonly field: string | undefined;
  /** Milliseconds after which it may work. */
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, details: { field?: string; retryAfter?: number } = {}) {
    super(message);
    this.code = code;
    this.field = details.field;
    this.retryAfter = details.retryAfter;
  }
}
