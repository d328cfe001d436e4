/** Where the list is to be: at its end, or with a row at an edge, in the middle, or anywhere in sight. */
export type Goal =
  | { readonly kind: 'end' }
  | {
      readonly kind: 'row';
      readonly key: string;
      readonly align: 'start' | 'center' | 'end' | 'sight';
      /** Pixels below the upper edge, with `start`. */
      readonly pixels?: number;
    };

/** What is seen of the list, and where a row stands in it. In pixels. */
export interface View {
  readonly top: number;
  readonly height: number;
  /** Of everything. */
  readonly total: number;
}

export interface Span {
  readonly start: number;
  readonly size: number;
}

/** How far down the list is to be scrolled so that the goal is reached. `row`: the goal's row. */
export function offsetFor(goal: Goal, { top, height, total }: View, row: Span): number {
  const end = Math.max(0, total - height);
  return Math.min(end, Math.max(0, goal.kind === 'end' ? end : offsetForRow(goal, top, height, row)));
}

function offsetForRow(goal: Goal & { kind: 'row' }, top: number, height: number, { start, size }: Span): number {
  const atUpper = start - (goal.pixels ?? 0);
  const atLower = start + size - height;
  switch (goal.align) {
    case 'start':
      return atUpper;
    case 'end':
      return atLower;
    case 'center':
      return (atUpper + atLower) / 2;
    case 'sight':
      // What is higher than the list shows its beginning.
      return start < top || size > height ? atUpper : Math.max(top, atLower);
  }
}
