import { skipSpace, skipString } from '../util/raw-json.ts';

/** JSON text with placeholders, and what belongs in their places. */
export interface Detached {
  readonly json: string;
  readonly attachments: readonly Buffer[];
}

/** Why binary data cannot be taken, as a sentence's end ("holds …"). */
export interface BinaryFault {
  readonly fault: string;
}

const MEMBER = /\{[ \t\n\r]*"\$base64"[ \t\n\r]*:[ \t\n\r]*(?=")/y;
const CLOSE_BRACE = 125;
const QUOTE = 34;
const COLON = 58;
const OPEN_BRACE = 123;

/**
 * Takes the binary values out of JSON text, where they are objects of the one member `$base64`, and puts Socket.IO's
 * placeholders in their places. All else stays byte for byte. Walks the text and not the parsed value, so it neither
 * changes numbers nor recurses.
 * @param json must be valid JSON
 */
export function fromBase64(json: string): Detached | BinaryFault {
  const attachments: Buffer[] = [];
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      const end = skipString(json, at);
      // To a client it would be a binary value, and to most a reason to hang up.
      if (json.charCodeAt(skipSpace(json, end)) === COLON && isPlaceholder(json.slice(at, end))) return PLACEHOLDER;
      at = end;
      continue;
    }
    const found = code === OPEN_BRACE ? valueAt(json, at) : null;
    if (!found) {
      at++;
      continue;
    }
    const bytes = decode(found.text);
    if (!bytes) return { fault: `holds a "$base64" that is not base64 (number ${attachments.length + 1})` };
    parts.push(json.slice(copied, at), `{"_placeholder":true,"num":${attachments.length}}`);
    attachments.push(bytes);
    copied = found.end;
    at = found.end;
  }
  return { json: parts.join('') + json.slice(copied), attachments };
}

/** One binary value and nothing else. Null where the text is not base64. */
export function binaryOf(base64: string): Detached | null {
  const bytes = decode(base64);
  return bytes && { json: '{"_placeholder":true,"num":0}', attachments: [bytes] };
}

const PLACEHOLDER: BinaryFault = {
  fault: 'holds a member "_placeholder", which marks binary values on the way to clients',
};

function isPlaceholder(quoted: string): boolean {
  return quoted.length < 100 && JSON.parse(quoted) === '_placeholder';
}

/** The object `{"$base64": "…"}` that begins there, if one does. */
function valueAt(json: string, at: number): { readonly text: string; readonly end: number } | null {
  MEMBER.lastIndex = at;
  if (!MEMBER.test(json)) return null;
  const begin = MEMBER.lastIndex;
  const end = skipString(json, begin);
  const close = skipSpace(json, end);
  if (json.charCodeAt(close) !== CLOSE_BRACE) return null;
  // Unescaped: PHP writes each slash as "\/".
  return { text: JSON.parse(json.slice(begin, end)), end: close + 1 };
}

/** Standard base64 with its padding (RFC 4648 §4), or null. */
function decode(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
