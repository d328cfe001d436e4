import { expect, test } from 'vitest';
import { excerptOf, piecesOf } from './found-words.ts';

/** What is found, in brackets. */
function marked(text: string, searched: string): string {
  return piecesOf(text, searched)
    .map((piece) => (piece.found ? `[${piece.text}]` : piece.text))
    .join('');
}

test.each([
  ['the needle is here', 'needle', 'the [needle] is here'],
  ['Needles in a NEEDLECASE', 'needle', '[Needles] in a [NEEDLECASE]'],
  ['not in unneedled', 'needle', 'not in unneedled'],
  ['tea, then coffee', 'coffee tea', '[tea], then [coffee]'],
  ['a Café, a cafe', 'CAFÉ', 'a [Café], a [cafe]'],
  ['say “hello there” twice', '"hello there"', 'say “[hello] [there]” twice'],
  ['東京タワーで', '東京', '[東][京]タワーで'],
  ['<b>bold</b>', 'b', '<[b]>[bold]</[b]>'],
  ['nothing', '?!', 'nothing'],
  ['', 'word', ''],
])('UI-001 in %j, what %j finds is marked', (text, searched, expected) => {
  expect(marked(text, searched)).toBe(expected);
});

test('the pieces are all of the text, whatever is in it', () => {
  const text = 'e\u0301te\u0301 \u{1f600} \ud83d straße ﬁne 100% 東京';
  for (const searched of ['ete', '😀', 'strasse', 'fine', '1', '京']) {
    expect(
      piecesOf(text, searched)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  }
});

test('UI-001 a word far down is shown with a little of what comes before it', () => {
  const text = `${'long ago '.repeat(50)}there was a needle, and more`;
  const [lead, found, rest] = excerptOf(piecesOf(text, 'needle'));
  expect(lead?.text).toMatch(/^… (long|ago) .*there was a $/);
  expect(lead?.text.length).toBeLessThan(70);
  expect([found?.text, rest?.text]).toEqual(['needle', ', and more']);
});

test('UI-001 a text whose word comes soon, or that has none, is left as it is', () => {
  for (const pieces of [piecesOf('soon a needle', 'needle'), piecesOf('long '.repeat(100), 'needle')]) {
    expect(excerptOf(pieces)).toEqual(pieces);
  }
});
