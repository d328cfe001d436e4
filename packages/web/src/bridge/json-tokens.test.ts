import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonTokens } from './json-tokens.ts';

test('keys, strings, numbers and words are told apart', () => {
  const kinds = jsonTokens('{ "a": "b: 1", "n": -1.5e3, "w": null }').filter(({ kind }) => kind !== 'plain');
  expect(kinds).toEqual([
    { kind: 'key', text: '"a"' },
    { kind: 'string', text: '"b: 1"' },
    { kind: 'key', text: '"n"' },
    { kind: 'number', text: '-1.5e3' },
    { kind: 'key', text: '"w"' },
    { kind: 'word', text: 'null' },
  ]);
});

test('the tokens of any text, valid or cut short, add up to the text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(
        jsonTokens(text)
          .map((token) => token.text)
          .join(''),
      ).toBe(text);
    }),
  );
});
