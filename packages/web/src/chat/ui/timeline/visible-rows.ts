import { defaultRangeExtractor, type Range } from '@tanstack/virtual-core';

/** The rows to draw: those about the screen, and `always`, which has or may take the focus. -1: none. */
export function rowsToDraw(range: Range, always: number): number[] {
  const rows = defaultRangeExtractor(range);
  if (always < 0 || always >= range.count || rows.includes(always)) return rows;
  return [...rows, always].sort((a, b) => a - b);
}
