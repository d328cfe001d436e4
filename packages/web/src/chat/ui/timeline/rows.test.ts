import { expect, test } from 'vitest';
import type { MessageItem } from '../../model/chat-model.ts';
import { type Row, rowsOf } from './rows.ts';

const NOON = new Date(2026, 10, 21, 12).getTime();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function message(key: string, sender: string, time: number): MessageItem {
  return {
    key,
    offset: 1,
    userId: sender,
    sender,
    own: false,
    content: key,
    time: new Date(time),
    mark: 'sent',
    failure: null,
    mentionsMe: false,
  };
}

/** Rows in short: `#` a day, `-` the divider, a key with its sender's name or without. */
function shape(rows: readonly Row[]): string {
  return rows
    .map((row) => {
      if (row.kind !== 'message') return row.kind === 'day' ? '#' : '-';
      return row.head ? `${row.message.sender}:${row.key}` : row.key;
    })
    .join(' ');
}

const plain = { hasOlder: false, dividerBefore: null };

test('FR-009 a sender is named once per group, and again after another has spoken or a long silence', () => {
  const messages = [
    message('1', 'ada', NOON),
    message('2', 'ada', NOON + MINUTE),
    message('3', 'bob', NOON + 2 * MINUTE),
    message('4', 'ada', NOON + 3 * MINUTE),
    message('5', 'ada', NOON + 20 * MINUTE),
  ];
  expect(shape(rowsOf({ ...plain, messages, heads: new Set() }))).toBe('# ada:1 2 bob:3 ada:4 ada:5');
});

test('UI-002 each day begins with its date and names the sender again', () => {
  const midnight = new Date(2026, 10, 22).getTime();
  const messages = [
    message('1', 'ada', midnight - 1),
    message('2', 'ada', midnight),
    message('3', 'ada', midnight + 1),
  ];
  expect(shape(rowsOf({ ...plain, messages, heads: new Set() }))).toBe('# ada:1 # ada:2 3');
});

test('the unread divider stands in front of its message and begins a group', () => {
  const messages = [message('1', 'ada', NOON), message('2', 'ada', NOON + 1)];
  expect(shape(rowsOf({ ...plain, messages, dividerBefore: '2', heads: new Set() }))).toBe('# ada:1 - ada:2');
});

test('FR-020 older messages put in front change no row that is there already', () => {
  const heads = new Set<string>();
  const all = Array.from({ length: 30 }, (_, index) => message(`${index}`, 'ada', NOON - DAY + index * 55 * MINUTE));
  let rows = rowsOf({ ...plain, messages: all.slice(20), hasOlder: true, heads });
  for (const from of [13, 7, 0]) {
    const more = rowsOf({ ...plain, messages: all.slice(from), hasOlder: from > 0, heads });
    expect(more.slice(-rows.length)).toEqual(rows);
    rows = more;
  }
  expect(rows[0]?.kind).toBe('day');
});

test('nothing has no rows', () => {
  expect(rowsOf({ ...plain, messages: [], heads: new Set() })).toEqual([]);
});
