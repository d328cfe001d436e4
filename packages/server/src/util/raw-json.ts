/**
 * Finds the text of one member's value in the text of a JSON object, so that it can be passed on as it was written:
 * parsing and printing again would change 1.0, 1e400, 12345678901234567890 and the order of keys that look like numbers.
 *
 * `json` must be valid JSON (parse it first). Returns null where the object has no such member; where a key is
 * repeated the last one counts, as in `JSON.parse`. Keys are compared after unescaping.
 */
export function rawMember(json: string, key: string): string | null {
  let at = skipSpace(json, 0);
  if (json.charCodeAt(at) !== OPEN_BRACE) return null;
  at = skipSpace(json, at + 1);
  let found: string | null = null;
  while (at < json.length && json.charCodeAt(at) === QUOTE) {
    const keyEnd = skipString(json, at);
    const name = json.slice(at, keyEnd);
    at = skipSpace(json, skipSpace(json, keyEnd) + 1); // over the colon
    const end = skipValue(json, at);
    if (isKey(name, key)) found = json.slice(at, end);
    at = skipSpace(json, end);
    if (json.charCodeAt(at) !== COMMA) break;
    at = skipSpace(json, at + 1);
  }
  return found;
}

/** The texts of the elements of a JSON list, as `rawMember` finds those of an object's members. Not a list: none. */
export function rawElements(json: string): string[] {
  const elements: string[] = [];
  let at = skipSpace(json, 0);
  if (json.charCodeAt(at) !== OPEN_BRACKET) return elements;
  at = skipSpace(json, at + 1);
  while (at < json.length && json.charCodeAt(at) !== CLOSE_BRACKET) {
    const end = skipValue(json, at);
    elements.push(json.slice(at, end));
    at = skipSpace(json, end);
    if (json.charCodeAt(at) !== COMMA) break;
    at = skipSpace(json, at + 1);
  }
  return elements;
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function isKey(quoted: string, key: string): boolean {
  if (quoted.includes('\\')) return JSON.parse(quoted) === key;
  return quoted.length === key.length + 2 && quoted.startsWith(key, 1);
}

export function skipSpace(json: string, from: number): number {
  let at = from;
  for (;;) {
    const code = json.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at++;
  }
}

/** The index behind the string that begins at `from`: from an opening quote to behind the closing one. */
export function skipString(json: string, from: number): number {
  let at = json.indexOf('"', from + 1);
  while (at > 0 && isEscaped(json, at)) at = json.indexOf('"', at + 1);
  return at + 1;
}

function isEscaped(json: string, quote: number): boolean {
  let backslashes = 0;
  while (json.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function skipValue(json: string, from: number): number {
  const first = json.charCodeAt(from);
  if (first === QUOTE) return skipString(json, from);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipContainer(json, from);
  let at = from;
  for (; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || code <= 32) break;
  }
  return at;
}

function skipContainer(json: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(json, at);
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) return at + 1;
    at++;
  }
  return at;
}
