import { expect, test } from 'vitest';
import { placeOf, rowWindow } from './row-window.ts';

const rows = [9, 7, 6, 2].map((offset) => ({ offset }));

test('W11 of ten thousand requests only those are drawn that can be seen, and a few more', () => {
  expect(rowWindow(0, 600, 60, 10_000)).toEqual({ from: 0, to: 20 });
  expect(rowWindow(60_000, 600, 60, 10_000)).toEqual({ from: 990, to: 1020 });
  expect(rowWindow(599_400, 600, 60, 10_000)).toEqual({ from: 9980, to: 10_000 });
});

test('W11 a list shorter than before shows what it has', () => {
  expect(rowWindow(60_000, 600, 60, 5)).toEqual({ from: 5, to: 5 });
  expect(rowWindow(0, 600, 60, 0)).toEqual({ from: 0, to: 0 });
});

test('W11 a row is found by its offset, and the next older one where it has gone', () => {
  expect([9, 7, 6, 2].map((offset) => placeOf(rows, offset))).toEqual([0, 1, 2, 3]);
  expect([10, 8, 5, 1].map((offset) => placeOf(rows, offset))).toEqual([0, 1, 3, 4]);
  expect(placeOf([], 3)).toBe(0);
});
