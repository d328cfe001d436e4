/** Lines that a message may have before it is folded. */
const FOLDED_LINES = 20;
const LETTERS_PER_LINE = 60;

/** About how many lines a text takes. Counts no further than `most`. */
export function linesOf(text: string, most = Number.POSITIVE_INFINITY, perLine = LETTERS_PER_LINE): number {
  let lines = 0;
  let start = 0;
  while (lines < most) {
    const end = text.indexOf('\n', start);
    const length = (end < 0 ? text.length : end) - start;
    lines += Math.max(1, Math.ceil(length / perLine));
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}

/** Whether a text is so tall that it is folded until somebody wants to see all of it. */
export function isTall(text: string): boolean {
  return linesOf(text, FOLDED_LINES + 5) > FOLDED_LINES;
}
