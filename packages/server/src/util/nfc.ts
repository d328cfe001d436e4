/** More combining marks in a row than any language needs (UAX #15, stream-safe text). */
const UNBOUNDED_MARKS = /\p{M}{31}/u;

/**
 * Text in Unicode's normal form C, in linear time: putting a long run of combining marks in order is quadratic, and one
 * frame of them would hold up everybody. Text with such a run is given back as it is. Check its length before.
 */
export function nfc(text: string): string {
  return UNBOUNDED_MARKS.test(text) ? text : text.normalize('NFC');
}
