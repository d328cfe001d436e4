import type { CapturedRequest } from '@roomcast/protocol';
import { bodyBytes } from '../../util/body-bytes.ts';
import { headerOf } from './header.ts';
import { printfFormat } from './printf.ts';
import { isPlain, quoted, word } from './shell.ts';

/** Linux takes words of 128 KiB at most; what is longer goes through a pipe. */
const LONGEST_WORD = 64 * 1024;
/** Lines of base64 that are written at a time, and the bytes of a body that are in a line. */
const LINES = 256;
const LINE = 57;
/** Bytes of a body from which on some versions of curl ask before they send it. */
const ASKS_FROM = 1024;
/** Targets that every version of curl sends as they stand in the URL. */
const ORDINARY =
  /^\/(?!\.)(?:[\w!$&'()*+,;=:@/~-]|(?<!\/)\.|%[0-9A-F]{2})*(?:\?(?:[\w!$&'()*+,;=:@/?.~-]|%[0-9A-F]{2})+)?$/;

/**
 * A command for a POSIX shell that repeats a request: method, target, headers and body as they came. Of the headers only
 * `Host` (first) and `Content-Length` (last) stand where curl puts them.
 * It comes in pieces, since a body may be long.
 * @param base scheme and host of this server, where the request does not say under which name it came
 */
export function* curlCommand(request: CapturedRequest, base: string): Generator<Buffer> {
  const { method, httpVersion, secure, truncated, bodySize } = request;
  const { source, options } = bodyOf(request);
  const hasBody = options.length > 0;
  const words = [
    ...methodOf(method, hasBody),
    ...versionOf(httpVersion, secure),
    ...headersOf(request, hasBody),
    ...options,
    ...targetOf(request, base),
  ];
  const note = truncated ? `# Only the first ${bodySize} bytes of the body were kept.\n` : '';
  yield Buffer.from(note);
  yield* source;
  yield Buffer.from(`curl ${words.join(' \\\n  ')}\n`, 'latin1');
}

function methodOf(method: string, hasBody: boolean): readonly string[] {
  if (method === 'HEAD' && !hasBody) return ['--head']; // with another method it would wait for a body
  return method === (hasBody ? 'POST' : 'GET') ? [] : [`--request ${word(method)}`];
}

function versionOf(httpVersion: string, secure: boolean): readonly string[] {
  if (httpVersion === '1.0') return ['--http1.0'];
  return secure ? ['--http1.1'] : []; // over TLS it would ask for HTTP/2
}

/** The URL; and target and host beside it where curl would change something in them. */
function targetOf(request: CapturedRequest, base: string): readonly string[] {
  const host = headerOf(request, 'host');
  const named = host === null ? null : URL.parse(`${request.secure ? 'https' : 'http'}://${host}`);
  const { origin, host: shown } = named ?? new URL(base);
  const words = host === shown ? [] : [host === null ? "--header 'Host:'" : headerOption('Host', host)];
  if (origin.includes('[')) words.push('--globoff');
  if (ORDINARY.test(request.url)) return [...words, word(origin + request.url)];
  return [...words, `--request-target ${word(request.url)}`, word(`${origin}/`)];
}

/** All but those that curl makes, and without those that curl would add. */
function headersOf({ rawHeaders, bodySize }: CapturedRequest, hasBody: boolean): readonly string[] {
  const names = new Set(rawHeaders.map(([name]) => name.toLowerCase()));
  const unwanted = ['User-Agent', 'Accept', ...(hasBody ? ['Content-Type'] : [])];
  if (bodySize > ASKS_FROM) unwanted.push('Expect');
  const given = rawHeaders.filter(([name]) => !OF_CURL.has(name.toLowerCase()));
  return [
    ...given.map(([name, value]) => headerOption(name, value)),
    ...unwanted.filter((name) => !names.has(name.toLowerCase())).map((name) => `--header '${name}:'`),
  ];
}

/** curl takes `Name:` for the wish to leave a header out, and `Name;` for an empty one. */
function headerOption(name: string, value: string): string {
  return `--header ${word(value === '' ? `${name};` : `${name}: ${value}`)}`;
}

const OF_CURL = new Set(['host', 'content-length']);

/** What goes through a pipe to curl, and the options that send the body. */
function bodyOf(request: CapturedRequest): { source: Iterable<Buffer>; options: readonly string[] } {
  const { bodyEncoding } = request;
  const bytes = bodyBytes(request);
  if (bytes.length === 0) {
    const isSaid = headerOf(request, 'content-length') !== null || headerOf(request, 'transfer-encoding') !== null;
    return { source: [], options: isSaid ? ["--data-binary ''"] : [] };
  }
  if (bodyEncoding === 'base64') {
    return { source: decoded(bytes), options: ['--data-binary @-'] };
  }
  const text = bytes.length > LONGEST_WORD ? null : bytes.toString('latin1');
  if (text === null || !isPlain(text)) return { source: printed(bytes), options: ['--data-binary @-'] };
  // An at sign at the beginning would name a file.
  return { source: [], options: [`${text.startsWith('@') ? '--data-raw' : '--data-binary'} ${quoted(text)}`] };
}

function* decoded(bytes: Buffer): Generator<Buffer> {
  yield Buffer.from("printf '%s\\n' '");
  for (let at = 0; at < bytes.length; at += LINES * LINE) {
    const lines = bytes.subarray(at, at + LINES * LINE).toString('base64');
    yield Buffer.from(`${at === 0 ? '' : '\n'}${lines.replace(/.{76}(?=.)/g, '$&\n')}`);
  }
  yield Buffer.from("' | base64 -d | ");
}

function* printed(bytes: Buffer): Generator<Buffer> {
  yield Buffer.from('printf ');
  yield* printfFormat(bytes);
  yield Buffer.from(' | ');
}
