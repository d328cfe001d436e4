import type { CapturedRequest } from '@roomcast/protocol';
import { bytesOf } from './body-bytes.ts';
import { textFrom } from './body-text.ts';
import { type ContentType, readContentType } from './content-type.ts';

/** How a body is best looked at. */
export type BodyKind = 'json' | 'form' | 'multipart' | 'xml' | 'text' | 'binary' | 'empty';

/** Longer text is not taken for a form by its looks. */
const FORM_SNIFF = 65_536;
/** So much of a multipart body may stand in front of its first boundary. */
const PREAMBLE = 8_192;
const FORM = /^[^\s=&]+=[^\s=&]*(?:&[^\s=&]+=[^\s=&]*)*$/;

/**
 * The kind of a captured body: what its content type says, unless the bytes say otherwise. A compressed one is `binary`:
 * decompress it, and ask `kindOfBytes`.
 */
export function bodyKindOf(
  request: Pick<CapturedRequest, 'body' | 'bodyEncoding' | 'headers' | 'truncated'>,
): BodyKind {
  return kindOfBytes(bytesOf(request), request.headers['content-type'], request.truncated);
}

/** The kind of bytes that came with this content type (undefined: none). `cutOff`: their end is missing. */
export function kindOfBytes(bytes: Uint8Array, contentType: string | undefined, cutOff = false): BodyKind {
  if (bytes.length === 0) return 'empty';
  const said = readContentType(contentType);
  if (isMultipart(said, bytes)) return 'multipart';
  const text = textFrom(bytes, said.charset, cutOff);
  if (text === null) return 'binary';
  return kindOfText(text, declaredKind(said.type));
}

/** What the content type says; null where it says nothing about it. */
function declaredKind(type: string): BodyKind | null {
  if (/[/+]json$/.test(type)) return 'json';
  if (/[/+]xml$/.test(type)) return 'xml';
  // Not well-formed, so that indentation by its tags would mislead.
  if (type === 'text/html') return 'text';
  return type === 'application/x-www-form-urlencoded' ? 'form' : null;
}

/** What text is by its declared kind; the declaration lies where the text begins like something else altogether. */
function kindOfText(text: string, declared: BodyKind | null): BodyKind {
  if (declared === 'text') return 'text';
  if (declared !== 'xml' && looksLikeXml(text)) return 'xml';
  // `curl -d '{…}'` sends JSON as a form. Broken JSON stays what it was declared, so that its fault is shown.
  if (declared !== 'json' && isJson(text)) return 'json';
  if (declared === 'json' && looksLikeForm(text)) return 'form';
  if (declared === 'xml' && !text.trimStart().startsWith('<')) return 'text';
  if (declared !== null) return declared;
  return looksLikeForm(text) ? 'form' : 'text';
}

function isMultipart({ type, boundary }: ContentType, bytes: Uint8Array): boolean {
  if (!type.startsWith('multipart/') || boundary === null) return false;
  return new TextDecoder('latin1').decode(bytes.subarray(0, PREAMBLE)).includes(`--${boundary}`);
}

/** Objects and arrays alone: a bare number or word is better shown as text. */
function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** HTML is not XML. */
function looksLikeXml(text: string): boolean {
  const start = text.slice(0, 512).trimStart();
  if (/^<(?:!doctype\s+html|html)\b/i.test(start)) return false;
  return /^<(?:\?xml\s|!doctype\s|!--|[a-z_][\w.:-]*[\s/>])/i.test(start) && text.trimEnd().endsWith('>');
}

function looksLikeForm(text: string): boolean {
  return text.length <= FORM_SNIFF && FORM.test(text) && /=[^&]/.test(text);
}
