import { expect, test } from 'vitest';
import { readDraft, textDraft } from './draft.ts';

test('B5 plain text is sent as an object with that text', () => {
  expect(readDraft(' Hello ')).toEqual({ kind: 'text', data: { text: 'Hello' } });
  expect(readDraft('[1, 2]')).toEqual({ kind: 'text', data: { text: '[1, 2]' } });
});

test('B5 a JSON object is sent as it is', () => {
  expect(readDraft('  {"a": [1, {"b": null}]}\n')).toEqual({ kind: 'json', data: { a: [1, { b: null }] } });
  expect(readDraft('{}')).toEqual({ kind: 'json', data: {} });
});

test('nothing but white space is no message', () => {
  expect(readDraft('')).toEqual({ kind: 'empty' });
  expect(readDraft(' \n\t')).toEqual({ kind: 'empty' });
});

test('B7 an object with a mistake is refused with the reason, and can be sent as text', () => {
  expect(readDraft('{"a": 1')).toEqual({ kind: 'broken', why: expect.stringContaining('JSON') });
  expect(readDraft('{"a": 1} and more').kind).toBe('broken');
  expect(textDraft('{"a": 1')).toEqual({ kind: 'text', data: { text: '{"a": 1' } });
});
