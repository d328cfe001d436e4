import type { CapturedRequest } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { matcherOf } from '../../../../server/src/store/request-filter.ts';
import { capturedRequest } from '../../../test/support/captured-request.ts';
import { matches, type RequestFilter } from './match.ts';

const request = capturedRequest({
  method: 'POST',
  url: '/hooks/w1/Orders?page=2',
  path: '/Orders',
  query: 'page=2',
  headers: [
    ['Content-Type', 'application/json'],
    ['X-Event', 'Order.Created'],
  ],
  body: '{"user":{"id":7,"name":"Ann"},"items":[{"sku":"A1"}],"paid":true,"note":null,"big":12345678901234567890,"at":"café"}',
});

/** What the list of the HTTP API would say: the page's answer must be the same. */
const onServer = (captured: CapturedRequest, filter: RequestFilter) =>
  matcherOf(filter)(Buffer.from(JSON.stringify(captured)));

test.each<[RequestFilter, boolean]>([
  [{}, true],
  [{ method: 'POST' }, true],
  [{ method: 'post' }, false],
  [{ path: '/orders?PAGE' }, true],
  [{ path: 'w1' }, false],
  [{ header: { name: 'x-event', value: null } }, true],
  [{ header: { name: 'x-event', value: 'order.' } }, true],
  [{ header: { name: 'x-event', value: 'deleted' } }, false],
  [{ header: { name: 'constructor', value: null } }, false],
  [{ json: { path: '$.user.id', value: '7' } }, true],
  [{ json: { path: '$.user.id', value: '8' } }, false],
  [{ json: { path: '$.user.name', value: 'Ann' } }, true],
  [{ json: { path: '$.items[0].sku', value: null } }, true],
  [{ json: { path: '$.items[1]', value: null } }, false],
  [{ json: { path: '$.paid', value: 'true' } }, true],
  [{ json: { path: '$.note', value: null } }, true],
  [{ json: { path: '$.note', value: 'null' } }, true],
  [{ json: { path: '$.items', value: null } }, true],
  [{ json: { path: '$.items', value: '[{"sku":"A1"}]' } }, false],
  [{ json: { path: '$.items[0]', value: '{"sku":"A1"}' } }, false],
  [{ json: { path: '$..', value: null } }, false],
  [{ text: 'ANN' }, true],
  [{ text: 'hooks/W1' }, true],
  [{ text: 'order.created' }, true],
  [{ text: 'nobody' }, false],
  [{ text: 'CAFE\u0301' }, true],
  [{ text: 'CAFE' }, false],
  [{ json: { path: '$.big', value: '12345678901234567890' } }, true],
  [{ json: { path: '$.big', value: '12345678901234567891' } }, false],
  [{ from: Date.parse(request.timestamp) }, true],
  [{ to: Date.parse(request.timestamp) }, false],
  [{ method: 'POST', text: 'nobody' }, false],
])('%j: %j', (filter, expected) => {
  expect(matches(request, filter)).toBe(expected);
  expect(onServer(request, filter)).toBe(expected);
});

test('a body that is not JSON, or not text, has no places', () => {
  const filter = { json: { path: '$.a', value: null } };
  expect(matches(capturedRequest({ body: '{"a":' }), filter)).toBe(false);
  expect(matches(capturedRequest({ body: Buffer.from('{"a":1}') }), filter)).toBe(false);
  expect(matches(capturedRequest(), filter)).toBe(false);
});

test('a byte order mark in front of JSON does not matter', () => {
  const marked = capturedRequest({ body: '\uFEFF{"a":1}' });
  const filter = { json: { path: '$.a', value: '1' } };
  expect([matches(marked, filter), onServer(marked, filter)]).toEqual([true, true]);
});

test.each([
  ['marks', `a${'\u0301\u0316'.repeat(250_000)}`, false],
  ['rows of marks', `a${'\u0301\u0316'.repeat(15)}`.repeat(16_000), false],
  ['brackets', '['.repeat(1_000_000), false],
  ['arrays in arrays', `{"id":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, true],
])('1 MB of %s is looked through in a moment, with the same result', (_, body, isThere) => {
  const captured = capturedRequest({ body });
  const filters: readonly (readonly [RequestFilter, boolean])[] = [
    [{ text: 'zzz' }, false],
    [{ json: { path: '$.id', value: null } }, isThere],
    [{ json: { path: '$.id', value: '7' } }, false],
  ];
  const begin = performance.now();
  for (const [filter, expected] of filters) expect(matches(captured, filter)).toBe(expected);
  expect(performance.now() - begin).toBeLessThan(2000);
  for (const [filter, expected] of filters) expect(onServer(captured, filter)).toBe(expected);
});
