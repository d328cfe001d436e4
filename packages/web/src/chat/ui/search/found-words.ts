/** A piece of a text, and whether it is what was searched for. */
export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

/** Writing without spaces between words: there, the server takes each character for a word, and so does this. */
const SINGLE =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{So}]';
const WORD = new RegExp(`${SINGLE}|(?:(?!${SINGLE})[\\p{L}\\p{N}\\p{M}\\p{Co}])+`, 'gu');

/** Characters before the first found word that a result shows. */
const LEAD = 60;

/**
 * The text in pieces, which together are all of it. Found are the words that begin with one of those that were searched
 * for; case and accents make no difference, as on the server.
 */
export function piecesOf(text: string, searched: string): readonly Piece[] {
  const beginnings = (searched.match(WORD) ?? []).map(folded);
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const plain = folded(word);
    if (!beginnings.some((beginning) => plain.startsWith(beginning))) continue;
    if (index > end) pieces.push({ text: text.slice(end, index), found: false });
    pieces.push({ text: word, found: true });
    end = index + word.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), found: false });
  return pieces;
}

/** The same pieces; where the first found one is far down, what comes before it is cut short. */
export function excerptOf(pieces: readonly Piece[]): readonly Piece[] {
  const [first, ...rest] = pieces;
  if (!first || first.found || rest.length === 0 || first.text.length <= 2 * LEAD) return pieces;
  const lead = first.text.slice(-LEAD);
  // Neither in the middle of a word nor of a character.
  return [{ text: `… ${lead.slice(lead.search(/\s/) + 1).replace(/^[\uDC00-\uDFFF]/, '')}`, found: false }, ...rest];
}

function folded(word: string): string {
  return word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
