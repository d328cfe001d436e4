import { expect, test } from 'vitest';
import { ManualClock } from '../../../../client/test/manual-clock.ts';
import { ReadMarker } from './read-marker.ts';

test('reading along costs one mark a second, and the last one is made', () => {
  const clock = new ManualClock();
  const sent: number[] = [];
  const marker = new ReadMarker(clock, 5, async (offset) => sent.push(offset));
  marker.mark(5);
  for (let offset = 6; offset <= 20; offset++) marker.mark(offset);
  expect(sent).toEqual([6]);
  expect(marker.read).toBe(20);
  clock.advance(1000);
  expect(sent).toEqual([6, 20]);
  marker.mark(3);
  clock.advance(1000);
  expect(sent).toEqual([6, 20]);
  expect(clock.waiting).toBe(0);
});

test('a mark that was lost is made with the next', async () => {
  const clock = new ManualClock();
  const sent: number[] = [];
  const marker = new ReadMarker(clock, 0, async (offset) => {
    sent.push(offset);
    if (sent.length === 1) throw new Error('offline');
  });
  marker.mark(7);
  await Promise.resolve();
  await Promise.resolve();
  clock.advance(1000);
  expect(sent).toEqual([7, 7]);
});

test('whoever leaves the room has read what they saw in the last second', () => {
  const clock = new ManualClock();
  const sent: number[] = [];
  const marker = new ReadMarker(clock, 0, async (offset) => sent.push(offset));
  marker.mark(1);
  marker.mark(2);
  marker.stop();
  expect(sent).toEqual([1, 2]);
  expect(clock.waiting).toBe(0);
});
