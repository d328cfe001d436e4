import { expect, test } from 'vitest';
import { typingWords } from './typing-line.tsx';

test('D9 up to three who type are named, more are counted', () => {
  expect(typingWords([])).toBeNull();
  expect(typingWords(['ada'])).toBe('ada is typing …');
  expect(typingWords(['ada', 'bob'])).toBe('ada and bob are typing …');
  expect(typingWords(['ada', 'bob', 'cy'])).toBe('ada, bob and cy are typing …');
  expect(typingWords(['ada', 'bob', 'cy', 'dee'])).toBe('4 people are typing …');
});
