import type { RoomSummary } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { RoomTable } from './room-table.ts';

function room(name: string, minute: number, more: Partial<RoomSummary> = {}): RoomSummary {
  const lastActivity = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  return { id: `chat:${name.toLowerCase()}`, name, memberCount: 0, lastActivity, offset: 0, ...more };
}

function tableOf(...rooms: RoomSummary[]): RoomTable {
  const table = new RoomTable();
  for (const each of rooms) table.put(each);
  return table;
}

const shown = (table: RoomTable, filter = '', active: string | null = null) =>
  table.list(filter, active).map(({ name, unread }) => `${name} ${unread}`);

test('FR-015 the latest activity comes first, and equals by name', () => {
  expect(shown(tableOf(room('B', 1), room('C', 2), room('A', 1)))).toEqual(['C 0', 'A 0', 'B 0']);
});

test('the filter finds a part of the name in any case', () => {
  expect(shown(tableOf(room('General', 1), room('Random', 2)), ' GEN ')).toEqual(['General 0']);
});

test('unread messages are counted from what the server says, what is said and what is read', () => {
  const table = tableOf(room('A', 1, { offset: 10, unread: 3 }));
  expect(shown(table)).toEqual(['A 3']);
  table.put(room('A', 2, { offset: 12 }));
  expect(shown(table)).toEqual(['A 5']);
  table.read('chat:a', 11);
  table.read('chat:a', 9);
  expect(shown(table)).toEqual(['A 1']);
  expect(shown(table, '', 'chat:a')).toEqual(['A 0']);
});

test('news of a room that come before the list of rooms do not make a room unread that the user was never in', () => {
  const table = tableOf(room('A', 1, { offset: 3 }), room('B', 1, { offset: 3 }));
  table.put(room('A', 1, { offset: 3, unread: null }));
  table.put(room('B', 1, { offset: 3, unread: 2 }));
  expect(shown(table)).toEqual(['A 0', 'B 2']);
  table.put(room('A', 1, { offset: 4 }));
  table.put(room('A', 1, { offset: 4, unread: null }));
  expect(shown(table)).toEqual(['A 1', 'B 2']);
});

test('where the server cannot tell how much is unread, what comes from now on counts, and what is known stays', () => {
  const table = tableOf(room('A', 1, { offset: 10, unread: null }), room('B', 1, { offset: 10, unread: 4 }));
  expect(shown(table)).toEqual(['A 0', 'B 4']);
  table.put(room('A', 2, { offset: 12 }));
  table.put(room('B', 1, { offset: 11, unread: null }));
  expect(shown(table)).toEqual(['A 2', 'B 5']);
});

test('rooms that the server does not list any more are gone', () => {
  const table = tableOf(room('A', 1), room('B', 2));
  table.keep(new Set(['chat:b']));
  expect(shown(table)).toEqual(['B 0']);
  expect(table.nameOf('chat:a')).toBeNull();
  expect(table.nameOf('chat:b')).toBe('B');
});
