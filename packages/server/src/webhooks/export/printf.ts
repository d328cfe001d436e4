import { isUtf8 } from 'node:buffer';

/** Bytes that are written at a time. */
const PIECE = 16 * 1024;
const HYPHEN = 0x2d;
/** In UTF-8 the control characters of ISO 8859-1 are this byte, and one of 80 to 9F. */
const LEAD = 0xc2;
/** What means something to `printf` or to the shell, and what is better to read than its number. */
const NAMED: Readonly<Record<string, string>> = {
  '%': '%%',
  '\\': '\\\\',
  "'": "'\\''",
  '\t': '\\t',
  '\r': '\\r',
};

/** Of ASCII: whether it can stand as it is. */
const PLAIN = Array.from({ length: 128 }, (_, byte) => {
  return byte === 0x0a || (byte >= 0x20 && byte < 0x7f && !Object.hasOwn(NAMED, String.fromCharCode(byte)));
});
const ESCAPES = Array.from({ length: 256 }, (_, byte) => {
  return [...Buffer.from(NAMED[String.fromCharCode(byte)] ?? `\\${byte.toString(8).padStart(3, '0')}`)];
});
const LONGEST = 4;

/**
 * The format of a `printf` (POSIX, XCU) that writes exactly these bytes, as a word for the shell; in pieces, where they
 * are many. With tables and no regular expressions: a body may be a million bytes that have to be escaped.
 */
export function* printfFormat(bytes: Buffer): Generator<Buffer> {
  const keepHigh = isUtf8(bytes);
  yield Buffer.from("'");
  for (let at = 0; at < bytes.length; at += PIECE) yield escaped(bytes, at, keepHigh);
  yield Buffer.from("'");
}

function escaped(bytes: Buffer, start: number, keepHigh: boolean): Buffer {
  const end = Math.min(start + PIECE, bytes.length);
  const out = Buffer.allocUnsafe(LONGEST * (end - start));
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const isKept = byte < 0x80 ? isPlain(byte, at) : keepHigh && !isControl(bytes, at);
    const signs = isKept ? [byte] : (ESCAPES[byte] ?? []);
    for (let i = 0; i < signs.length; i++) out[length++] = signs[i] ?? 0;
  }
  return out.subarray(0, length);
}

/** A hyphen at the beginning would make an option of it. */
function isPlain(byte: number, at: number): boolean {
  return PLAIN[byte] === true && (at > 0 || byte !== HYPHEN);
}

function isControl(bytes: Buffer, at: number): boolean {
  const byte = bytes[at] ?? 0;
  return byte === LEAD ? (bytes[at + 1] ?? 0) < 0xa0 : byte < 0xa0 && bytes[at - 1] === LEAD;
}
