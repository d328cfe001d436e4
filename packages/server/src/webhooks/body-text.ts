import { isUtf8 } from 'node:buffer';

/** Bytes as they are written in JSON. */
export interface BodyText {
  readonly body: string | null;
  readonly bodyEncoding: 'utf8' | 'base64' | null;
}

// Those that JSON escapes with two characters may stay: so text takes twice its bytes at most.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BINARY = /[\u0000-\u0007\u000b\u000e-\u001f\u007f]/;

/** As text where reading it back gives the same bytes and a person can read it (a BOM stays), else as base64. */
export function bodyTextOf(bytes: Buffer): BodyText {
  if (bytes.length === 0) return { body: null, bodyEncoding: null };
  if (isUtf8(bytes)) {
    const body = bytes.toString('utf8');
    if (!BINARY.test(body)) return { body, bodyEncoding: 'utf8' };
  }
  return { body: bytes.toString('base64'), bodyEncoding: 'base64' };
}
