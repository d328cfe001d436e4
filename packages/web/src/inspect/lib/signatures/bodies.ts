import { decompress } from '../decompress.ts';
import type { Variant } from './variant.ts';

export type Body = Uint8Array<ArrayBuffer>;

/**
 * The bytes that the sender may have signed if something between it and here has changed them, as proxies, frameworks
 * and senders that write their JSON twice do.
 */
export async function otherBodies(bytes: Body, contentEncoding: string | undefined): Promise<readonly Variant<Body>[]> {
  const bodies: Variant<Body>[] = [];
  if (contentEncoding) {
    const { bytes: value, problem } = await decompress(bytes, contentEncoding);
    if (problem === null) bodies.push({ value, words: `the body is decompressed (${contentEncoding})` });
  }
  const text = asText(bytes);
  if (text === null) return bodies;
  const seen = new Set([text]);
  for (const [other, words] of [...otherEnds(text), ...otherJson(text)]) {
    if (seen.has(other)) continue;
    seen.add(other);
    bodies.push({ value: new TextEncoder().encode(other), words });
  }
  return bodies;
}

type Way = readonly [text: string, words: string];

function otherEnds(text: string): readonly Way[] {
  return [
    // In front of the white space, which it would count as.
    [text.replace(/^\uFEFF/, ''), 'the byte order mark is taken off the body'],
    [text.replace(/\r?\n$/, ''), 'the line break at the end of the body is taken off'],
    [text.trim(), 'white space at the ends of the body is taken off'],
    [`${text}\n`, 'a line break is added to the end of the body'],
    [text.replaceAll('\r\n', '\n'), 'CRLF in the body becomes LF'],
    [text.replace(/\r?\n/g, '\r\n'), 'LF in the body becomes CRLF'],
  ];
}

function otherJson(text: string): readonly Way[] {
  const value = parsed(text);
  if (value === undefined) return [];
  const compact = JSON.stringify(value);
  // JSON.stringify escapes line breaks in strings: those that are left come from the indent.
  const spaced = JSON.stringify(value, null, 1).replace(/,\n */g, ', ').replace(/\n */g, '');
  const anew = 'the JSON is written anew';
  return [
    [compact, `${anew} without spaces, as JSON.stringify does`],
    [spaced, `${anew} with spaces, as Python's json.dumps does`],
    [ascii(spaced), `${anew} with spaces and \\u escapes, as Python's json.dumps does`],
    [ascii(compact), `${anew} without spaces and with \\u escapes`],
    [ascii(compact).replaceAll('/', '\\/'), `${anew} with / escaped, as PHP's json_encode does`],
    [JSON.stringify(value, null, 2), `${anew} with an indent of two spaces`],
    [JSON.stringify(value, null, 4), `${anew} with an indent of four spaces`],
  ];
}

function ascii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function asText(bytes: Body): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
