import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingBytes } from './growing-bytes.ts';

test('W11 bytes that come in bits of any size are what they were', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 }).map(Buffer.from)), (bits) => {
      const bytes = new GrowingBytes();
      for (const bit of bits) bytes.push(bit);
      expect(bytes.take()).toEqual(Buffer.concat(bits));
      expect(bytes.length).toBe(bytes.take().length);
    }),
  );
});

test('W11 many tiny bits take little more than what they hold', () => {
  const bytes = new GrowingBytes();
  for (let i = 0; i < 100_000; i++) bytes.push(Buffer.from([i & 0xff]));
  expect(bytes.take().buffer.byteLength).toBeLessThanOrEqual(2 * 100_000);
});
