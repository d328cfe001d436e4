import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SeenSignatures } from './seen-signatures.ts';

const NOW = 1_800_000_000;

test('G8.2 a signature is remembered for as long as its time stamp is good', () => {
  const seen = new SeenSignatures(300, 100);
  const [early, late] = [randomBytes(32), randomBytes(32)];
  expect(seen.use(early, NOW - 299, NOW)).toBe('new');
  expect(seen.use(late, NOW + 299, NOW)).toBe('new');
  expect(seen.use(early, NOW - 299, NOW + 1)).toBe('seen');
  expect(seen.use(late, NOW + 299, NOW + 599)).toBe('seen');
});

test('G8.2 nothing is forgotten early: full, it says so until something has expired', () => {
  const seen = new SeenSignatures(300, 2);
  const first = randomBytes(32);
  expect(seen.use(first, NOW, NOW)).toBe('new');
  expect(seen.use(randomBytes(32), NOW, NOW)).toBe('new');
  expect(seen.use(randomBytes(32), NOW + 300, NOW + 300)).toBe('full');
  expect(seen.use(first, NOW, NOW + 300)).toBe('seen');
  expect(seen.use(randomBytes(32), NOW + 361, NOW + 361)).toBe('new');
});
