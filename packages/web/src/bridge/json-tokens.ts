/** A piece of JSON text and what it is; `plain` is punctuation and white space. */
export interface Token {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'plain';
  readonly text: string;
}

const PATTERN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)/g;

/** Cuts JSON text into tokens to colour. Joined again they are the text, whatever the text is. */
export function jsonTokens(json: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  const add = (kind: Token['kind'], text: string) => {
    if (text !== '') tokens.push({ kind, text });
  };
  for (const match of json.matchAll(PATTERN)) {
    const [whole, quoted, colon, number] = match;
    add('plain', json.slice(end, match.index));
    end = match.index + whole.length;
    if (quoted === undefined) add(number === undefined ? 'word' : 'number', whole);
    else add(colon === undefined ? 'string' : 'key', quoted);
    add('plain', colon ?? '');
  }
  add('plain', json.slice(end));
  return tokens;
}
