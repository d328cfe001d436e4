import { isUtf8 } from 'node:buffer';

/** What bytes mean to people of which nobody says how they are encoded: UTF-8, or else ISO 8859-1. */
export function textOfBytes(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/** As `textOfBytes`, for a header as Node gives it: each byte as one character. */
export function headerText(value: string): string {
  return textOfBytes(Buffer.from(value, 'latin1'));
}
