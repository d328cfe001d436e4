import { expect, test } from 'vitest';
import { dispositionOf } from './part-disposition.ts';

const filename = (parameters: string) => dispositionOf(`form-data; name="a"; ${parameters}`).filename;

test('W11 names of fields and files are read as browsers, curl, libraries and mail programs write them', () => {
  expect(dispositionOf('form-data; name="a"')).toEqual({ name: 'a', filename: null });
  expect(dispositionOf('form-data; name=a; filename=b.txt')).toEqual({ name: 'a', filename: 'b.txt' });
  expect(dispositionOf('Form-Data;NAME = "a" ;FileName= "b c.txt" ')).toEqual({ name: 'a', filename: 'b c.txt' });
  expect(dispositionOf('attachment; filename="b"')).toEqual({ name: null, filename: 'b' });
  expect(dispositionOf('form-data; name=""; filename=""')).toEqual({ name: '', filename: '' });
  expect(dispositionOf('')).toEqual({ name: null, filename: null });
  expect(filename('filename="grüße ☃.txt"')).toBe('grüße ☃.txt');
});

test('W11 quotation marks and backslashes in them are what was meant', () => {
  expect(filename('filename="a \\"b\\".txt"')).toBe('a "b".txt');
  expect(filename('filename="a %22b%22%0D%0A%41.txt"')).toBe('a "b"\r\n%41.txt');
  expect(filename('filename="C:\\dir\\a.txt"')).toBe('C:\\dir\\a.txt');
  expect(filename('filename="a;b=c.txt"; x="y"')).toBe('a;b=c.txt');
  expect(filename('filename="broken off')).toBe('broken off');
});

test('W11 `filename*` counts for more, where it can be read', () => {
  expect(filename(`filename="a"; filename*=UTF-8''%e2%82%ac%20rates.txt`)).toBe('€ rates.txt');
  expect(filename(`filename*=utf8'en'n%C3%A4.txt; filename=a`)).toBe('nä.txt');
  expect(filename(`filename*="UTF-8''%e2%82%ac"`)).toBe('€');
  expect(filename(`filename*=ISO-8859-1''%e4.txt`)).toBe('ä.txt');
  expect(filename(`filename*=KOI8-R''%e4; filename="a"`)).toBe('a');
  expect(filename('filename*=nonsense; filename="a"')).toBe('a');
});
