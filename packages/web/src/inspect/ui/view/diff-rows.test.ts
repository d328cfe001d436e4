import { expect, test } from 'vitest';
import type { DiffLine } from '../../lib/diff-body.ts';
import { foldEqual, sideBySide } from './diff-rows.ts';

const line = (side: DiffLine['side'], text: string): DiffLine => ({ side, text, left: null, right: null });

test('W11 what went and what came in its place stand beside each other', () => {
  const lines = [
    line('both', 'a'),
    line('left', 'b1'),
    line('left', 'b2'),
    line('right', 'B1'),
    line('both', 'c'),
    line('right', 'd'),
  ];
  const rows = sideBySide(lines).map(({ left, right }) => [left?.text ?? null, right?.text ?? null]);
  expect(rows).toEqual([
    ['a', 'a'],
    ['b1', 'B1'],
    ['b2', null],
    ['c', 'c'],
    [null, 'd'],
  ]);
});

test('W11 long runs of equal lines are folded, but for a few around what differs', () => {
  const lines = ['=', '=', '=', '=', 'x', '=', '=', '=', '=', '='];
  const blocks = foldEqual(lines, (each) => each === '=', 2).map(({ kind, lines: { length } }) => [kind, length]);
  expect(blocks).toEqual([
    ['folded', 2],
    ['lines', 5],
    ['folded', 3],
  ]);
});

test('W11 a fold of one line saves nothing', () => {
  const blocks = foldEqual(['=', '=', 'x'], (each) => each === '=', 1).map(({ kind }) => kind);
  expect(blocks).toEqual(['lines', 'lines']);
});
