import { expect, test } from 'vitest';
import { type Goal, offsetFor } from './goal.ts';

const view = { top: 500, height: 400, total: 2_000 };
const row = (align: 'start' | 'center' | 'end' | 'sight', pixels = 0): Goal => ({
  kind: 'row',
  key: 'k',
  align,
  pixels,
});

test('the end is as far down as the list goes', () => {
  expect(offsetFor({ kind: 'end' }, view, { start: 0, size: 0 })).toBe(1_600);
  expect(offsetFor({ kind: 'end' }, { ...view, total: 100 }, { start: 0, size: 0 })).toBe(0);
});

test('a row comes to the upper edge, the lower edge or the middle', () => {
  const span = { start: 1_000, size: 40 };
  expect(offsetFor(row('start'), view, span)).toBe(1_000);
  expect(offsetFor(row('start', 30), view, span)).toBe(970);
  expect(offsetFor(row('end'), view, span)).toBe(640);
  expect(offsetFor(row('center'), view, span)).toBe(820);
});

test('a row that is in sight stays where it is, others come in by the nearest edge', () => {
  expect(offsetFor(row('sight'), view, { start: 600, size: 40 })).toBe(500);
  expect(offsetFor(row('sight'), view, { start: 480, size: 40 })).toBe(480);
  expect(offsetFor(row('sight'), view, { start: 880, size: 40 })).toBe(520);
  expect(offsetFor(row('sight'), view, { start: 450, size: 900 })).toBe(450);
});

test('nothing leads beyond either end', () => {
  expect(offsetFor(row('start'), view, { start: 1_900, size: 40 })).toBe(1_600);
  expect(offsetFor(row('center'), view, { start: 10, size: 40 })).toBe(0);
});
