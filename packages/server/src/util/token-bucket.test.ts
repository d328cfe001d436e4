import { expect, test } from 'vitest';
import { type Bucket, take } from './token-bucket.ts';

const RATE = { perSecond: 10, burst: 3 };

function full(): Bucket {
  return { level: RATE.burst, at: 0, until: 0 };
}

/** Takes one after another at the same time; returns how many were granted. */
function grants(bucket: Bucket, now: number, tries = 100): number {
  let granted = 0;
  for (let i = 0; i < tries; i++) if (take(bucket, RATE, now) === 0) granted++;
  return granted;
}

test('D13 a burst is granted at once, and no more', () => {
  expect(grants(full(), 0)).toBe(RATE.burst);
});

test('D13 in the long run the rate is granted, to whoever keeps to it', () => {
  const bucket = full();
  for (let now = 0; now <= 10_000; now += 100) expect(take(bucket, RATE, now)).toBe(0);
});

test('D13 the wait that is named is enough, and until it is over all is refused', () => {
  const bucket = full();
  grants(bucket, 0, RATE.burst);
  const wait = take(bucket, RATE, 5);
  expect(wait).toBeGreaterThan(0);
  expect(Number.isInteger(wait)).toBe(true);
  expect(take(bucket, RATE, 5 + wait - 1)).toBe(1);
  expect(take(bucket, RATE, 5 + wait)).toBe(0);
});

test('D13 nobody saves up more than a burst', () => {
  const bucket = full();
  grants(bucket, 0, RATE.burst);
  expect(grants(bucket, 3_600_000)).toBe(RATE.burst);
});

test('D13 a rate of 0 is no limit', () => {
  const bucket: Bucket = { level: 0, at: 0, until: 0 };
  expect(take(bucket, { perSecond: 0, burst: 1 }, 0)).toBe(0);
});
