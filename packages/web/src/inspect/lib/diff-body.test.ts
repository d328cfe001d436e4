import { expect, test } from 'vitest';
import { diffBodies } from './diff-body.ts';

const body = (text: string | Uint8Array, contentType = 'text/plain') => ({
  bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text,
  contentType,
  truncated: false,
});
const json = (text: string) => body(text, 'application/json');

/** As `diff -u` without its context: ` `, `-` and `+`. */
const marked = (diff: ReturnType<typeof diffBodies>) =>
  diff.lines.map(({ side, text }) => ({ both: ' ', left: '-', right: '+' })[side] + text);

test('the same bytes are the same', () => {
  expect(diffBodies(json('{"a":1}'), json('{"a":1}'))).toEqual({ kind: 'same', lines: [], complete: true });
});

test('JSON that is written otherwise differs in its format alone', () => {
  expect(diffBodies(json('{"a":1}'), json('{\r\n "a" : 1 }')).kind).toBe('format');
});

test('JSON is compared after it was indented', () => {
  expect(marked(diffBodies(json('{"a":1,"b":[1,2]}'), json('{"a":1,"b":[1,3],"c":1.0}')))).toEqual([
    ' {',
    '   "a": 1,',
    '   "b": [',
    '     1,',
    '-    2',
    '-  ]',
    '+    3',
    '+  ],',
    '+  "c": 1.0',
    ' }',
  ]);
});

test('a number that is too large for JavaScript is compared as it is written', () => {
  const diff = diffBodies(json('{"id":12345678901234567890}'), json('{"id":12345678901234567891}'));
  expect(diff.kind).toBe('lines');
});

test('broken JSON is compared as text', () => {
  expect(marked(diffBodies(json('{"a":'), json('{"a":1}')))).toEqual(['-{"a":', '+{"a":1}']);
});

test('lines have their numbers on either side', () => {
  expect(diffBodies(body('a\nb\nc'), body('a\nc\nd')).lines).toEqual([
    { side: 'both', text: 'a', left: 1, right: 1 },
    { side: 'left', text: 'b', left: 2, right: null },
    { side: 'both', text: 'c', left: 3, right: 2 },
    { side: 'right', text: 'd', left: null, right: 3 },
  ]);
});

test('a CRLF is seen', () => {
  expect(marked(diffBodies(body('a\r\nb'), body('a\nb')))).toEqual(['-a␍', '+a', ' b']);
});

test('nothing and something', () => {
  expect(marked(diffBodies(body(''), body('a')))).toEqual(['+a']);
});

test('binary bodies that differ are told as such', () => {
  expect(diffBodies(body(Uint8Array.of(0, 1)), body('a')).kind).toBe('binary');
});

test('there is an end to the lines', () => {
  const many = 'x\n'.repeat(30_000);
  expect(diffBodies(body(many), body(`${many}y`))).toMatchObject({ complete: false, lines: { length: 10_000 } });
});
