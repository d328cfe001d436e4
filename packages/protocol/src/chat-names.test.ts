import { expect, test } from 'vitest';
import { chatDisplayName, chatRoomName, passwordFault, usernameFault } from './index.ts';

function idOf(name: string): string | null {
  const parsed = chatRoomName(name);
  return 'fault' in parsed ? null : parsed.full;
}

test.each([
  ['General Chat!', 'chat:general-chat'],
  ['  general-chat ', 'chat:general-chat'],
  ['chat:general-chat', 'chat:general-chat'],
  ['a/b\\c<d>', 'chat:a-b-c-d'],
  ['São Paulo', 'chat:são-paulo'],
  ['東京 2026', 'chat:東京-2026'],
  ['under_score', 'chat:under_score'],
  ['live:news', 'chat:live-news'],
])('D7 the name %j means the room %s', (name, id) => {
  expect(idOf(name)).toBe(id);
});

test('D7 an id has at most 50 characters and does not end in a hyphen', () => {
  expect(idOf('x'.repeat(80))).toBe(`chat:${'x'.repeat(50)}`);
  expect(idOf(`${'x'.repeat(49)} yz`)).toBe(`chat:${'x'.repeat(49)}`);
});

test.each(['', '   ', '!!!', 'chat:', '🎉'])('D7 the name %j means no room', (name) => {
  expect(idOf(name)).toBeNull();
});

test('D7 an id means itself', () => {
  for (const name of ['Ǆ İstanbul', 'ẞ ß', 'x'.repeat(80), 'e\u0301 é']) {
    const id = idOf(name);
    expect(id).not.toBeNull();
    expect(idOf(id ?? '')).toBe(id);
  }
});

test('D7 a display name keeps its case and loses only superfluous white space', () => {
  expect(chatDisplayName('  General\n  Chat! ')).toBe('General Chat!');
});

test('D10a a username has 3 to 20 letters, digits, "_" and "-"', () => {
  for (const good of ['abc', 'A_b-9', 'x'.repeat(20)]) expect(usernameFault(good)).toBeNull();
  for (const bad of ['', 'ab', 'x'.repeat(21), 'a b', 'ä12', 'a.b', '<b>']) expect(usernameFault(bad)).not.toBeNull();
});

test('D10a a password has at least 8 characters, whichever', () => {
  for (const good of ['12345678', '        ', 'pässwörd', '🎉'.repeat(8)]) expect(passwordFault(good)).toBeNull();
  for (const bad of ['1234567', '🎉'.repeat(7), 'x'.repeat(1025)]) expect(passwordFault(bad)).not.toBeNull();
});
