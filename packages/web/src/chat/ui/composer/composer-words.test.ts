import { expect, test } from 'vitest';
import { EMOJI, isJumbo, shortcodeAt } from './emoji.ts';
import { matchingNames, mentionAt } from './mentions.ts';

test('a mention is being written where an @ begins a word in front of the caret', () => {
  expect(mentionAt('hello @ad', 9)).toEqual({ start: 6, text: 'ad' });
  expect(mentionAt('@', 1)).toEqual({ start: 0, text: '' });
  expect(mentionAt('(@bob', 5)).toEqual({ start: 1, text: 'bob' });
  for (const text of ['me@home', 'hello', '@ada ', '@not!', `@${'x'.repeat(21)}`]) {
    expect(mentionAt(text, text.length)).toBeNull();
  }
  expect(mentionAt('@ada and more', 4)).toEqual({ start: 0, text: 'ada' });
});

test('names that begin with what is written come first, without regard to case', () => {
  expect(matchingNames(['bob', 'Adam', 'nada', 'ada'], 'AD')).toEqual(['ada', 'Adam', 'nada']);
  expect(matchingNames(['bob'], 'x')).toEqual([]);
});

test('a known shortcode becomes its emoji when its last colon is written', () => {
  expect(shortcodeAt('so :tada:', 9)).toEqual({ start: 3, emoji: '🎉' });
  expect(shortcodeAt(':+1:', 4)).toEqual({ start: 0, emoji: '👍' });
  expect(shortcodeAt(':constructor:', 13)).toBeNull();
  expect(shortcodeAt('at 12:30:', 9)).toBeNull();
  expect(shortcodeAt(':tada', 5)).toBeNull();
});

test('every emoji of the picker can be written by its name', () => {
  for (const [name, emoji] of EMOJI) expect(shortcodeAt(`:${name}:`, name.length + 2)?.emoji).toBe(emoji);
});

test('up to three emoji alone are shown larger', () => {
  for (const text of ['🎉', '❤️ 👍', '🎉🎉🎉']) expect(isJumbo(text)).toBe(true);
  for (const text of ['', ' ', 'a', '1', '🎉 yes', '🎉🎉🎉🎉']) expect(isJumbo(text)).toBe(false);
});
