import { expect, test, vi } from 'vitest';
import { ManualClock } from '../../test/support/core.ts';
import { DelayQueue } from './delay-queue.ts';

function queueOf(delay: number) {
  const clock = new ManualClock();
  const due: string[] = [];
  const queue = new DelayQueue<string>({ delay, clock, onDue: (item) => due.push(item) });
  return { clock, due, queue };
}

test('things are due after the delay, in the order in which they came', () => {
  const { clock, due, queue } = queueOf(100);
  queue.add('a');
  clock.advance(60);
  queue.add('b');
  clock.advance(39);
  queue.advance();
  expect(due).toEqual([]);
  clock.advance(1);
  queue.advance();
  expect(due).toEqual(['a']);
  clock.advance(60);
  queue.advance();
  expect({ due, left: queue.size }).toEqual({ due: ['a', 'b'], left: 0 });
  queue.stop();
});

test('one timer serves any number of them, and none is left when they are gone', () => {
  vi.useFakeTimers();
  try {
    const { clock, due, queue } = queueOf(100);
    for (let i = 0; i < 50; i++) queue.add(`${i}`);
    expect(vi.getTimerCount()).toBe(1);
    clock.advance(100);
    vi.advanceTimersByTime(100);
    expect(due).toHaveLength(50);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
