/** Whether something stands on both sides, or on one alone. */
export type Side = 'both' | 'left' | 'right';

/** A run of entries: where it begins on either side, and how many there are. Indices from 0. */
export interface Run {
  readonly side: Side;
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

/** More differences than this are not worth the time and memory (their square): the middle is one block then. */
const MOST_EDITS = 1_000;

/**
 * The shortest way from one list to another (E. Myers, "An O(ND) Difference Algorithm", 1986), as runs in order, what is
 * left before what is right. Equal ends are taken off first; where there are more than `mostEdits` differences between
 * them, all between is told as removed and added.
 */
export function diffLists(left: readonly string[], right: readonly string[], mostEdits = MOST_EDITS): readonly Run[] {
  const shorter = Math.min(left.length, right.length);
  let head = 0;
  while (head < shorter && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  const leftMiddle = left.slice(head, left.length - tail);
  const rightMiddle = right.slice(head, right.length - tail);
  const kept = commonPairs(leftMiddle, rightMiddle, mostEdits).map(([x, y]) => [x + head, y + head] as const);
  return runs(head, [...kept, [left.length - tail, right.length - tail]], left.length, right.length);
}

type Pair = readonly [left: number, right: number];

/** Indices of what stays, in order; none where there are too many edits. */
function commonPairs(left: readonly string[], right: readonly string[], mostEdits: number): readonly Pair[] {
  const trace: Int32Array[] = [];
  const most = Math.min(left.length + right.length, mostEdits);
  // How far each diagonal (x − y) has come, shifted so that there are no negative indices.
  const reach = new Int32Array(2 * most + 3);
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(reach.slice(most - edits, most + edits + 3));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = diagonal + most + 1;
      const down = reach[at + 1] ?? 0;
      const across = (reach[at - 1] ?? 0) + 1;
      let x = diagonal === -edits || (diagonal !== edits && across <= down) ? down : across;
      while (x < left.length && x - diagonal < right.length && left[x] === right[x - diagonal]) x += 1;
      reach[at] = x;
      if (x >= left.length && x - diagonal >= right.length) return walkBack(trace, left.length, right.length);
    }
  }
  return [];
}

function walkBack(trace: readonly Int32Array[], leftLength: number, rightLength: number): readonly Pair[] {
  const pairs: Pair[] = [];
  let [x, y] = [leftLength, rightLength];
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reach = trace[edits] ?? new Int32Array();
    const diagonal = x - y;
    const at = diagonal + edits + 1;
    const down = reach[at + 1] ?? 0;
    const across = (reach[at - 1] ?? 0) + 1;
    const isDown = diagonal === -edits || (diagonal !== edits && across <= down);
    const start = edits === 0 ? 0 : isDown ? down : across;
    while (x > start) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    if (isDown) y -= 1;
    else x -= 1;
  }
  return pairs.reverse();
}

/** Runs of what is equal and what is not between the given pairs, behind a head that is equal. */
function runs(head: number, pairs: readonly Pair[], leftLength: number, rightLength: number): readonly Run[] {
  const found: Run[] = [];
  const add = (side: Side, left: number, right: number, count: number) => {
    const last = found.at(-1);
    if (count <= 0) return;
    if (last?.side === side) found[found.length - 1] = { ...last, count: last.count + count };
    else found.push({ side, left, right, count });
  };
  let [x, y] = [head, head];
  add('both', 0, 0, head);
  for (const [index, [left, right]] of pairs.entries()) {
    add('left', x, y, left - x);
    add('right', left, y, right - y);
    // The last pair stands for the equal tail.
    const count = index === pairs.length - 1 ? leftLength - left : 1;
    add('both', left, right, count);
    [x, y] = [left + count, right + count];
  }
  add('right', x, y, rightLength - y);
  return found;
}
