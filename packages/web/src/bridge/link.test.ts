import { expect, test } from 'vitest';
import { describe, dwell, readLink } from './link.ts';

test('B5 each of the four states is named by its word', () => {
  const words = (['connecting', 'connected', 'disconnected', 'reconnecting'] as const).map((state) =>
    describe(readLink({ state }, 0)),
  );
  expect(words).toEqual(['Connecting', 'Connected', 'Disconnected', 'Reconnecting']);
});

test('B5 an attempt has its number and its moment', () => {
  const link = readLink({ state: 'reconnecting', attempt: 3, delay: 4_000 }, 10_000);
  expect(link.retryAt).toBe(14_000);
  expect(describe(link)).toBe('Reconnecting, attempt 3');
});

test('a client that gave up is disconnected, and that is said', () => {
  const link = readLink({ state: 'offline' }, 0);
  expect(link.state).toBe('disconnected');
  expect(describe(link)).toBe('Disconnected, no further attempts');
});

test('the reason of a loss is told, an empty one is none', () => {
  expect(describe(readLink({ state: 'disconnected', reason: 'The server shuts down' }, 0))).toBe(
    'Disconnected: The server shuts down',
  );
  expect(describe(readLink({ state: 'disconnected', reason: '' }, 0))).toBe('Disconnected');
});

test('B5 a loss stays to be seen, while nothing delays what comes after Connected', () => {
  expect(dwell(readLink({ state: 'disconnected' }, 0))).toBeGreaterThanOrEqual(500);
  expect(dwell(readLink({ state: 'connected' }, 0))).toBe(0);
});
