import { expect, test } from 'vitest';
import { readHealth } from './health.ts';

test('D17 the figures of the server are read', () => {
  const body = { status: 'ok', version: '0.1.0', uptimeSeconds: 12, connections: 3, rooms: 1, more: {} };
  expect(readHealth(body)).toEqual({ status: 'ok', version: '0.1.0', uptimeSeconds: 12, connections: 3, rooms: 1 });
});

test.each([null, 'ok', [], { status: 1, version: {}, rooms: '3' }])(
  'an answer of another shape, %j, is no fault',
  (body) => {
    expect(readHealth(body)).toEqual({
      status: 'unknown',
      version: null,
      uptimeSeconds: null,
      connections: null,
      rooms: null,
    });
  },
);
