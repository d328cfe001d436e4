import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/support/inspect.ts';
import { Arrivals } from './arrivals.ts';
import type { RequestRow } from './request-row.ts';

const row = (target: string): RequestRow => ({
  id: target,
  offset: 1,
  method: 'GET',
  target,
  timestamp: '2026-01-01T00:00:00.000Z',
  sourceIp: '::1',
  size: 0,
  truncated: false,
});

test('UI-009 the first request is told at once, then a sum every three seconds', () => {
  const clock = new FakeClock();
  const said: string[] = [];
  const arrivals = new Arrivals({ clock, say: (text) => said.push(text) });
  arrivals.add(row('/a'), 1);
  arrivals.add(row('/b'), 1);
  arrivals.add(row('/c'), 4);
  expect(said).toEqual(['New request: GET /a']);
  clock.pass(3_000);
  expect(said[1]).toBe('5 new requests, the last: GET /c');
  clock.pass(3_000);
  arrivals.add(row('/d'), 1);
  expect(said[2]).toBe('New request: GET /d');
  expect(said).toHaveLength(3);
});
