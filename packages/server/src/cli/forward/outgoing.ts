import type { CapturedRequest } from '@roomcast/protocol';

/** What of a request belongs to one connection and not to the request: RFC 9110, 7.6.1, and RFC 2616, 13.5.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Which request a forwarded one is; the same name as in the answer of the webhook. */
const MARK = 'roomcast-request-id';

/** The exact bytes that were kept. */
export function bodyOf({ body, bodyEncoding }: CapturedRequest): Buffer {
  return Buffer.from(body ?? '', bodyEncoding ?? 'utf8');
}

/**
 * Path and query for the target: what stood behind the webhook's id goes behind the target's own path, as it was sent.
 * `http://localhost:3000/api` and `/hooks/ID/a%2fb?x=1` make `/api/a%2fb?x=1`.
 */
export function pathOf({ url, path, query }: CapturedRequest, target: URL): string {
  const base = path === '' ? target.pathname : target.pathname.replace(/\/$/, '');
  const own = target.search.slice(1);
  const separator = own !== '' && query !== '' ? '&' : '';
  // A question mark with nothing behind it is part of what was sent.
  const mark = own !== '' || url.includes('?') ? '?' : '';
  return `${base}${path}${mark}${own}${separator}${query}`;
}

/**
 * Names and values in turn, as Node takes and writes them without changing any: in the order and case in which they came,
 * with repeats. What belongs to the old connection goes; `Host` becomes the target's, `Content-Length` that of the body.
 */
export function headersOf(request: CapturedRequest, target: URL, length: number, keepHost: boolean): string[] {
  const dropped = namedByConnection(request);
  const has = new Set<string>();
  const headers: string[] = [];
  for (const [name, value] of request.rawHeaders) {
    const key = name.toLowerCase();
    if (key === MARK || dropped.has(key)) continue;
    if (key === 'host' || key === 'content-length') {
      // Once: two could contradict each other.
      if (has.has(key)) continue;
      headers.push(name, key === 'host' ? (keepHost ? value : target.host) : `${length}`);
    } else headers.push(name, value);
    has.add(key);
  }
  if (!has.has('host')) headers.unshift('Host', target.host);
  if (!has.has('content-length') && (length > 0 || expectsBody(request.method))) {
    headers.push('Content-Length', `${length}`);
  }
  headers.push(MARK, request.id);
  return headers;
}

function namedByConnection({ rawHeaders }: CapturedRequest): ReadonlySet<string> {
  const dropped = new Set(HOP_BY_HOP);
  for (const [name, value] of rawHeaders) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const option of value.split(',')) dropped.add(option.trim().toLowerCase());
  }
  // Whatever a sender says: without these it would be another request.
  dropped.delete('host');
  dropped.delete('content-length');
  return dropped;
}

/** Methods of which an empty body is announced: RFC 9110, 8.6. */
function expectsBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}
