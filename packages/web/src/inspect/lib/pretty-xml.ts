/** A line of indented XML. */
export interface XmlLine {
  /** How deep it stands: two spaces each. */
  readonly depth: number;
  readonly text: string;
}

export interface PrettyXml {
  readonly lines: readonly XmlLine[];
  /** False where there are more lines than were asked for. */
  readonly complete: boolean;
}

const MOST_LINES = 20_000;
/** Sections that are taken whole, whatever is in them. */
const SECTIONS = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/**
 * Indents XML for the eye, as text: nothing is parsed into a document and no entity is resolved, so that foreign XML can
 * do nothing. What is not well-formed is indented as well as it goes. White space between tags goes, an element with
 * nothing but text stays on one line. Linear in the length of the text.
 */
export function prettyXml(text: string, mostLines = MOST_LINES): PrettyXml {
  const lines: XmlLine[] = [];
  let depth = 0;
  let isLeaf = false;
  for (const piece of pieces(text)) {
    const kind = kindOf(piece);
    const last = lines.at(-1);
    if (kind === 'close') depth = Math.max(0, depth - 1);
    if (isLeaf && last !== undefined && (kind === 'close' || kind === 'text')) {
      lines[lines.length - 1] = { depth: last.depth, text: last.text + piece };
    } else {
      if (lines.length >= mostLines) return { lines, complete: false };
      lines.push({ depth, text: kind === 'text' ? piece.trim() : piece });
    }
    // An opening tag, and then text behind it, wait for their closing tag on the same line.
    isLeaf = kind === 'open' || (isLeaf && kind === 'text');
    if (kind === 'open') depth += 1;
  }
  return { lines, complete: true };
}

/** Tags, sections and the text between them, in order; text that is but white space is left out. */
function* pieces(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    const end = text[at] === '<' ? endOfTag(text, at) : indexOr(text, '<', at, text.length);
    const piece = text.slice(at, end);
    if (piece.trim() !== '') yield piece;
    at = end;
  }
}

type PieceKind = 'open' | 'close' | 'text' | 'other';

function kindOf(piece: string): PieceKind {
  if (!piece.startsWith('<') || piece.startsWith('<![CDATA[')) return 'text';
  if (piece.startsWith('</')) return 'close';
  return /^<[!?]/.test(piece) || piece.endsWith('/>') || !piece.endsWith('>') ? 'other' : 'open';
}

/** Behind the tag or section that begins at `start`; what is not closed goes on to the end of the text. */
function endOfTag(text: string, start: number): number {
  const section = SECTIONS.find(([open]) => text.startsWith(open, start));
  if (section !== undefined) {
    const [open, close] = section;
    const end = text.indexOf(close, start + open.length);
    return end < 0 ? text.length : end + close.length;
  }
  return text.startsWith('<!', start) ? endOfDeclaration(text, start) : endOfMarkup(text, start);
}

/** A greater-than sign in an attribute's quotes does not end a tag. */
function endOfMarkup(text: string, start: number): number {
  let quote = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return at + 1;
  }
  return text.length;
}

/** A document type may have declarations of its own in square brackets. */
function endOfDeclaration(text: string, start: number): number {
  const end = indexOr(text, '>', start, text.length - 1) + 1;
  // Looked for in this declaration alone: in all of the text it would be quadratic.
  if (!text.slice(start, end).includes('[')) return end;
  const close = text.indexOf(']', start);
  return close < 0 ? text.length : indexOr(text, '>', close, text.length - 1) + 1;
}

function indexOr(text: string, wanted: string, from: number, otherwise: number): number {
  const found = text.indexOf(wanted, from);
  return found < 0 ? otherwise : found;
}
