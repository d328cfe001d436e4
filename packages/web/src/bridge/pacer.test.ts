import { expect, test } from 'vitest';
import { Pacer } from './pacer.ts';

/** A pacer whose time moves by hand; values show for as many milliseconds as they have letters. */
function paced() {
  const shown: string[] = [];
  const timers: { task: () => void; milliseconds: number }[] = [];
  const pacer = new Pacer<string>({
    show: (value) => shown.push(value),
    dwell: (value) => (value === 'free' ? 0 : value.length),
    schedule: (task, milliseconds) => timers.push({ task, milliseconds }),
  });
  return { shown, pacer, timers, fire: () => timers.shift()?.task() };
}

test('B5 a state that is over at once is still shown for its time', () => {
  const { shown, pacer, timers, fire } = paced();
  pacer.push('disconnected');
  pacer.push('reconnecting');
  expect(shown).toEqual(['disconnected']);
  expect(timers.map(({ milliseconds }) => milliseconds)).toEqual([12]);
  fire();
  expect(shown).toEqual(['disconnected', 'reconnecting']);
});

test('a value without a dwell gives way at once', () => {
  const { shown, pacer, timers } = paced();
  pacer.push('free');
  pacer.push('next');
  expect(shown).toEqual(['free', 'next']);
  expect(timers).toHaveLength(1);
});

test('after its time a value stays until the next one comes, which is shown at once', () => {
  const { shown, pacer, fire } = paced();
  pacer.push('one');
  fire();
  pacer.push('two');
  expect(shown).toEqual(['one', 'two']);
});

test('a flapping connection skips what waits too long and ends with the newest', () => {
  const { shown, pacer, fire } = paced();
  for (let count = 0; count < 100; count += 1) pacer.push(`state ${count}`);
  for (let count = 0; count < 10; count += 1) fire();
  expect(shown).toEqual(['state 0', 'state 96', 'state 97', 'state 98', 'state 99']);
});
