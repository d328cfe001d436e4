import type { ErrorCode } from '@roomcast/protocol';

/** Why a call failed, in words for people. */
export class ApiError extends Error {
  /** The server's, or `OFFLINE` where it could not be reached. */
  readonly code: ErrorCode | 'OFFLINE';
  /** The field that is wrong, without its place in the call: `name`, `response.status`. */
  readonly field: string | null;

  constructor(code: ErrorCode | 'OFFLINE', message: string, field: string | null = null) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.field = field;
  }
}

interface Problem {
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly field?: string;
}

/** The error that an answer carries (RFC 9457), or that its status means. */
export async function readError(response: Response): Promise<ApiError> {
  const problem = await response.json().catch(() => null);
  const { code, detail, field } = (problem ?? {}) as Problem;
  const words = detail ?? `The server answered with the status ${response.status}.`;
  return new ApiError(code ?? 'INTERNAL_ERROR', words, field?.replace(/^(body|payload)\./, '') ?? null);
}
