import { expect, test } from 'vitest';
import { isStale, presenceWords } from './presence-words.ts';

test('UI-003 how many are here is a fact only as long as the connection stands', () => {
  expect(isStale({ kind: 'connecting' })).toBe(false);
  expect(isStale({ kind: 'connected' })).toBe(false);
  expect(isStale({ kind: 'reconnecting', attempt: 1, attempts: 5, at: 0 })).toBe(true);
  expect(isStale({ kind: 'offline' })).toBe(true);
  expect(presenceWords(2, false)).toEqual({ short: '2 here', full: '2 people here' });
  expect(presenceWords(1, false)).toEqual({ short: '1 here', full: '1 person here' });
  expect(presenceWords(2, true)).toEqual({
    short: '2 were here',
    full: '2 people here when the connection was lost',
  });
  expect(presenceWords(1, true).short).toBe('1 was here');
});
