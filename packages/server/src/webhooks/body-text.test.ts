import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyTextOf } from './body-text.ts';

test('W11 whatever the bytes are, they can be had back from the JSON', () => {
  const pieces = [Buffer.from('\ufeff'), Buffer.from('é€😀"\\'), Buffer.from([0x80]), Buffer.from('\u2028\u0085')];
  const bytes = fc
    .array(
      fc.oneof(
        fc.constantFrom(...pieces),
        fc.uint8Array({ maxLength: 4 }).map(Buffer.from),
        fc.string().map(Buffer.from),
      ),
    )
    .map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(bytes, (given) => {
      const { body, bodyEncoding } = JSON.parse(JSON.stringify(bodyTextOf(given))) as ReturnType<typeof bodyTextOf>;
      expect(Buffer.from(body ?? '', bodyEncoding ?? 'utf8').equals(given)).toBe(true);
      expect(JSON.stringify(body).length).toBeLessThanOrEqual(2 * given.length + 6);
    }),
  );
});

test('W6 a body that is not there is null', () => {
  expect(bodyTextOf(Buffer.alloc(0))).toEqual({ body: null, bodyEncoding: null });
});
