/** So many code points before the limit, what is left is shown. */
const WARNED = 100;

export interface LengthLeft {
  /** Code points that may still be written; negative: too many. */
  readonly left: number;
  readonly isNear: boolean;
}

/** How much may still be written. Counted as the server counts: what is trimmed away does not. */
export function lengthLeft(text: string, most: number): LengthLeft {
  // Far from the limit nobody needs the exact number: code units are at least as many as code points.
  if (text.length <= most - WARNED) return { left: most - text.length, isNear: false };
  const left = most - [...text.trim().normalize('NFC')].length;
  return { left, isNear: left <= WARNED };
}
