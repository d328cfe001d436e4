import { expect, test } from 'vitest';
import { formatDuration } from './duration.ts';

test.each([
  [0, '0 s'],
  [48.9, '48 s'],
  [60, '1 min'],
  [192, '3 min 12 s'],
  [3_605, '1 h'],
  [11_525, '3 h 12 min'],
  [90_000, '1 d 1 h'],
  [-5, '0 s'],
])('%d seconds are told as %j', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
