import type { IncomingMessage } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

const NAME = 'roomcast_session';
/**
 * Over TLS the name begins with `__Host-`: browsers take such a cookie from this very host alone, over TLS alone, so
 * that neither a neighbouring subdomain nor an attacker in the network can slip in a session of his own.
 */
const SECURE_NAME = `__Host-${NAME}`;

/**
 * Strict, and not Lax, because nothing is lost by it: the page itself is the same for everybody, and what it asks for
 * once it is open (requests and WebSockets) is same-site, also where a link in an e-mail has led there.
 */
const ATTRIBUTES = { path: '/', httpOnly: true, sameSite: 'strict' } as const;

/** The token in the request's cookie, or null. */
export function readSessionCookie({ headers }: IncomingMessage, secure: boolean): string | null {
  const { cookie } = headers;
  if (!cookie?.includes(NAME)) return null;
  return parseCookie(cookie)[nameOf(secure)] ?? null;
}

/** A `set-cookie` header. @param maxAge milliseconds */
export function sessionCookie(token: string, maxAge: number, secure: boolean): string {
  return stringifySetCookie({
    ...ATTRIBUTES,
    name: nameOf(secure),
    value: token,
    maxAge: Math.floor(maxAge / 1000),
    secure,
  });
}

/** The `set-cookie` header that takes the cookie away. */
export function noSessionCookie(secure: boolean): string {
  return sessionCookie('', 0, secure);
}

function nameOf(secure: boolean): string {
  return secure ? SECURE_NAME : NAME;
}
