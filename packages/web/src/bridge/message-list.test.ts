import { expect, test } from 'vitest';
import type { Entry } from './entry.ts';
import { append, EMPTY_LIST, MAX_ENTRIES, receivedAfter, withMark } from './message-list.ts';

const time = new Date(0);
const received = (key: number): Entry => ({ kind: 'received', key, data: { key }, time });
const own = (key: number): Entry => ({ kind: 'own', key, data: { key }, time, mark: { state: 'pending' } });

test('B5 the list keeps the newest messages and counts those that it lets go', () => {
  const full = append(
    EMPTY_LIST,
    Array.from({ length: MAX_ENTRIES }, (_, key) => received(key)),
  );
  expect(full.dropped).toBe(0);
  const over = append(full, [received(MAX_ENTRIES), received(MAX_ENTRIES + 1)]);
  expect(over.entries).toHaveLength(MAX_ENTRIES);
  expect(over.entries[0]?.key).toBe(2);
  expect(over.dropped).toBe(2);
});

test('a mark changes its message alone, and the others stay the very same entries', () => {
  const list = append(EMPTY_LIST, [received(1), own(2), own(3)]);
  const later = new Date(5);
  const marked = withMark(list, 2, { state: 'sent', delivered: 4 }, later);
  expect(marked.entries[1]).toEqual({ ...own(2), mark: { state: 'sent', delivered: 4 }, time: later });
  expect(marked.entries[0]).toBe(list.entries[0]);
  expect(marked.entries[2]).toBe(list.entries[2]);
});

test('a mark for a message that is no longer shown changes nothing', () => {
  const list = append(EMPTY_LIST, [own(2)]);
  expect(withMark(list, 1, { state: 'failed', why: 'late' })).toEqual(list);
});

test('only what others sent counts as new', () => {
  const list = append(EMPTY_LIST, [received(1), received(2), own(3), received(4)]);
  expect(receivedAfter(list, 1)).toBe(2);
  expect(receivedAfter(list, 4)).toBe(0);
});
