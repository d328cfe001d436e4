import { randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { codingsOf, decompress } from './decompress.ts';

const plain = new TextEncoder().encode('{"hello":"world"}'.repeat(200));
const copy = (bytes: Uint8Array) => new Uint8Array(bytes);

test.each([
  ['gzip', gzipSync(plain)],
  ['x-gzip', gzipSync(plain)],
  ['GZIP', gzipSync(plain)],
  ['deflate', deflateSync(plain)],
  ['identity', plain],
  ['', plain],
  ['gzip, deflate', deflateSync(gzipSync(plain))],
  ['deflate,gzip', gzipSync(deflateSync(plain))],
])('%s is undone', async (coding, bytes) => {
  expect(await decompress(copy(bytes), coding)).toEqual({ bytes: plain, problem: null });
});

test('deflate without its zlib header is forgiven', async () => {
  expect(await decompress(copy(deflateRawSync(plain)), 'deflate')).toEqual({ bytes: plain, problem: null });
});

test('brotli is undone where it can be, and else it is said that it cannot', async () => {
  const bytes = copy(brotliCompressSync(plain));
  const result = await decompress(bytes, 'br');
  if (result.problem === null) expect(result.bytes).toEqual(plain);
  else expect(result).toEqual({ bytes, problem: 'This browser cannot decompress br.' });
});

test('a compression that nobody knows is named', async () => {
  expect(await decompress(plain, 'lzma')).toEqual({
    bytes: plain,
    problem: 'lzma is no compression that is known here.',
  });
});

test('what is not compressed at all is said, and is as it came', async () => {
  for (const coding of ['gzip', 'deflate']) {
    const problem = `It is not ${coding}, or breaks off at once: it is shown as it came.`;
    expect(await decompress(plain, coding)).toEqual({ bytes: plain, problem });
  }
});

test('of what is cut off the beginning is shown', async () => {
  const noise = copy(randomBytes(100_000));
  const result = await decompress(copy(gzipSync(noise)).slice(0, 30_000), 'gzip');
  expect(result.problem).toMatch(/cut off/);
  expect(result.bytes.length).toBeGreaterThan(0);
  expect(result.bytes).toEqual(noise.subarray(0, result.bytes.length));
});

test('a bomb is stopped at the limit', async () => {
  const bomb = copy(gzipSync(Buffer.alloc(50_000_000)));
  const result = await decompress(bomb, 'gzip', 1_000_000);
  expect(result.bytes).toHaveLength(1_000_000);
  expect(result.problem).toBe('It becomes larger than 1,000,000 bytes: only the beginning is shown.');
});

test('codings stand in the order in which they were applied', () => {
  expect(codingsOf('gzip, BR , identity')).toEqual(['gzip', 'br']);
  expect(codingsOf(undefined)).toEqual([]);
});
