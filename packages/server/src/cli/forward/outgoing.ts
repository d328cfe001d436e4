import type { CapturedRequest } from '@roomcast/protocol';
import { hopByHop } from '../../util/hop-by-hop.ts';

/** Which request a forwarded one is; the same name as in the answer of the webhook. */
const MARK = 'roomcast-request-id';

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
 * `X-Forwarded-*` and the like stay as they were captured: the target is one's own, and may want to see them. A server
 * that replays leaves them out, because it would vouch for them.
 */
export function headersOf(request: CapturedRequest, target: URL, length: number, keepHost: boolean): string[] {
  const dropped = droppedOf(request);
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

function droppedOf({ rawHeaders }: CapturedRequest): ReadonlySet<string> {
  const dropped = hopByHop(rawHeaders);
  // Whatever a sender says: without these it would be another request.
  dropped.delete('host');
  dropped.delete('content-length');
  return dropped;
}

/** Methods of which an empty body is announced: RFC 9110, 8.6. */
function expectsBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}
