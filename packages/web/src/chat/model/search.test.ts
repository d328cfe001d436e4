import { expect, test } from 'vitest';
import { searchCommand } from './search.ts';

const FIELDS = { text: 'tea', roomId: null, sender: '', from: '', to: '' };

test('only what is filled in narrows the search, and no words find nothing', () => {
  expect(searchCommand(FIELDS)).toEqual({ text: 'tea' });
  expect(searchCommand({ ...FIELDS, text: '  ' })).toBeNull();
  expect(searchCommand({ ...FIELDS, roomId: 'chat:a', sender: ' @ann ' })).toEqual({
    text: 'tea',
    roomId: 'chat:a',
    sender: 'ann',
  });
});

test('days are the reader’s own, and both ends are included', () => {
  const { from, to } = searchCommand({ ...FIELDS, from: '2026-03-29', to: '2026-12-31' }) ?? {};
  expect(from).toBe(new Date(2026, 2, 29).toISOString());
  expect(to).toBe(new Date(2027, 0, 1).toISOString());
});
