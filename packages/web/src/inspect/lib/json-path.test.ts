import { expect, test } from 'vitest';
import { parseJsonPath, valueAt } from './json-path.ts';

test.each([
  ['$', []],
  ['$.user.id', ['user', 'id']],
  ['$.items[0].x', ['items', 0, 'x']],
  ['$[1]', [1]],
  ['$["a b"]["c.d"]', ['a b', 'c.d']],
  ['$["q\\"q"]', ['q"q']],
  ['$.a-b', ['a-b']],
])('%j names a place', (path, steps) => {
  expect(parseJsonPath(path)).toEqual(steps);
});

test.each(['', 'user.id', '$.', '$..a', '$.a[', '$.a[*]', '$.a[-1]', '$a b', '$["a]', '$["\\x"]', '$[9999999999]'])(
  '%j names none',
  (path) => {
    expect(parseJsonPath(path)).toBeNull();
  },
);

test('a value is found, or undefined', () => {
  const value = { user: { id: 7, tags: ['a', 'b'], none: null } };
  expect(valueAt(value, [])).toBe(value);
  expect(valueAt(value, ['user', 'tags', 1])).toBe('b');
  expect(valueAt(value, ['user', 'none'])).toBeNull();
  expect(valueAt(value, ['user', 'none', 'x'])).toBeUndefined();
  expect(valueAt(value, ['user', 'tags', 9])).toBeUndefined();
});

test('what every object inherits is not there', () => {
  expect(valueAt({}, ['constructor'])).toBeUndefined();
  expect(valueAt({ a: [1] }, ['a', 'length'])).toBeUndefined();
});
