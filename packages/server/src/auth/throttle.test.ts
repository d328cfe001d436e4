import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/core.ts';
import { Throttle } from './throttle.ts';

function throttle(limit: number, period: number) {
  const clock = new ManualClock();
  return { clock, throttle: new Throttle({ limit, period, clock }) };
}

test('so many are free, then one comes back after another', () => {
  const { clock, throttle: attempts } = throttle(3, 3000);
  expect([1, 2, 3, 4].map(() => attempts.take('a'))).toEqual([0, 0, 0, 1000]);
  clock.advance(999);
  expect(attempts.take('a')).toBe(1);
  clock.advance(1);
  expect(attempts.take('a')).toBe(0);
  expect(attempts.take('a')).toBe(1000);
  clock.advance(60_000);
  expect([1, 2, 3, 4].map(() => attempts.take('a') > 0)).toEqual([false, false, false, true]);
});

test('each key has its own count, which can be given back or forgotten', () => {
  const { throttle: attempts } = throttle(1, 1000);
  expect([attempts.take('a'), attempts.take('b')]).toEqual([0, 0]);
  attempts.refund('a');
  expect([attempts.take('a'), attempts.take('b')]).toEqual([0, 1000]);
  attempts.forget('b');
  expect(attempts.take('b')).toBe(0);
});

test('0 means no limit', () => {
  const { throttle: attempts } = throttle(0, 1000);
  for (let i = 0; i < 1000; i++) expect(attempts.take('a')).toBe(0);
  expect(attempts.size).toBe(0);
});

test('strangers cannot fill the memory with keys, and quiet ones go', () => {
  const { clock, throttle: attempts } = throttle(2, 1000);
  for (let i = 0; i < 50_000; i++) attempts.take(`key ${i}`);
  expect(attempts.size).toBeLessThanOrEqual(20_000);
  clock.advance(1000);
  attempts.take('one more');
  expect(attempts.size).toBe(1);
});
