import { expect, test } from 'vitest';
import { formatBytes } from './bytes.ts';

test('W11 sizes are told in the fewest words', () => {
  expect([0, 999, 1_000, 1_234, 999_949, 999_950, 3_400_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '1.2 kB',
    '999.9 kB',
    '1 MB',
    '3.4 MB',
  ]);
});
