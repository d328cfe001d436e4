import { expect, test } from 'vitest';
import { isTooDeep } from './nesting.ts';

const lists = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
const objects = (depth: number) => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as unknown;

test('D14 a hundred lists or objects inside each other are taken, one more is not', () => {
  for (const nested of [lists, objects]) {
    expect(isTooDeep(nested(100))).toBe(false);
    expect(isTooDeep(nested(101))).toBe(true);
    expect(isTooDeep([1, { a: nested(98) }])).toBe(false);
    expect(isTooDeep([1, { a: nested(99) }])).toBe(true);
  }
});

test('D14 what cannot be walked through by recursion is found out all the same', () => {
  expect(isTooDeep(lists(1_000_000))).toBe(true);
});

test('values without parts are not deep, nor are bytes', () => {
  for (const flat of [null, undefined, 1, 'text', true, Buffer.alloc(1000), new Date(), [], {}]) {
    expect(isTooDeep(flat)).toBe(false);
  }
});
