import { expect, test } from 'vitest';
import { jsonAt, parseJsonPath } from './json-path.ts';

test('W11 a path into a JSON text names members and elements', () => {
  expect(parseJsonPath('$')).toEqual([]);
  expect(parseJsonPath('$.user.first-name[0][12].x')).toEqual(['user', 'first-name', 0, 12, 'x']);
  expect(parseJsonPath('$["a.b[0]"]["q\\"uote"].é[""]')).toEqual(['a.b[0]', 'q"uote', 'é', '']);
  expect(parseJsonPath('$[0].0')).toEqual([0, '0']);
});

test('W11 what is no path is null', () => {
  const faulty = [
    '',
    'user',
    '.user',
    '$user',
    '$.',
    '$..a',
    '$.a.',
    '$[',
    '$[]',
    '$[a]',
    '$[-1]',
    '$[0',
    '$["a',
    '$["a"]b',
  ];
  for (const path of [...faulty, '$["\\x"]', '$[1e3]', '$.a b', '$[9999999999]', '$ .a'])
    expect({ path, steps: parseJsonPath(path) }).toEqual({ path, steps: null });
});

test('W11 a path leads to what is there, and to nothing that only looks like it', () => {
  const json = JSON.parse('{"a":[{"b":null},[1]],"0":"zero","__proto__":{"c":1},"text":"abc"}');
  const at = (path: string) => jsonAt(json, parseJsonPath(path) ?? ['no path']);
  expect(at('$')).toBe(json);
  expect(at('$.a[0].b')).toBeNull();
  expect(at('$.a[1][0]')).toBe(1);
  expect(at('$.0')).toBe('zero');
  expect(at('$.__proto__.c')).toBe(1);
  for (const path of [
    '$.a[2]',
    '$.a.0',
    '$.a.length',
    '$[0]',
    '$.text[0]',
    '$.text.length',
    '$.a[0].b.c',
    '$.toString',
  ])
    expect({ path, found: at(path) }).toEqual({ path, found: undefined });
});
