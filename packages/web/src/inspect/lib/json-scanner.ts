/** A token of JSON, or what stands where one should be. */
export interface Scanned {
  readonly kind: 'string' | 'number' | 'word' | 'mark' | 'end' | 'fault';
  readonly start: number;
  readonly end: number;
  /** What is wrong, for a fault; else empty. */
  readonly problem: string;
}

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const WORD = /[\p{L}\p{N}_$.+-]+/uy;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const MARKS = '{}[]:,';
const WORDS = ['true', 'false', 'null'];

/** The next token at or behind `from` (RFC 8259); nothing of it is interpreted. */
export function scanJson(text: string, from: number): Scanned {
  const start = matchEnd(BLANK, text, from) ?? from;
  const first = text[start];
  if (first === undefined) return token('end', start, start);
  if (MARKS.includes(first)) return token('mark', start, start + 1);
  if (first === '"') return scanString(text, start);
  const number = matchEnd(NUMBER, text, start);
  if (number !== null) return token('number', start, number);
  const end = matchEnd(WORD, text, start) ?? start + String.fromCodePoint(text.codePointAt(start) ?? 0).length;
  const word = text.slice(start, end);
  return WORDS.includes(word) ? token('word', start, end) : token('fault', start, end, problemOf(text, start, word));
}

function scanString(text: string, start: number): Scanned {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return token('string', start, at + 1);
    if (code < 0x20) return token('fault', at, at + 1, 'a line break or control character in a string must be escaped');
    if (code !== 0x5c) continue;
    const end = matchEnd(ESCAPE, text, at);
    if (end === null) return token('fault', at, at + 2, `there is no escape ${text.slice(at, at + 2)} in JSON`);
    at = end - 1;
  }
  return token('fault', text.length, text.length, 'the text ends inside a string');
}

/** Why what stands there is no token, for the usual mistakes. */
function problemOf(text: string, start: number, word: string): string {
  if (text[start] === "'") return 'strings stand in double quotes, not in single ones';
  if (text.startsWith('//', start) || text.startsWith('/*', start) || text[start] === '#')
    return 'JSON has no comments';
  if (/^[-+.]?\d/.test(word)) return `${clip(word)} is not written as a number in JSON`;
  const fixed = WORDS.find((known) => known === word.toLowerCase());
  if (fixed !== undefined) return `it is written ${fixed}, not ${word}`;
  return `${clip(word)} is nothing that JSON knows`;
}

function matchEnd(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function token(kind: Scanned['kind'], start: number, end: number, problem = ''): Scanned {
  return { kind, start, end, problem };
}

function clip(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
