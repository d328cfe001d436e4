import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingBytes } from './growing-bytes.ts';

test('W11 bytes that come in bits of any size are what they were', () => {
  const bits = fc.array(fc.uint8Array({ maxLength: 3000 }).map(Buffer.from), { maxLength: 50 });
  fc.assert(
    fc.property(bits, (list) => {
      const bytes = new GrowingBytes();
      for (const bit of list) bytes.push(bit);
      const all = Buffer.concat(list);
      expect(bytes.length).toBe(all.length);
      expect(bytes.take()).toEqual(all);
      expect([bytes.length, bytes.taken]).toEqual([0, 0]);
    }),
  );
});

test.each([1, 700, 65_536])('W11 bits of %i bytes take little more than what they hold', (size) => {
  const bytes = new GrowingBytes();
  let most = 0;
  for (let sent = 0; sent < 1_000_000; sent += size) {
    bytes.push(Buffer.alloc(size));
    most = Math.max(most, bytes.taken - 1.125 * bytes.length);
  }
  expect(most).toBeLessThanOrEqual(1024);
  expect(bytes.take().buffer.byteLength).toBeLessThan(1_100_000);
});
