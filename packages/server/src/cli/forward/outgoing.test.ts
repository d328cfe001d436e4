import type { CapturedRequest } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { captured } from '../../../test/support/captured.ts';
import { headersOf, pathOf } from './outgoing.ts';

const LOCAL = new URL('http://localhost:3000');

function headers(rawHeaders: CapturedRequest['rawHeaders'], more: Partial<CapturedRequest> = {}, length = 0) {
  const flat = headersOf(captured({ rawHeaders, ...more }), LOCAL, length, false);
  return flat.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${flat[at + 1]}`] : []));
}

test('headers keep order, case and repeats; Host is the target’s and Content-Length that of the body', () => {
  const raw = [
    ['X-B', '2'],
    ['HOST', 'hooks.example.com'],
    ['x-a', '1'],
    ['content-LENGTH', '99'],
    ['X-B', '3'],
    ['x-empty', ''],
  ] as const;
  expect(headers(raw, {}, 5)).toEqual([
    'X-B: 2',
    'HOST: localhost:3000',
    'x-a: 1',
    'content-LENGTH: 5',
    'X-B: 3',
    'x-empty: ',
    'roomcast-request-id: r1',
  ]);
});

test('what belongs to the old connection is left out, also what `Connection` names, but nothing that delimits', () => {
  const raw = [
    ['Host', 'a'],
    ['Connection', 'close, X-Hop, host, Content-Length'],
    ['Transfer-Encoding', 'chunked'],
    ['Upgrade', 'websocket'],
    ['TE', 'trailers'],
    ['Keep-Alive', 'timeout=5'],
    ['x-hop', 'gone'],
    ['Content-Length', '3'],
    ['Authorization', 'Bearer x'],
    ['X-Forwarded-For', '192.0.2.1'],
  ] as const;
  expect(headers(raw, {}, 3)).toEqual([
    'Host: localhost:3000',
    'Content-Length: 3',
    'Authorization: Bearer x',
    'X-Forwarded-For: 192.0.2.1',
    'roomcast-request-id: r1',
  ]);
});

test('a body that came in chunks gets a length, and none is announced where none was', () => {
  expect(headers([['Host', 'a']], {}, 7)).toContain('Content-Length: 7');
  expect(headers([['Host', 'a']], { method: 'PATCH' })).toContain('Content-Length: 0');
  expect(headers([['Host', 'a']], { method: 'GET' })).toEqual(['Host: localhost:3000', 'roomcast-request-id: r1']);
});

test('a request without Host gets one, and a mark from elsewhere is replaced', () => {
  expect(headers([['Roomcast-Request-Id', 'theirs']], { method: 'GET' })).toEqual([
    'Host: localhost:3000',
    'roomcast-request-id: r1',
  ]);
});

test('--keep-host leaves Host as it was', () => {
  const request = captured({ rawHeaders: [['Host', 'hooks.example.com']], method: 'GET' });
  expect(headersOf(request, LOCAL, 0, true).slice(0, 2)).toEqual(['Host', 'hooks.example.com']);
});

test.for([
  ['http://t', '', '', '', '/'],
  ['http://t', '/', '', '', '/'],
  ['http://t', '/a%2Fb//ü', '?x=%20&x', 'x=%20&x', '/a%2Fb//ü?x=%20&x'],
  ['http://t/api', '', '', '', '/api'],
  ['http://t/api', '/x', '', '', '/api/x'],
  ['http://t/api/', '', '', '', '/api/'],
  ['http://t/api/', '/x', '?', '', '/api/x?'],
  ['http://t/api?key=1', '/x', '?a=b', 'a=b', '/api/x?key=1&a=b'],
  ['http://t/api?key=1', '', '', '', '/api?key=1'],
] as const)('to %s, %s%s goes as it was sent', ([target, path, search, query, expected]) => {
  expect(pathOf(captured({ url: `/hooks/shop${path}${search}`, path, query }), new URL(target))).toBe(expected);
});
