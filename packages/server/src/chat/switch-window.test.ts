import { expect, test } from 'vitest';
import { SwitchWindow } from './switch-window.ts';

test('SR-007 so many in any period, and what was given back does not count', () => {
  const window = new SwitchWindow(2, 100);
  expect([window.take(0), window.take(10), window.take(20)]).toEqual([0, 0, 80]);
  window.giveBack(10);
  expect([window.take(30), window.take(30)]).toEqual([0, 70]);
  expect([window.take(100), window.take(100)]).toEqual([0, 30]);
});

test('SR-007 giving back what is over by then changes nothing', () => {
  const window = new SwitchWindow(1, 100);
  expect([window.take(0), window.take(100)]).toEqual([0, 0]);
  window.giveBack(0);
  expect(window.take(150)).toBe(50);
});

test('a limit of 0 is none', () => {
  const window = new SwitchWindow(0, 100);
  expect([window.take(0), window.take(0)]).toEqual([0, 0]);
  window.giveBack(0);
});

test('a very large limit lets as many through over its period', () => {
  const window = new SwitchWindow(4000, 60_000);
  let taken = 0;
  for (let now = 0; now < 60_000; now += 5) if (window.take(now) === 0) taken += 1;
  expect(taken).toBe(4000);
});
