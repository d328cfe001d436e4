import { expect, test } from 'vitest';
import { diffLists, type Run } from './line-diff.ts';

const chars = (text: string) => [...text];

/** Both lists as the runs tell them; a wrong run would give other ones. */
function told(runs: readonly Run[], left: readonly string[], right: readonly string[]) {
  const take = (side: 'left' | 'right', list: readonly string[]) =>
    runs
      .filter((run) => run.side === 'both' || run.side === side)
      .flatMap((run) => list.slice(run[side], run[side] + run.count));
  return { left: take('left', left), right: take('right', right) };
}

const edits = (runs: readonly Run[]) => runs.reduce((sum, run) => sum + (run.side === 'both' ? 0 : run.count), 0);

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['abc', 'xyz', 6],
  ['abcabba', 'cbabac', 5],
  ['abcdef', 'abXdef', 2],
  ['aaab', 'aab', 1],
  ['kitten', 'sitting', 5],
])('%j becomes %j in %d edits', (a, b, expected) => {
  const [left, right] = [chars(a), chars(b)];
  const runs = diffLists(left, right);
  expect(told(runs, left, right)).toEqual({ left, right });
  expect(edits(runs)).toBe(expected);
});

test('a thousand lists by chance are told truly, and what is in both is equal', () => {
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const list = () => Array.from({ length: next(12) }, () => 'abc'[next(3)] ?? '');
  for (let round = 0; round < 1_000; round += 1) {
    const [left, right] = [list(), list()];
    const runs = diffLists(left, right);
    expect(told(runs, left, right)).toEqual({ left, right });
    expect(edits(runs)).toBe(left.length + right.length - 2 * longestCommon(left, right));
    for (const run of runs.filter(({ side }) => side === 'both')) {
      expect(left.slice(run.left, run.left + run.count)).toEqual(right.slice(run.right, run.right + run.count));
    }
  }
});

test('where there are too many differences, all between the equal ends is one block', () => {
  const left = chars('(a1b2c3)');
  const right = chars('(1x2y3z)');
  expect(diffLists(left, right, 3).map(({ side, count }) => [side, count])).toEqual([
    ['both', 1],
    ['left', 6],
    ['right', 6],
    ['both', 1],
  ]);
});

test('two lists of 20,000 other lines are done in a moment', () => {
  const list = (mark: string) => Array.from({ length: 20_000 }, (_, index) => mark + index);
  expect(edits(diffLists(list('a'), list('b')))).toBe(40_000);
}, 2_000);

function longestCommon(left: readonly string[], right: readonly string[]): number {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  const at = (x: number, y: number) => lengths[x]?.[y] ?? 0;
  for (let x = 1; x <= left.length; x += 1) {
    for (let y = 1; y <= right.length; y += 1) {
      const row = lengths[x] ?? [];
      row[y] = left[x - 1] === right[y - 1] ? at(x - 1, y - 1) + 1 : Math.max(at(x - 1, y), at(x, y - 1));
    }
  }
  return at(left.length, right.length);
}
