import { expect, test } from 'vitest';
import { ManualClock } from '../../../../client/test/manual-clock.ts';
import { Toasts } from './toasts.ts';

test('news goes by itself, errors stay until they are dismissed, and the same is not told twice', () => {
  const clock = new ManualClock();
  const toasts = new Toasts(clock);
  toasts.info('news');
  toasts.error('bad');
  toasts.error('bad');
  expect(toasts.list.value.map(({ text }) => text)).toEqual(['news', 'bad']);
  clock.advance(10_000);
  const [left] = toasts.list.value;
  expect(left?.text).toBe('bad');
  if (left) toasts.dismiss(left);
  expect(toasts.list.value).toEqual([]);
});
