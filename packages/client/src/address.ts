/**
 * The address of the socket at `path` below `url`: `http://host/base` becomes `ws://host/base/ws`; a query is kept.
 * Without `url`, the origin of the page.
 * @throws TypeError where there is neither `url` nor a page, or `url` is none
 */
export function socketAddress(url: string | undefined, path = '/ws'): string {
  const base = url ?? globalThis.location?.origin;
  if (!base) throw new TypeError('Roomcast needs the URL of its server, as "ws://localhost:8080".');
  const address = new URL(base);
  // https → wss, http → ws; ws and wss stay.
  address.protocol = address.protocol.replace('http', 'ws');
  address.pathname = `${address.pathname.replace(/\/+$/, '')}${path}`;
  address.hash = '';
  return address.href;
}
