import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

test('D6 the others are told of one arrival a second, and of a later one once it has lasted', () => {
  const arrivals = new Arrivals();
  expect(arrivals.come('ann', 0)).toBe(true);
  expect(arrivals.go('ann')).toBe(true);
  expect(arrivals.come('ann', 999)).toBe(false);
  expect(arrivals.due('ann', 1999)).toBe(true);
  expect(arrivals.due('ann', 1999)).toBe(false);
  expect(arrivals.isRecent('ann', 2998)).toBe(true);
  expect(arrivals.isRecent('ann', 2999)).toBe(false);
  expect(arrivals.go('ann')).toBe(true);
  expect(arrivals.come('ann', 3000)).toBe(true);
});

test('D6 an arrival that nobody was told of is no departure either', () => {
  const arrivals = new Arrivals();
  arrivals.come('ann', 0);
  arrivals.go('ann');
  arrivals.come('ann', 500);
  expect(arrivals.go('ann')).toBe(false);
  expect(arrivals.due('ann', 1500)).toBe(false);
});

test('D6 each user counts alone', () => {
  const arrivals = new Arrivals();
  expect(arrivals.come('ann', 0)).toBe(true);
  expect(arrivals.come('ben', 1)).toBe(true);
});
