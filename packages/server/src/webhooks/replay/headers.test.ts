import { expect, test } from 'vitest';
import { replayHeaders } from './headers.ts';

test('W11 headers are sent on as they came, but for those of the former connection and way', () => {
  const kept = ['X-A', '1', 'x-b', '', 'X-A', '2', 'Cookie', 'a=1', 'AUTHORIZATION', 'Bearer x', 'Content-Type', 'a/b'];
  const raw: [string, string][] = [
    ['Host', 'old.example'],
    ['Connection', 'close, X-Hop'],
    ['X-Hop', '1'],
    ['Keep-Alive', 'timeout=5'],
    ['Transfer-Encoding', 'chunked'],
    ['Content-Length', '7'],
    ['TE', 'trailers'],
    ['Trailer', 'x'],
    ['Upgrade', 'h2c'],
    ['Expect', '100-continue'],
    ['Proxy-Authorization', 'x'],
    ['X-Forwarded-For', '192.0.2.1'],
    ['Forwarded', 'for=192.0.2.1'],
    ['X-Real-IP', '192.0.2.1'],
    ['CF-Connecting-IP', '192.0.2.1'],
    ['Via', '1.1 proxy'],
  ];
  for (let at = 0; at < kept.length; at += 2) raw.push([kept[at] ?? '', kept[at + 1] ?? '']);
  expect(replayHeaders(raw)).toEqual([...kept, 'Via', '1.1 roomcast']);
});
