import type { CapturedRequest } from '@roomcast/protocol';
import { hopByHop } from '../../util/hop-by-hop.ts';

/** About the way that the request took: the new one is another, and what this server says of it would be believed. */
const LEFT_OUT =
  /^(proxy-.*|host|content-length|expect|forwarded|via|x-forwarded-.*|x-real-ip|(x-|cf-|true-|fastly-|fly-)?(client|connecting)-ip)$/;

/**
 * The headers with which a request is sent on: as they came, in their order, without those of its former connection.
 * `Via` is added (RFC 9110 §7.6.3): it says that somebody else is behind it, so that nobody who is trusted because of
 * where he connects from, as programs of this machine may be, is mistaken for this server.
 * @returns names and values in turn
 */
export function replayHeaders(rawHeaders: CapturedRequest['rawHeaders']): string[] {
  const hops = hopByHop(rawHeaders);
  const kept = rawHeaders.filter(([name]) => !LEFT_OUT.test(name.toLowerCase()) && !hops.has(name.toLowerCase()));
  return [...kept.flat(), 'Via', '1.1 roomcast'];
}
