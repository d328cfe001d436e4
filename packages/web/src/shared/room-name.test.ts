import { expect, test } from 'vitest';
import { bareName, roomLink, roomNameMessage } from './room-name.ts';

test('B7 a name that breaks the rules is refused in words, with the rule', () => {
  expect(roomNameMessage('')).toBe('Please enter a room name.');
  expect(roomNameMessage('x'.repeat(129))).toMatch(/longer than 128 characters.*1 to 128 characters/);
  expect(roomNameMessage('a\u0007b')).toMatch(/control character/);
  expect(roomNameMessage(' lobby')).toMatch(/white space/);
});

test('B7 names in any script are taken, up to the limit', () => {
  for (const name of ['lobby', 'Küche', '会議室', '☕'.repeat(128), 'chat:x']) expect(roomNameMessage(name)).toBeNull();
});

test('bridge:NAME and NAME are the same room, any other prefix is part of the name', () => {
  expect(bareName('bridge:lobby')).toBe('lobby');
  expect(bareName('chat:lobby')).toBe('chat:lobby');
});

test('a room link carries any name', () => {
  const link = new URL(roomLink('http://host:1', 'a&b=c #1?'));
  expect(link.pathname).toBe('/bridge');
  expect(link.searchParams.get('room')).toBe('a&b=c #1?');
});
