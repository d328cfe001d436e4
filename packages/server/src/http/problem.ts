import { ERRORS, type ErrorCode } from '@roomcast/protocol';
import { CommandError } from '../core/errors.ts';
import { StoreError } from '../store/store.ts';

/** An HTTP error as RFC 9457 has it, with the code of the error table. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  /** Path of the offending field. */
  readonly field?: string;
  readonly [extension: string]: unknown;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** @param extensions further members, as `field` or `supported` */
export function problem(code: ErrorCode, detail: string, extensions: Record<string, unknown> = {}): Problem {
  const { status } = ERRORS[code];
  return { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, code, ...extensions };
}

/** Thrown by handlers to answer with a problem. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(code: ErrorCode, detail: string, extensions: Record<string, unknown> = {}) {
    super(detail);
    this.problem = problem(code, detail, extensions);
  }
}

/** What an error says to the one who asked, or null for a fault of the server. */
export function problemOfError(error: unknown): Problem | null {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof CommandError) return problemOfCommand(error);
  if (!(error instanceof StoreError)) return null;
  if (error.code === 'conflict') return problem('CONFLICT', 'Something of that name exists already.');
  const retryAfter = 5000;
  if (error.code === 'overloaded') return problem('OVERLOADED', 'Too much waits to be saved just now.', { retryAfter });
  return problem('STORAGE_UNAVAILABLE', 'The database cannot be used just now; try again later.', { retryAfter });
}

function problemOfCommand({ code, message, field, retryAfter }: CommandError): Problem {
  const extensions = { ...(field === undefined ? {} : { field }), ...(retryAfter === undefined ? {} : { retryAfter }) };
  return problem(code, message, extensions);
}

/** The headers that belong to a problem: when to come again, and how to say who one is. */
export function headersOf({ status, retryAfter }: Problem): Record<string, string> {
  const headers: Record<string, string> = {};
  if (status === 401) headers['www-authenticate'] = 'Bearer'; // RFC 9110 §15.5.2 demands one
  if (typeof retryAfter === 'number') headers['retry-after'] = String(Math.ceil(retryAfter / 1000));
  return headers;
}
