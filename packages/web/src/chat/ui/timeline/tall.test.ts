import { expect, test } from 'vitest';
import { isTall, linesOf } from './tall.ts';

test('long lines count for as many as they are broken into', () => {
  expect(linesOf('')).toBe(1);
  expect(linesOf('a\n\nb')).toBe(3);
  expect(linesOf('x'.repeat(61))).toBe(2);
});

test('what fills a screen is folded, what people usually write is not', () => {
  expect(isTall('one line')).toBe(false);
  expect(isTall('x'.repeat(1_000))).toBe(false);
  expect(isTall('x\n'.repeat(40))).toBe(true);
  expect(isTall('\n'.repeat(1_000_000))).toBe(true);
});
