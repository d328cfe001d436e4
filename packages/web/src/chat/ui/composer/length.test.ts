import { expect, test } from 'vitest';
import { lengthLeft } from './length.ts';

test('D13 code points are counted, trimmed and composed, as the server does', () => {
  expect(lengthLeft('🎉'.repeat(1_000), 1_000)).toEqual({ left: 0, isNear: true });
  expect(lengthLeft(`${'x'.repeat(950)}\n \n`, 1_000)).toEqual({ left: 50, isNear: true });
  expect(lengthLeft('e\u0301'.repeat(990), 1_000)).toEqual({ left: 10, isNear: true });
  expect(lengthLeft('x'.repeat(1_001), 1_000)).toEqual({ left: -1, isNear: true });
});

test('far from the limit nothing is shown', () => {
  expect(lengthLeft('', 1_000).isNear).toBe(false);
  expect(lengthLeft('x'.repeat(899), 1_000).isNear).toBe(false);
});
