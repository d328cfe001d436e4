import type { IncomingMessage } from 'node:http';
import type { CapturedRequest } from '@roomcast/protocol';
import { isoTime } from '../util/clock.ts';
import { bodyTextOf } from './body-text.ts';
import type { HookTarget } from './hook-target.ts';

/** What a request says of itself, beside its target and its body. */
export type RequestHead = Pick<IncomingMessage, 'method' | 'httpVersion' | 'rawHeaders'>;

/** What is known of how a request came. */
export interface Arrival {
  readonly id: string;
  readonly webhookId: string;
  /** When its headers had come, in milliseconds since 1970. */
  readonly at: number;
  readonly sourceIp: string;
  readonly secure: boolean;
}

/** As much of its body as is kept. */
export interface ReceivedBody {
  readonly bytes: Buffer;
  readonly truncated: boolean;
  /** Milliseconds from its headers to its end. */
  readonly duration: number;
}

/** A request as it is kept and sent to watchers. Text that is not ASCII in its head is one character for each byte. */
export function capturedRequestOf(
  head: RequestHead,
  target: HookTarget,
  { id, webhookId, at, sourceIp, secure }: Arrival,
  { bytes, truncated, duration }: ReceivedBody,
): CapturedRequest {
  const rawHeaders = pairsOf(head.rawHeaders);
  const headers = headersOf(rawHeaders);
  return {
    id,
    webhookId,
    method: head.method ?? '',
    url: target.url,
    path: target.path,
    query: target.query,
    httpVersion: head.httpVersion,
    headers,
    rawHeaders,
    queryParams: queryParamsOf(target.query),
    ...bodyTextOf(bytes),
    bodySize: bytes.length,
    truncated,
    timestamp: isoTime(at),
    sourceIp,
    userAgent: headers['user-agent'] ?? null,
    secure,
    duration: Math.round(duration * 100) / 100,
  };
}

function pairsOf(flat: readonly string[]): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return pairs;
}

/** Names in lower case, repeats joined (RFC 9110 §5.3; cookies as in RFC 6265 §5.4). */
function headersOf(rawHeaders: readonly (readonly [string, string])[]): Record<string, string> {
  const headers = withoutPrototype<string>();
  for (const [name, value] of rawHeaders) {
    const lower = name.toLowerCase();
    const before = headers[lower];
    headers[lower] = before === undefined ? value : `${before}${lower === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers;
}

/** As forms are read: `+` is a space, and what cannot be decoded stays as it is. */
function queryParamsOf(query: string): Record<string, string | readonly string[]> {
  const params = withoutPrototype<string | string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = params[name];
    if (before === undefined) params[name] = value;
    else if (typeof before === 'string') params[name] = [before, value];
    else before.push(value);
  }
  return params;
}

/** Strangers name its keys: `__proto__` is one like any other. */
function withoutPrototype<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}
