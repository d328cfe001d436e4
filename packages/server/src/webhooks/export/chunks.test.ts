import { expect, test } from 'vitest';
import { inChunks } from './chunks.ts';

const sizes = (pieces: readonly string[]) =>
  [...inChunks(pieces.map((text) => Buffer.from(text)))].map((c) => c.length);

test('W11 pieces of any size become chunks of one size, and nothing is lost', () => {
  expect(sizes([])).toEqual([]);
  expect(sizes(['', ''])).toEqual([]);
  expect(sizes(Array(1000).fill('x'.repeat(100)))).toEqual([32_768, 32_768, 32_768, 1696]);
  expect(sizes(['x', 'y'.repeat(65_536), 'z'])).toEqual([32_768, 32_768, 2]);
  expect(sizes(['x'.repeat(32_768)])).toEqual([32_768]);
  const pieces = [1, 0, 40_000, 7, 100_000, 32_768].map((size, n) => Buffer.alloc(size, n));
  expect(Buffer.concat([...inChunks(pieces)]).equals(Buffer.concat(pieces))).toBe(true);
});

test('W11 no piece is made before it is needed', () => {
  let made = 0;
  const pieces = (function* () {
    for (; made < 10; made++) yield Buffer.alloc(20_000);
  })();
  const chunks = inChunks(pieces);
  chunks.next();
  expect(made).toBe(1); // the second one is being used up
});
