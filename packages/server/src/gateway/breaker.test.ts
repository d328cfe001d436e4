import { expect, test } from 'vitest';
import { Breaker, type BreakerState } from './breaker.ts';

function setUp() {
  const clock = { time: 0, now: () => 0, monotonic: () => clock.time };
  const states: BreakerState[] = [];
  const onChange = (state: BreakerState) => void states.push(state);
  const breaker = new Breaker({ clock, threshold: 3, min: 1000, max: 3000, random: () => 1, onChange });
  return { breaker, clock, states };
}

test('G9.1 it opens after as many failures in a row as it is told, and a success begins anew', () => {
  const { breaker, states } = setUp();
  breaker.failed(null, null);
  breaker.failed(null, null);
  breaker.succeeded();
  breaker.failed(null, null);
  breaker.failed('a', null);
  expect(breaker.acquire()).toBe(true);
  breaker.failed('b', null);
  expect([breaker.acquire(), states]).toEqual([false, ['open']]);
});

test('G9.1 one user whose events fail does not open it', () => {
  const { breaker } = setUp();
  for (let i = 0; i < 100; i++) breaker.failed('a', null);
  expect(breaker.state).toBe('closed');
});

test('G9.1 after a pause that doubles up to its bound one probe gets through, and decides', () => {
  const { breaker, clock, states } = setUp();
  for (let i = 0; i < 3; i++) breaker.failed(null, null);
  for (const pause of [1000, 2000, 3000, 3000]) {
    expect(breaker.wait).toBe(pause);
    clock.time += pause - 1;
    expect(breaker.acquire()).toBe(false);
    clock.time += 1;
    expect([breaker.acquire(), breaker.acquire()]).toEqual([true, false]);
    breaker.failed('whoever', null);
  }
  clock.time += 3000;
  expect(breaker.acquire()).toBe(true);
  breaker.succeeded();
  expect([breaker.acquire(), breaker.acquire(), states.at(-1)]).toEqual([true, true, 'closed']);
  for (let i = 0; i < 3; i++) breaker.failed(null, null);
  expect(breaker.wait).toBe(1000);
});

test('G9.1 it stays open as long as the backend asked for', () => {
  const { breaker } = setUp();
  breaker.failed('a', null);
  breaker.failed('b', null);
  breaker.failed('c', 60_000);
  expect(breaker.wait).toBe(60_000);
});
