import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { ProblemError } from '../http/problem.ts';
import { acceptsEvents, isForEvents, readWish } from './sse-request.ts';

type Headers = Record<string, string>;

const requestOf = (url: string, headers: Headers = {}, method = 'GET') => ({ method, url, headers }) as IncomingMessage;

function problemOf(url: string, headers: Headers = {}, method = 'GET'): unknown {
  try {
    return readWish(requestOf(url, headers, method));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { status, code, field } = error.problem;
    return { status, code, ...(field === undefined ? {} : { field }) };
  }
}

test('events are at two addresses', () => {
  for (const url of ['/sse', '/sse?room=x', '/api/webhooks/abc/events', '/api/webhooks/a%2Eb/events?lastEventId=1']) {
    expect(isForEvents(requestOf(url)), url).toBe(true);
  }
  for (const url of ['/', '/ssex', '/sse/', '/api/webhooks/abc', '/api/webhooks//events', '/api/webhooks/a/b/events']) {
    expect(isForEvents(requestOf(url)), url).toBe(false);
  }
});

test('a name with a namespace is a full one, any other a room of the bridge', () => {
  const roomOf = (url: string) => readWish(requestOf(url)).room.full;
  expect(roomOf('/sse?room=live%3Ax')).toBe('live:x');
  expect(roomOf('/sse?room=lobby')).toBe('bridge:lobby');
  expect(roomOf('/sse?room=webhook:abc')).toBe('webhook:abc');
  expect(roomOf('/api/webhooks/a%2Db/events?room=live:x')).toBe('webhook:a-b');
});

test('what cannot be read is refused with its code', () => {
  const invalid = (field: string) => ({ status: 400, code: 'VALIDATION_ERROR', field });
  for (const url of ['/sse', '/sse?room=', '/sse?room=UP:x', '/sse?room=a&room=b', '/sse?room=%00']) {
    expect(problemOf(url), url).toEqual(invalid('query.room'));
  }
  for (const limit of ['-1', '501', '1e2', 'x', '']) {
    expect(problemOf(`/sse?room=x&limit=${limit}`), limit).toEqual(invalid('query.limit'));
  }
  for (const method of ['HEAD', 'POST', 'OPTIONS', 'DELETE']) {
    expect(problemOf('/sse?room=x', {}, method)).toEqual({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  }
  expect(problemOf('/sse?room=x', { accept: 'text/html' })).toMatchObject({ status: 406 });
  expect(problemOf('/api/webhooks/%E0%A4%A/events')).toEqual({ status: 404, code: 'NOT_FOUND' });
});

test('the header says where a reader stands, else the address', () => {
  const idOf = (url: string, headers: Headers = {}) => readWish(requestOf(url, headers)).lastEventId;
  expect(idOf('/sse?room=x')).toBeNull();
  expect(idOf('/sse?room=x&lastEventId=e-1')).toBe('e-1');
  expect(idOf('/sse?room=x&lastEventId=e-1', { 'last-event-id': 'e-2' })).toBe('e-2');
  expect(idOf('/sse?room=x&lastEventId=')).toBeNull();
  expect(idOf(`/sse?room=x&lastEventId=${'y'.repeat(5000)}`)).toHaveLength(100);
});

test('RFC 9110: the most specific range of "accept" decides', () => {
  for (const accept of [undefined, '', '*/*', 'text/*', 'Text/Event-Stream', 'text/html, text/event-stream;q=0.1']) {
    expect(acceptsEvents(accept), String(accept)).toBe(true);
  }
  for (const accept of ['application/json', 'text/html', 'text/event-stream;q=0', '*/*, text/event-stream; q=0.000']) {
    expect(acceptsEvents(accept), accept).toBe(false);
  }
});
