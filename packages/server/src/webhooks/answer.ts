import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WebhookResponse } from '@roomcast/protocol';
import { headersOf, PROBLEM_TYPE, type Problem } from '../http/problem.ts';

/** Milliseconds for which what a sender still sends is read and thrown away after its answer. */
const LINGER = 5000;
const PREFLIGHT_AGE = '600';

/** What a webhook answers is foreign content: no page of this origin may be made of it. */
const HARMLESS = ['content-security-policy', 'sandbox', 'x-content-type-options', 'nosniff'] as const;
const ANY_ORIGIN = ['access-control-allow-origin', '*', 'access-control-expose-headers', '*'] as const;

/** Statuses whose answers have no body (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** Answers what the webhook is set to answer. */
export function answerAs(response: ServerResponse, settings: WebhookResponse, requestId: string): void {
  const { status, headers, cors } = settings;
  const body = BODILESS.has(status) ? '' : settings.body;
  const own = new Set(headers.map(([name]) => name.toLowerCase()));
  const lines: string[] = [...HARMLESS, 'roomcast-request-id', requestId];
  if (cors) lines.push(...ANY_ORIGIN);
  if (!own.has('cache-control')) lines.push('cache-control', 'no-store');
  if (body !== '' && !own.has('content-type')) lines.push('content-type', 'text/plain; charset=utf-8');
  if (status !== 204 && status !== 304) lines.push('content-length', String(Buffer.byteLength(body)));
  for (const [name, value] of headers) lines.push(name, value);
  response.writeHead(status, lines);
  response.end(body); // Node leaves it out where the method is HEAD
}

/** Whether a browser asks beforehand if a page may send something (the Fetch standard's CORS-preflight request). */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && 'origin' in headers && 'access-control-request-method' in headers;
}

/** Any page may send anything. */
export function answerPreflight(response: ServerResponse, { headers }: IncomingMessage, requestId: string): void {
  const lines = [...HARMLESS, 'roomcast-request-id', requestId, ...ANY_ORIGIN];
  lines.push('access-control-allow-methods', headers['access-control-request-method'] ?? '*');
  const asked = headers['access-control-request-headers'];
  if (asked !== undefined) lines.push('access-control-allow-headers', asked);
  lines.push('access-control-max-age', PREFLIGHT_AGE, 'vary', 'access-control-request-headers');
  response.writeHead(204, lines);
  response.end();
}

/** Answers a refusal, which pages of any origin may read: it says nothing that its sender does not know. */
export function answerProblem(response: ServerResponse, problem: Problem, requestId: string | null = null): void {
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, problemLines(problem, body, requestId));
  response.end(body);
}

/**
 * Answers a refusal to somebody who is still sending. A connection that is closed while bytes come in is reset, and the
 * answer may be lost with it: so the rest is read for a while, and thrown away.
 */
export function answerProblemEarly(
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
  requestId: string | null = null,
): void {
  const body = JSON.stringify(problem);
  response.writeHead(problem.status, [...problemLines(problem, body, requestId), 'connection', 'close']);
  response.write(body); // all of it is on its way: only the end, with which Node closes the connection, is held back
  const end = (): void => {
    clearTimeout(timer);
    request.off('end', end).off('close', end);
    response.end();
  };
  const timer = setTimeout(end, LINGER).unref();
  request.on('end', end).on('close', end);
  request.resume();
}

function problemLines(problem: Problem, body: string, requestId: string | null): string[] {
  const lines: string[] = [...HARMLESS, ...ANY_ORIGIN, 'content-type', PROBLEM_TYPE];
  lines.push('content-length', String(Buffer.byteLength(body)), ...Object.entries(headersOf(problem)).flat());
  if (requestId !== null) lines.push('roomcast-request-id', requestId);
  return lines;
}
