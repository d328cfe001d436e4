import { expect, test } from 'vitest';
import { capturedRequest } from '../../../test/support/captured-request.ts';
import { textFrom, textOf } from './body-text.ts';

const type = (value: string) => [['Content-Type', value]] as const;

test('the charset of the content type decides how bytes are read', () => {
  const body = Uint8Array.of(0x63, 0x61, 0x66, 0xe9);
  expect(textOf(capturedRequest({ body, headers: type('text/plain; charset="ISO-8859-1"') }))).toBe('café');
  expect(textOf(capturedRequest({ body, headers: type('text/plain') }))).toBeNull();
});

test('a charset that nobody knows is read as UTF-8', () => {
  expect(textOf(capturedRequest({ body: 'é', headers: type('text/plain; charset=klingon') }))).toBe('é');
});

test('the byte order mark is not part of the text', () => {
  expect(textOf(capturedRequest({ body: '\uFEFF{}' }))).toBe('{}');
});

test('a body that was cut off inside a character is still text', () => {
  const body = new TextEncoder().encode('aé').subarray(0, 2);
  expect(textOf(capturedRequest({ body, truncated: true }))).toBe('a');
  expect(textOf(capturedRequest({ body }))).toBeNull();
});

test('control characters make it binary', () => {
  expect(textFrom(Uint8Array.of(0x50, 0x4b, 0x03, 0x04), null)).toBeNull();
  expect(textFrom(new TextEncoder().encode('a\tb\r\n'), null)).toBe('a\tb\r\n');
});
