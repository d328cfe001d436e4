import { createHmac } from 'node:crypto';

/**
 * The signature of a forwarded event: HMAC-SHA256 of `<id>.<timestamp>.<body>`, in hexadecimal behind its version.
 * @param id as it stands in the header
 * @param timestamp seconds since 1970
 */
export function sign(secret: string, id: string, timestamp: number, body: string): string {
  const hmac = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body);
  return `v1=${hmac.digest('hex')}`;
}

const UNSAFE = /[^\x21-\x24\x26-\x7e]/;

/**
 * A client's text as the value of a header: everything but printable ASCII is percent-encoded (and `%` itself), so that
 * `decodeURIComponent` brings it back and no line break gets through.
 */
export function headerValue(text: string): string {
  if (!UNSAFE.test(text)) return text;
  let value = '';
  for (const byte of Buffer.from(text)) {
    const isSafe = byte > 0x20 && byte < 0x7f && byte !== 0x25;
    value += isSafe ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return value;
}
