/** What a part of a form says of itself: the field's name, and the file's. */
export interface PartDisposition {
  readonly name: string | null;
  readonly filename: string | null;
}

const PARAMETER = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/gs;

/** Reads `Content-Disposition`, as browsers, curl and mail programs write it. */
export function dispositionOf(header: string): PartDisposition {
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, bare = ''] of header.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted === undefined ? bare.trim() : unquoted(quoted));
  }
  return { name: parameterOf(parameters, 'name'), filename: parameterOf(parameters, 'filename') };
}

/** `name*` counts for more than `name` (RFC 6266 §4.3). */
function parameterOf(parameters: ReadonlyMap<string, string>, name: string): string | null {
  const extended = parameters.get(`${name}*`);
  return (extended === undefined ? null : decoded(extended)) ?? parameters.get(name) ?? null;
}

/**
 * Browsers write quotes and line breaks as `%22`, `%0D` and `%0A` (HTML §4.10.21.8), others put a backslash before quotes.
 * Before anything else a backslash is one: of a path of Windows.
 */
function unquoted(text: string): string {
  return text.replace(/\\(["\\])/g, '$1').replace(/%22|%0D|%0A/gi, decodeURIComponent);
}

/** `UTF-8'en'na%C3%AFve` (RFC 8187 §3.2), or null where it is nothing of the kind. */
function decoded(value: string): string | null {
  const [, charset = '', text] = /^"?([\w-]+)'[\w-]*'(.*?)"?$/s.exec(value) ?? [];
  if (text === undefined) return null;
  const bytes = Buffer.from(text.replace(/%([0-9a-f]{2})/gi, byteOf), 'latin1');
  if (/^iso-8859-1$/i.test(charset)) return bytes.toString('latin1');
  return /^utf-?8$/i.test(charset) ? bytes.toString() : null;
}

function byteOf(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
