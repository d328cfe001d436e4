import { expect, test } from 'vitest';
import { requestAt } from '../../../test/support/inspect.ts';
import { merge, RequestList } from './request-list.ts';
import { requestRow } from './request-row.ts';

const rows = (...offsets: readonly number[]) => offsets.map((offset) => requestRow(requestAt(offset)));
const offsetsOf = (list: readonly { readonly offset: number }[]) => list.map(({ offset }) => offset);

test.each([
  ['live ones stand on top', [3, 2], [4, 5], [5, 4, 3, 2]],
  ['older pages stand below', [9, 8], [7, 6], [9, 8, 7, 6]],
  ['what is there already stands once', [3, 2], [3, 4], [4, 3, 2]],
  ['the same twice at once stands once', [], [2, 2, 1], [2, 1]],
  ['what was missing stands in its place', [9, 5], [7, 6], [9, 7, 6, 5]],
  ['into nothing', [], [1, 2], [2, 1]],
])('W5 %s', (_case, before, more, after) => {
  expect(offsetsOf(merge(rows(...before), rows(...more)))).toEqual(after);
});

test('W5 a list to which nothing new comes stays the very same', () => {
  const before = rows(2, 1);
  expect(merge(before, rows(1, 2))).toBe(before);
  expect(merge(before, [])).toBe(before);
});

test('W11 rows go one by one, up to a place, and by number', () => {
  const list = new RequestList();
  expect(list.add(rows(1, 2, 3, 4, 5))).toBe(5);
  list.remove('r4');
  list.cutThrough(1);
  expect(offsetsOf(list.rows.value)).toEqual([5, 3, 2]);
  list.trim(2);
  expect(offsetsOf(list.rows.value)).toEqual([5, 3]);
});
