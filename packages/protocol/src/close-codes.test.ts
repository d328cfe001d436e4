import { expect, test } from 'vitest';
import { CLOSE_CODES, shouldReconnect } from './index.ts';

test('D16 the range of our own codes says whether to reconnect, as the table does', () => {
  for (const [code, { reconnect }] of Object.entries(CLOSE_CODES)) {
    expect(shouldReconnect(Number(code))).toBe(reconnect);
    if (Number(code) >= 4000) expect(reconnect).toBe(Number(code) >= 4100);
  }
});

test('D16 a client that meets a code of a newer server goes by the range', () => {
  expect([4050, 4099].map(shouldReconnect)).toEqual([false, false]);
  expect([4100, 4150, 4199, 1012, 1013, 3000].map(shouldReconnect)).toEqual([true, true, true, true, true, true]);
});
