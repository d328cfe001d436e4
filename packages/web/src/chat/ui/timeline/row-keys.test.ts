import { expect, test } from 'vitest';
import { rowForKey } from './row-keys.ts';
import type { Row } from './rows.ts';

const day = { kind: 'day', key: 'day', time: new Date(0) } as const;
const message = (key: string): Row => ({
  kind: 'message',
  key,
  head: false,
  message: {
    key,
    offset: 1,
    userId: 'u',
    sender: 'ada',
    own: false,
    content: key,
    time: new Date(0),
    mark: 'sent',
    failure: null,
    mentionsMe: false,
  },
});
const rows: readonly Row[] = [
  day,
  message('1'),
  day,
  ...Array.from({ length: 20 }, (_, index) => message(`${index + 2}`)),
];

test('UI-009 arrows go from message to message and pass what stands between', () => {
  expect(rowForKey('ArrowUp', rows, 3)).toBe(1);
  expect(rowForKey('ArrowDown', rows, 1)).toBe(3);
});

test('UI-009 Page keys pass ten messages, Home and End lead to the first and the last', () => {
  expect(rowForKey('PageUp', rows, 22)).toBe(12);
  expect(rowForKey('PageDown', rows, 18)).toBe(22);
  expect(rowForKey('Home', rows, 22)).toBe(1);
  expect(rowForKey('End', rows, 1)).toBe(22);
});

test('at either end, and with other keys, nothing happens', () => {
  expect(rowForKey('ArrowUp', rows, 1)).toBeNull();
  expect(rowForKey('ArrowDown', rows, 22)).toBeNull();
  expect(rowForKey('a', rows, 5)).toBeNull();
  expect(rowForKey('ArrowUp', [], 0)).toBeNull();
});
