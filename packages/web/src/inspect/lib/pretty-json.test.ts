import { expect, test } from 'vitest';
import { jsonText, prettyJson } from './pretty-json.ts';

const pretty = (text: string) => jsonText(prettyJson(text).lines);

test.each(['{"a":[1,{"b":null},[]],"c":{},"d":"x"}', '[]', '7', '"x"', '[[],[[]]]', ' {"a" :\n1 } '])(
  '%j is indented as JSON.stringify does',
  (text) => {
    expect(pretty(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
    expect(prettyJson(text)).toMatchObject({ fault: null, complete: true });
  },
);

test('numbers, escapes and keys that occur twice stay as they are written', () => {
  const text = '{"a":1e400,"a":12345678901234567890,"b":"\\u00e9\\/","c":-0.10E+2}';
  expect(pretty(text)).toBe('{\n  "a": 1e400,\n  "a": 12345678901234567890,\n  "b": "\\u00e9\\/",\n  "c": -0.10E+2\n}');
});

test('each token has its kind', () => {
  expect(
    prettyJson('{"a":[true,1,"x"]}').lines.map(({ depth, tokens }) => [depth, ...tokens.map((t) => t.kind)]),
  ).toEqual([
    [0, 'mark'],
    [1, 'key', 'mark', 'mark'],
    [2, 'word', 'mark'],
    [2, 'number', 'mark'],
    [2, 'string'],
    [1, 'mark'],
    [0, 'mark'],
  ]);
});

test.each([
  ['{"a":1,}', 1, 8, 'expected a name in double quotes, found }: the comma before it is one too many'],
  ['[1,]', 1, 4, 'expected a value, found ]: the comma before it is one too many'],
  ['{a:1}', 1, 2, 'expected a name in double quotes or }, found a'],
  ["{'a':1}", 1, 2, "expected a name in double quotes or }, found '"],
  ["['a']", 1, 2, 'strings stand in double quotes, not in single ones'],
  ['{"a" 1}', 1, 6, 'expected :, found 1'],
  ['{"a":1 "b":2}', 1, 8, 'expected , or }, found "b"'],
  ['[1 2]', 1, 4, 'expected , or ], found 2'],
  ['[1}', 1, 3, 'expected , or ], found }'],
  ['[\n  1,\n  nul\n]', 3, 3, 'nul is nothing that JSON knows'],
  ['[True]', 1, 2, 'it is written true, not True'],
  ['[NaN]', 1, 2, 'NaN is nothing that JSON knows'],
  ['[01]', 1, 2, '01 is not written as a number in JSON'],
  ['[1.]', 1, 2, '1. is not written as a number in JSON'],
  ['[1] // done', 1, 5, 'JSON has no comments'],
  ['{} {}', 1, 4, 'behind the end of the JSON stands {'],
  ['["a\nb"]', 1, 4, 'a line break or control character in a string must be escaped'],
  ['["\\x"]', 1, 3, 'there is no escape \\x in JSON'],
  ['{"a":[1', 1, 8, 'the text ends too early: ]} is missing'],
  ['{"a":"x', 1, 8, 'the text ends inside a string'],
  ['', 1, 1, 'there is nothing'],
])('%j breaks at %d:%d: %s', (text, line, column, message) => {
  expect(prettyJson(text).fault).toMatchObject({ line, column, message });
});

test('what stands behind a fault is shown as it is', () => {
  expect(pretty('{"a":1,\n "b" 2,\n "c":3}')).toBe('{\n  "a": 1,\n  "b"2,\n "c":3}');
});

test('there are no more lines than were asked for, but a fault is found behind them', () => {
  const many = prettyJson(`[${'1,'.repeat(100)}x]`, 10);
  expect(many.lines).toHaveLength(10);
  expect(many.complete).toBe(false);
  expect(many.fault?.offset).toBe(201);
});

test('exactly as many lines as were asked for are complete', () => {
  expect(prettyJson('[1]', 3)).toMatchObject({ complete: true, fault: null });
});

test('a million brackets are neither a stack overflow nor a wall of spaces', () => {
  const { lines, fault } = prettyJson('['.repeat(1_000_000), 1_000);
  expect(lines).toHaveLength(1_000);
  expect(jsonText(lines).length).toBeLessThan(300_000);
  expect(fault?.message).toMatch(/ends too early/);
});

test('a string of ten megabytes is one token', () => {
  const text = `"${'a\\n'.repeat(3_500_000)}"`;
  expect(prettyJson(text).lines[0]?.tokens[0]?.text).toHaveLength(text.length);
});
