import type { CapturedRequest } from '@roomcast/protocol';
import { bodyBytes, headerOf, headerText } from './body.ts';

/** An entry of an HTTP archive, HAR 1.2. Members that begin with an underscore are ours, as §"Custom Fields" has it. */
export function harEntry(request: CapturedRequest & { readonly offset: number }, base: string): object {
  const { id, offset, sourceIp, timestamp, duration, truncated } = request;
  return {
    startedDateTime: timestamp,
    time: duration,
    request: {
      method: request.method,
      url: urlOf(request, base),
      httpVersion: `HTTP/${request.httpVersion}`,
      cookies: cookiesOf(request),
      headers: request.rawHeaders.map(([name, value]) => ({ name, value: headerText(value) })),
      queryString: [...new URLSearchParams(request.query)].map(([name, value]) => ({ name, value })),
      ...postDataOf(request),
      headersSize: -1,
      bodySize: request.bodySize,
    },
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
function postDataOf(request: CapturedRequest): { postData?: object } {
  const { body, bodyEncoding } = request;
  if (body === null || bodyBytes(request).length === 0) return {};
  const mimeType = headerText(headerOf(request, 'content-type') ?? 'application/octet-stream');
  return { postData: { mimeType, text: body, ...(bodyEncoding === 'base64' ? { _encoding: 'base64' } : {}) } };
}
