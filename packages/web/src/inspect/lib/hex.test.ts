import { expect, test } from 'vitest';
import { hexRowCount, hexRows } from './hex.ts';

const bytes = Uint8Array.from({ length: 40 }, (_, index) => index + 30);

test('a row has its offset, its bytes and what of them is printable ASCII', () => {
  expect(hexRows(bytes, 0, 1)).toEqual([
    { offset: '00000000', hex: '1e 1f 20 21 22 23 24 25  26 27 28 29 2a 2b 2c 2d', ascii: '.. !"#$%&\'()*+,-' },
  ]);
});

test('the last row is as wide as the others', () => {
  const [row] = hexRows(bytes, 2, 5);
  expect(row?.offset).toBe('00000020');
  expect(row?.hex).toHaveLength(48);
  expect(row?.hex.trimEnd()).toBe('3e 3f 40 41 42 43 44 45');
});

test('only the rows that were asked for are made, and none beyond the end', () => {
  expect(hexRowCount(bytes)).toBe(3);
  expect(hexRows(bytes, 1, 1)).toHaveLength(1);
  expect(hexRows(bytes, 0, 99)).toHaveLength(3);
  expect(hexRows(bytes, 9, 1)).toEqual([]);
  expect(hexRows(new Uint8Array(), 0, 1)).toEqual([]);
});
