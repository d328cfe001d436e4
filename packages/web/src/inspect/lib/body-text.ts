import type { CapturedRequest } from '@roomcast/protocol';
import { bytesOf } from './body-bytes.ts';
import { readContentType } from './content-type.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what text never has, and binary data nearly always.
const CONTROL = /[\x00-\x07\x0b\x0e-\x1a\x1c-\x1f\x7f]/;

/**
 * Bytes as text, without a byte order mark; null where they are not text in that charset (or in UTF-8, where there is
 * none or the browser does not know it). `cutOff`: an incomplete last character is left out, it is no fault.
 */
export function textFrom(bytes: Uint8Array, charset: string | null, cutOff = false): string | null {
  const text = decode(bytes, charset ?? 'utf-8', cutOff);
  return text === null || CONTROL.test(text) ? null : text;
}

/** A captured body as text, by the charset of its content type; null where it is not text. None: empty text. */
export function textOf(
  request: Pick<CapturedRequest, 'body' | 'bodyEncoding' | 'headers' | 'truncated'>,
): string | null {
  const { charset } = readContentType(request.headers['content-type']);
  return textFrom(bytesOf(request), charset, request.truncated);
}

function decode(bytes: Uint8Array, charset: string, cutOff: boolean): string | null {
  try {
    // A stream that is never ended keeps the incomplete character to itself.
    return decoderFor(charset).decode(bytes, { stream: cutOff });
  } catch {
    return null;
  }
}

function decoderFor(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    return new TextDecoder('utf-8', { fatal: true });
  }
}
