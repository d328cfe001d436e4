/** Marks in a row that count as one text; more are cut apart (the Stream-Safe Text Format of UAX #15 §13 has 30, too). */
const MOST_MARKS = 30;
/** The beginning of a longer row. Only where a row begins it is looked for: anywhere in it would take long. */
const LONG_ROW = new RegExp(`(?<!\\p{M})\\p{M}{${MOST_MARKS + 1}}`, 'u');
const ROW = /\p{M}+/gu;
const PIECES = new RegExp(`.{${MOST_MARKS}}(?=.)`, 'gsu');
/** U+034F, the combining grapheme joiner: marks are not put in order across it. */
const JOINER = '\u034F';

/**
 * A text in the form in which texts are compared: upper and lower case are one, and accents are however they were written.
 * It takes a time that grows with the length alone, whatever strangers have written: putting marks in order takes the
 * square of their number, so that a row of marks is cut into pieces before.
 */
export function fold(text: string): string {
  const safe = LONG_ROW.test(text) ? text.replace(ROW, inPieces) : text;
  // Upper case, since in lower case a sigma depends on what comes after it.
  return safe.normalize().toUpperCase();
}

function inPieces(row: string): string {
  return row.length > MOST_MARKS ? row.replace(PIECES, `$&${JOINER}`) : row;
}
