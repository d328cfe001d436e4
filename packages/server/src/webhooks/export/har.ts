import type { CapturedRequest } from '@roomcast/protocol';
import { headerText } from '../../util/header-text.ts';
import { headerOf } from './header.ts';

/** Characters of a body that are written at a time. */
const PIECE = 16 * 1024;

/**
 * An entry of an HTTP archive, HAR 1.2, as JSON in pieces. Members that begin with an underscore are ours, as §"Custom
 * Fields" has it.
 */
export function* harEntry(request: CapturedRequest & { readonly offset: number }, base: string): Generator<Buffer> {
  yield Buffer.from(`{"request":${open(requestOf(request, base))}`);
  yield* postDataOf(request);
  yield Buffer.from(`},${JSON.stringify(restOf(request)).slice(1)}`);
}

/** An object as JSON, to which more may be added. */
function open(object: object): string {
  return JSON.stringify(object).slice(0, -1);
}

function requestOf(request: CapturedRequest, base: string): object {
  return {
    method: request.method,
    url: urlOf(request, base),
    httpVersion: `HTTP/${request.httpVersion}`,
    cookies: cookiesOf(request),
    headers: request.rawHeaders.map(([name, value]) => ({ name, value: headerText(value) })),
    queryString: [...new URLSearchParams(request.query)].map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: request.bodySize,
  };
}

function restOf({ id, offset, sourceIp, timestamp, duration, truncated }: Parameters<typeof harEntry>[0]): object {
  return {
    startedDateTime: timestamp,
    time: duration,
    response: UNRECORDED,
    cache: {},
    timings: { send: duration, wait: 0, receive: 0 },
    _id: id,
    _offset: offset,
    _sourceIp: sourceIp,
    ...(truncated ? { _truncated: true } : {}),
  };
}

/** There has to be one; a status of 0 says that there was none, as browsers write it. */
const UNRECORDED = {
  status: 0,
  statusText: '',
  httpVersion: 'HTTP/1.1',
  cookies: [],
  headers: [],
  content: { size: 0, mimeType: 'x-unknown' },
  redirectURL: '',
  headersSize: -1,
  bodySize: -1,
  comment: 'Answers are not recorded.',
};

/** Absolute, without a fragment. */
function urlOf(request: CapturedRequest, base: string): string {
  const { url, secure } = request;
  if (!url.startsWith('/')) return url;
  const host = headerOf(request, 'host');
  const named = host === null ? null : URL.parse(`${secure ? 'https' : 'http'}://${host}`);
  return (named?.origin ?? base) + headerText(url).replaceAll('#', '%23');
}

function cookiesOf({ rawHeaders }: CapturedRequest): readonly { name: string; value: string }[] {
  const pairs = rawHeaders.filter(([name]) => name.toLowerCase() === 'cookie').flatMap(([, value]) => value.split(';'));
  return pairs.flatMap((pair) => {
    const text = headerText(pair.trim());
    if (text === '') return [];
    const at = text.indexOf('=');
    return [{ name: at < 0 ? '' : text.slice(0, at), value: text.slice(at + 1) }];
  });
}

/** HAR 1.2 has text alone; readers that know nothing of `_encoding` show the base64. */
function* postDataOf(request: CapturedRequest): Generator<Buffer> {
  const { body, bodyEncoding } = request;
  if (body === null || body === '') return;
  const mimeType = headerText(headerOf(request, 'content-type') ?? 'application/octet-stream');
  yield Buffer.from(`,"postData":${open({ mimeType, ...(bodyEncoding === 'base64' ? { _encoding: 'base64' } : {}) })}`);
  yield Buffer.from(',"text":"');
  // A pair of surrogates that is cut apart is written as two escapes, which are read as the pair.
  for (let at = 0; at < body.length; at += PIECE) {
    yield Buffer.from(JSON.stringify(body.slice(at, at + PIECE)).slice(1, -1));
  }
  yield Buffer.from('"}');
}
