import { expect, test } from 'vitest';
import { ManualClock } from '../test/manual-clock.ts';
import { ANSWER_TIME, SilenceWatch } from './silence.ts';

function watched() {
  const clock = new ManualClock();
  const calls: string[] = [];
  const watch = new SilenceWatch({ clock, ask: () => calls.push('ask'), dead: () => calls.push('dead') });
  watch.start(25_000);
  return { clock, calls, watch };
}

test('D12 asks after the interval without a frame, and gives up ten seconds later', () => {
  const { clock, calls } = watched();
  clock.advance(24_999);
  expect(calls).toEqual([]);
  clock.advance(1);
  expect(calls).toEqual(['ask']);
  clock.advance(ANSWER_TIME);
  expect(calls).toEqual(['ask', 'dead']);
});

test('any frame counts as a sign of life, before and after asking', () => {
  const { clock, calls, watch } = watched();
  clock.advance(20_000);
  watch.heard();
  clock.advance(24_000);
  expect(calls).toEqual([]);
  clock.advance(2000);
  watch.heard();
  clock.advance(ANSWER_TIME);
  expect(calls).toEqual(['ask']);
});

test('frames cost no timers: there is one, however many arrive', () => {
  const { clock, watch } = watched();
  for (let i = 0; i < 1000; i++) watch.heard();
  expect(clock.waiting).toBe(1);
  watch.stop();
  expect(clock.waiting).toBe(0);
});

test('asks at once where the network changed', () => {
  const { clock, calls, watch } = watched();
  clock.advance(1000);
  watch.probe();
  expect(calls).toEqual(['ask']);
  clock.advance(ANSWER_TIME);
  expect(calls).toEqual(['ask', 'dead']);
});
