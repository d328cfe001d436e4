import type { Row } from './rows.ts';

/** Messages that PageUp and PageDown pass over. */
const PAGE = 10;

/**
 * The row that a key leads to from row `from`: the next message up or down, ten of them, the first or the last.
 * Null where the key means nothing here or there is nowhere to go.
 */
export function rowForKey(key: string, rows: readonly Row[], from: number): number | null {
  switch (key) {
    case 'ArrowUp':
      return stepped(rows, from, -1, 1);
    case 'ArrowDown':
      return stepped(rows, from, 1, 1);
    case 'PageUp':
      return stepped(rows, from, -1, PAGE);
    case 'PageDown':
      return stepped(rows, from, 1, PAGE);
    case 'Home':
      return stepped(rows, from, -1, rows.length);
    case 'End':
      return stepped(rows, from, 1, rows.length);
    default:
      return null;
  }
}

/** Passes `count` messages, or as many as there are. */
function stepped(rows: readonly Row[], from: number, step: 1 | -1, count: number): number | null {
  let reached: number | null = null;
  let left = count;
  for (let at = from + step; at >= 0 && at < rows.length && left > 0; at += step) {
    if (rows[at]?.kind !== 'message') continue;
    reached = at;
    left -= 1;
  }
  return reached;
}
