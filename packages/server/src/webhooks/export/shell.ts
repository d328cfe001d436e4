import { isUtf8 } from 'node:buffer';
import { printfFormat } from './printf.ts';

/**
 * Words for a POSIX shell (XCU 2.2). All strings here are bytes: one character for each, as in `latin1`. What comes out
 * is made for a terminal: no bytes in it that a terminal would act upon, or that cannot be copied.
 */

/** One word that is exactly these bytes. They must not end with a newline, nor have a zero in them. */
export function word(bytes: string): string {
  if (/^[\w@%+=:,./-]+$/.test(bytes)) return bytes;
  return isPlain(bytes) ? quoted(bytes) : `"$(printf ${format(bytes)})"`;
}

/** Whether it can stand between single quotes as it is. */
export function isPlain(bytes: string): boolean {
  return !UNSEEN.test(bytes) && isUtf8(Buffer.from(bytes, 'latin1'));
}

/** Control characters of ASCII but for the newline, and those of ISO 8859-1, as UTF-8 has them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/;

export function quoted(bytes: string): string {
  return `'${bytes.replaceAll("'", "'\\''")}'`;
}

/** See `printfFormat`. */
export function format(bytes: string): string {
  return Buffer.concat([...printfFormat(Buffer.from(bytes, 'latin1'))]).toString('latin1');
}
