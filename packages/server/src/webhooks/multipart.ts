import { textOfBytes } from '../util/header-text.ts';
import { dispositionOf } from './part-disposition.ts';

/** A part of a multipart body: where its bytes lie, and what it says of itself. */
export interface Part {
  readonly index: number;
  /** Of the form's field. */
  readonly name: string | null;
  readonly filename: string | null;
  readonly contentType: string | null;
  /** The exact bytes: behind the empty line, up to the line break before the next boundary. */
  readonly bytes: Buffer;
}

export interface Parts {
  readonly parts: readonly Part[];
  /** Whether all parts were read, and the last boundary is marked as such. */
  readonly complete: boolean;
}

const MOST_PARTS = 1000;
const LONGEST_HEADERS = 16 * 1024;
/** RFC 2046 §5.1.1 has 70; senders have more. */
const LONGEST_BOUNDARY = 256;
const [LF, CR, DASH, SPACE, TAB] = [10, 13, 45, 32, 9];

/**
 * Takes a multipart body apart (RFC 2046 §5.1, RFC 7578), with the patience that real senders need: lines may end with LF
 * alone, something may stand before the first boundary, the last one may be missing. Parts in parts stay whole.
 * @param contentType of the request
 */
export function partsOf(contentType: string | null, body: Buffer): Parts {
  const boundary = boundaryOf(contentType ?? '');
  if (boundary === null) return { parts: [], complete: true };
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Part[] = [];
  let line = nextDelimiter(body, delimiter, 0);
  while (line && !line.isLast && parts.length < MOST_PARTS) {
    const next = nextDelimiter(body, delimiter, line.end);
    parts.push(partOf(parts.length, body.subarray(line.end, next?.start ?? body.length)));
    line = next;
  }
  return { parts, complete: line?.isLast ?? false };
}

function boundaryOf(contentType: string): string | null {
  if (!/^\s*multipart\//i.test(contentType)) return null;
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
  return boundary === '' || boundary.length > LONGEST_BOUNDARY ? null : boundary;
}

/** A line that parts two parts. */
interface Delimiter {
  /** Where the line break before it begins, which is part of it. */
  readonly start: number;
  /** Behind the line. */
  readonly end: number;
  readonly isLast: boolean;
}

function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): Delimiter | null {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    if (at > 0 && body[at - 1] !== LF) continue;
    const end = endOfLine(body, at + delimiter.length);
    if (end === null) continue; // the beginning of a longer boundary
    const behind = at + delimiter.length;
    return { start: lineBreakBefore(body, at, from), end, isLast: isDashes(body, behind) };
  }
  return null;
}

function isDashes(body: Buffer, at: number): boolean {
  return body[at] === DASH && body[at + 1] === DASH;
}

/** The index behind the line, or null where more stands in it than may: two dashes, and space that was put there on the way. */
function endOfLine(body: Buffer, from: number): number | null {
  let at = isDashes(body, from) ? from + 2 : from;
  while (body[at] === SPACE || body[at] === TAB) at++;
  if (body[at] === CR && body[at + 1] === LF) return at + 2;
  if (body[at] === LF) return at + 1;
  return at >= body.length || isDashes(body, from) ? at : null;
}

/** Where the line break before a place begins; a part may be empty, then the break belongs to the line before. */
function lineBreakBefore(body: Buffer, at: number, from: number): number {
  const start = body[at - 2] === CR ? at - 2 : at - 1;
  return Math.max(from, start);
}

function partOf(index: number, whole: Buffer): Part {
  const { headers, bytes } = split(whole);
  const { name, filename } = dispositionOf(headers.get('content-disposition') ?? '');
  return { index, name, filename, contentType: headers.get('content-type') ?? null, bytes };
}

/** Headers and content, which begins behind the empty line; where there is none, with the first line that is no header. */
function split(whole: Buffer): { headers: ReadonlyMap<string, string>; bytes: Buffer } {
  const headers = new Map<string, string>();
  let last = '';
  for (let at = 0; at < LONGEST_HEADERS; ) {
    const lineFeed = whole.indexOf(LF, at);
    if (lineFeed < 0 && headers.size > 0) return { headers, bytes: whole.subarray(whole.length) }; // broken off
    const end = lineFeed > at && whole[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed;
    const line = textOfBytes(whole.subarray(at, Math.max(at, end)));
    if (line === '' && lineFeed >= 0) return { headers, bytes: whole.subarray(lineFeed + 1) };
    const [, name, value = ''] = /^([\w!#$%&'*+.^`|~-]+)[ \t]*:(.*)$/s.exec(line) ?? [];
    const isFolded = last !== '' && /^[ \t]/.test(line); // RFC 5322 §2.2.3
    if (name === undefined && !isFolded) return { headers, bytes: whole.subarray(at) };
    if (name !== undefined) last = name.toLowerCase();
    if (name === undefined) headers.set(last, `${headers.get(last)} ${line.trim()}`);
    else if (!headers.has(last)) headers.set(last, value.trim());
    at = lineFeed + 1;
  }
  return { headers: new Map(), bytes: whole };
}
