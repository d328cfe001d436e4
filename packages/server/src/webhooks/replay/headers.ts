type RawHeaders = readonly (readonly [name: string, value: string])[];

/** Of one connection (RFC 9110 §7.6.1), or about the way that the request took: the new way is another. */
const LEFT_OUT =
  /^(connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*|host|content-length|expect|forwarded|via|x-forwarded-.*|x-real-ip|(x-|cf-|true-|fastly-|fly-)?(client|connecting)-ip)$/;

/**
 * The headers with which a request is sent on: as they came, in their order, without those of its former connection.
 * `Via` is added (RFC 9110 §7.6.3): it says that somebody else is behind it, so that nobody who is trusted because of
 * where he connects from, as programs of this machine may be, is mistaken for this server.
 * @returns names and values in turn
 */
export function replayHeaders(rawHeaders: RawHeaders): string[] {
  const named = new Set(
    rawHeaders
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((option) => option.trim().toLowerCase())),
  );
  const kept = rawHeaders.filter(([name]) => !LEFT_OUT.test(name.toLowerCase()) && !named.has(name.toLowerCase()));
  return [...kept.flat(), 'Via', '1.1 roomcast'];
}
