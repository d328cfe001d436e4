import { expect, test } from 'vitest';
import { dayName, shortAgo } from './times.ts';

const now = new Date(2026, 10, 21, 12, 30);

test('UI-002 days are named as people do', () => {
  expect(dayName(new Date(2026, 10, 21, 0, 0), now)).toBe('Today');
  expect(dayName(new Date(2026, 10, 20, 23, 59), now)).toBe('Yesterday');
  expect(dayName(new Date(2026, 10, 3), now)).toMatch(/3/);
  expect(dayName(new Date(2025, 10, 3), now)).toMatch(/2025/);
});

test('the latest activity takes few words, also from a clock that is ahead', () => {
  expect(shortAgo(new Date(now.getTime() + 5_000), now)).toBe('now');
  expect(shortAgo(new Date(now.getTime() - 12 * 60_000), now)).toBe('12 min');
  expect(shortAgo(new Date(2026, 10, 21, 9, 5), now)).toMatch(/9.05/);
  expect(shortAgo(new Date(2026, 10, 18), now)).not.toMatch(/\d/);
  expect(shortAgo(new Date(2024, 10, 18), now)).toMatch(/2024/);
});
