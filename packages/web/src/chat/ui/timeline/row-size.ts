import type { Row } from './rows.ts';
import { linesOf } from './tall.ts';

/** Pixels, as chat-timeline.css has them at the usual font size. Measuring corrects them; near guesses move less. */
const LINE = 22;
const ROW = 4;
const HEAD = 34;
const LETTER = 7;
const GUTTERS = 96;
const MOST_LINES = 20;

/** About how high a row is in a list `width` pixels wide. */
export function estimateRow(row: Row | undefined, width: number): number {
  if (row === undefined) return LINE;
  if (row.kind === 'day') return 45;
  if (row.kind === 'divider') return 33;
  const perLine = Math.max(10, Math.floor((Math.min(width, 800) - GUTTERS) / LETTER));
  const lines = Math.min(MOST_LINES, linesOf(row.message.content, MOST_LINES, perLine));
  return ROW + lines * LINE + (row.head ? HEAD : 0);
}
