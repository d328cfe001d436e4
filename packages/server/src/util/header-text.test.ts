import { expect, test } from 'vitest';
import { headerText, textOfBytes } from './header-text.ts';

test('bytes are UTF-8 where they can be, else ISO 8859-1', () => {
  expect(textOfBytes(Buffer.from('naïve 😀'))).toBe('naïve 😀');
  expect(textOfBytes(Buffer.from([0x6e, 0xe4]))).toBe('nä');
  // The replacement character itself is UTF-8 as any other.
  expect(textOfBytes(Buffer.from('a\uFFFDb'))).toBe('a\uFFFDb');
});

test('a header is its bytes', () => {
  expect(headerText(Buffer.from('pässwörd').toString('latin1'))).toBe('pässwörd');
  expect(headerText('p\u00e4ss')).toBe('päss');
  expect(headerText('')).toBe('');
});
