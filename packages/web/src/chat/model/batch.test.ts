import { expect, test } from 'vitest';
import { ManualClock } from '../../../../client/test/manual-clock.ts';
import { Batch } from './batch.ts';

test('a thousand arrivals within a frame are one change; two thousand do not wait for the frame', () => {
  const clock = new ManualClock();
  const taken: number[] = [];
  const batch = new Batch<number>(clock, (items) => taken.push(items.length));
  for (let item = 0; item < 1000; item++) batch.add(item);
  clock.advance(16);
  for (let item = 0; item < 2001; item++) batch.add(item);
  expect(taken).toEqual([1000, 2000]);
  batch.flush();
  batch.flush();
  expect(taken).toEqual([1000, 2000, 1]);
  expect(clock.waiting).toBe(0);
});
