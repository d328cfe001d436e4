import { expect, test } from 'vitest';
import { backoffDelay } from './backoff.ts';

test('D16 W8 waits 1, 2, 4, 8, 16 and then 30 seconds where chance takes nothing away', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => backoffDelay(attempt, {}, 0));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test('D16 chance takes away at most half of a wait, so that clients do not come back at once', () => {
  expect(backoffDelay(1, {}, 0.5)).toBe(750);
  expect(backoffDelay(6, {}, 0.999_999)).toBe(15_000);
});

test('min, max, factor and jitter can be chosen', () => {
  const options = { min: 10, max: 50, factor: 3, jitter: 0 };
  expect([1, 2, 3].map((attempt) => backoffDelay(attempt, options, 0.9))).toEqual([10, 30, 50]);
});

test('no number of attempts makes a wait endless', () => {
  expect(backoffDelay(5000, {}, 0)).toBe(30_000);
});
