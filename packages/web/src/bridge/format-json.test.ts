import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatJson } from './format-json.ts';

test('a value that fits stays on one line', () => {
  expect(formatJson({ text: 'Hello', tags: ['a', 'b'] }, 60)).toBe('{ "text": "Hello", "tags": ["a", "b"] }');
  expect(formatJson({}, 60)).toBe('{}');
  expect(formatJson([], 60)).toBe('[]');
  expect(formatJson(null, 60)).toBe('null');
});

test('a value that does not fit is broken, and its parts stay on one line where they fit', () => {
  const rows = [
    '{',
    '  "id": 1,',
    '  "items": [',
    '    { "sku": "A-7", "count": 2 },',
    '    { "sku": "C-1", "count": 1 }',
    '  ],',
    '  "paid": true',
    '}',
  ];
  const items = [
    { sku: 'A-7', count: 2 },
    { sku: 'C-1', count: 1 },
  ];
  expect(formatJson({ id: 1, items, paid: true }, 40)).toBe(rows.join('\n'));
});

test('an object of one long text stays on one line, for breaking it would not help', () => {
  const text = 'x'.repeat(100);
  expect(formatJson({ text }, 40)).toBe(`{ "text": "${text}" }`);
});

test('B2 whatever is shown is the same JSON as what came', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 80 }), (value, width) => {
      expect(JSON.parse(formatJson(value, width))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
