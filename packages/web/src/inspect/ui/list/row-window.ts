/** Which rows of a list of equal rows are drawn: `from` up to, not including, `to`. */
export interface RowWindow {
  readonly from: number;
  readonly to: number;
}

/** Rows that are drawn beyond what is seen, so that scrolling shows no holes. */
const SPARE = 10;
/** However high the list says it is: a fault in its layout must not draw ten thousand rows. */
const MOST = 300;

/** @param top pixels that are scrolled away; `height`: pixels that are seen; `row`: height of a row */
export function rowWindow(top: number, height: number, row: number, count: number): RowWindow {
  const first = Math.floor(Math.max(0, top) / row);
  const last = Math.ceil((Math.max(0, top) + height) / row);
  const from = Math.max(0, Math.min(first - SPARE, count));
  return { from, to: Math.min(count, last + SPARE, from + MOST) };
}

/**
 * Where a row of that offset is, or, where it has gone, the next older one: the rows are sorted by falling offset.
 * `rows.length` where all are newer.
 */
export function placeOf(rows: readonly { readonly offset: number }[], offset: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.offset ?? 0) > offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
