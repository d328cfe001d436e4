import { expect, test } from 'vitest';
import { fold } from './fold.ts';

test('W11 upper and lower case are one, and so are accents however they were written', () => {
  const same = [
    ['Crème', 'cre\u0300me', 'CRÈME'],
    ['ΟΔΟΣ', 'οδος', 'οδοσ'],
    ['straße', 'STRASSE'],
    ['a\u0301\u0316', 'á\u0316', 'A\u0316\u0301'],
  ];
  for (const texts of same) expect(new Set(texts.map(fold)), texts.join()).toHaveProperty('size', 1);
  expect(fold('e')).not.toBe(fold('é'));
});

test('W11 thirty marks on a letter are one text with it in any order, and of more none is lost', () => {
  const [above, below] = ['\u0301'.repeat(15), '\u0316'.repeat(15)];
  expect(fold(`a${above}${below}`)).toBe(fold(`a${below}${above}`));
  const many = '\u0301\u0316'.repeat(100);
  expect(fold(`x${many}`).replaceAll('\u034f', '')).toHaveLength(201);
});

test.each([
  ['marks that change places', `a${'\u0301\u0316'.repeat(250_000)}`],
  ['marks of four bytes', `a${'\u{1D165}\u{1D16D}'.repeat(125_000)}`],
  ['rows of marks that are just not too long', `a${'\u0301\u0316'.repeat(15)}`.repeat(16_000)],
  ['accents apart from their letters', 'e\u0301'.repeat(350_000)],
])('W11 1 MB of %s takes a moment', (_, text) => {
  const begin = performance.now();
  fold(text);
  expect(performance.now() - begin).toBeLessThan(1000); // tens of milliseconds; two minutes, were it the square
});
