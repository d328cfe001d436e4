import { expect, test } from 'vitest';
import { readLink } from './link-state.ts';

test('FR-016 the connection is shown with the number of the attempt, of how many, and its time', () => {
  const change = { state: 'reconnecting', previous: 'disconnected', attempt: 2, delay: 1500 } as const;
  expect(readLink(change, 1000)).toEqual({ kind: 'reconnecting', attempt: 2, attempts: 5, at: 2500 });
  expect(readLink({ state: 'disconnected', previous: 'connected' }, 0)).toBeNull();
  expect(readLink({ state: 'offline', previous: 'reconnecting' }, 0)).toEqual({ kind: 'offline' });
});
