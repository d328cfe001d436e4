import type { DiffLine } from '../../lib/diff-body.ts';

/** A line of a view side by side; null where one side has nothing. */
export interface DiffRow {
  readonly left: DiffLine | null;
  readonly right: DiffLine | null;
}

/** Lines as pairs: what went and what came in its place stand beside each other. */
export function sideBySide(lines: readonly DiffLine[]): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  let gone: DiffLine[] = [];
  const flush = () => {
    rows.push(...gone.map((left) => ({ left, right: null })));
    gone = [];
  };
  for (const line of lines) {
    if (line.side === 'left') gone.push(line);
    else if (line.side === 'right') rows.push({ left: gone.shift() ?? null, right: line });
    else {
      flush();
      rows.push({ left: line, right: line });
    }
  }
  flush();
  return rows;
}

/** A part of the lines: those that differ with some around them, or a run of equal ones that is folded. */
export type Block<Line> =
  | { readonly kind: 'lines'; readonly lines: readonly Line[] }
  | { readonly kind: 'folded'; readonly lines: readonly Line[] };

/** Folds runs of equal lines, but for `around` at the edges of what differs. */
export function foldEqual<Line>(
  lines: readonly Line[],
  isEqual: (line: Line) => boolean,
  around: number,
): readonly Block<Line>[] {
  const near = nearOf(
    lines.map((line) => !isEqual(line)),
    around,
  );
  const blocks: { kind: 'lines' | 'folded'; lines: Line[] }[] = [];
  lines.forEach((line, index) => {
    const kind = near[index] ? 'lines' : 'folded';
    const last = blocks.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  });
  // A fold of one line saves nothing.
  return blocks.map((block) => (block.lines.length === 1 ? { kind: 'lines', lines: block.lines } : block));
}

/** Which places are at most `around` away from one that counts. */
function nearOf(counts: readonly boolean[], around: number): readonly boolean[] {
  const near = counts.map(() => false);
  let last = Number.NEGATIVE_INFINITY;
  counts.forEach((counted, index) => {
    if (counted) last = index;
    if (index - last <= around) near[index] = true;
  });
  last = Number.POSITIVE_INFINITY;
  for (let index = counts.length - 1; index >= 0; index -= 1) {
    if (counts[index]) last = index;
    if (last - index <= around) near[index] = true;
  }
  return near;
}
