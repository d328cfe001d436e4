import { expect, test } from 'vitest';
import { parseRetryAfter, retryDelay } from './retry.ts';

test('G9.1 tries are exponentially farther apart, up to a bound, with full jitter', () => {
  const delays = (random: number) =>
    [1, 2, 3, 9, 10, 5000].map((attempts) => retryDelay(attempts, { min: 100, max: 30_000, random: () => random }));
  expect(delays(1)).toEqual([100, 200, 400, 25_600, 30_000, 30_000]);
  expect(delays(0)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('G9.1 Retry-After is seconds or a date, never negative and at most five minutes', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const parse = (value: string | undefined) => parseRetryAfter(value, now);
  expect([parse('3'), parse(' 0 '), parse('301')]).toEqual([3000, 0, 300_000]);
  expect(parse('Thu, 01 Jan 2026 00:00:07 GMT')).toBe(7000);
  expect(parse('Wed, 31 Dec 2025 23:00:00 GMT')).toBe(0);
  expect([parse(undefined), parse(''), parse('soon')]).toEqual([null, null, null]);
});
