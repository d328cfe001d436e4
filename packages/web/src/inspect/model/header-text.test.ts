import { expect, test } from 'vitest';
import { headerText, readHeaderText } from './header-text.ts';

const HEADERS = [
  ['Content-Type', 'text/plain'],
  ['x-empty', ''],
  ['x-url', 'http://a:1'],
] as const;

test('W11 headers are written a line each, and read as they were', () => {
  expect(headerText(HEADERS)).toBe('Content-Type: text/plain\nx-empty: \nx-url: http://a:1');
  expect(readHeaderText(headerText(HEADERS))).toEqual(HEADERS);
});

test('W11 empty lines and spaces at the ends do not count', () => {
  expect(readHeaderText('\n  a :  b  \r\n\n')).toEqual([['a', 'b']]);
});

test.each([['no colon'], [': no name']])('W11 the line %j is told to be no header', (line) => {
  expect(readHeaderText(`a: b\n${line}`)).toEqual({ fault: expect.stringContaining(line) });
});
