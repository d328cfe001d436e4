import { decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose';
import { TokenFault } from './token-fault.ts';

/**
 * The part of a token's header that counts. Keys, and addresses of keys, that a token brings itself (`jwk`, `jku`,
 * `x5c`, `x5u`) are not among it: anybody can make those.
 */
export interface TokenHeader {
  readonly alg: string;
  readonly kid?: string;
}

/** Longest token, in characters: tokens come from anybody, and reading them costs. */
const MAX_LENGTH = 8 * 1024;
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Reads the header of a token, about which nothing is proven yet.
 * @throws {TokenFault} TOKEN_INVALID where it is no signed JWT
 */
export function readHeader(token: string): TokenHeader {
  if (token.length > MAX_LENGTH) throw new TokenFault(`The token is longer than ${MAX_LENGTH} characters.`);
  if (!COMPACT.test(token)) {
    throw new TokenFault('The token is not a signed JWT: three parts of base64url with dots between them.');
  }
  const { alg, kid, crit } = decode(token);
  if (typeof alg !== 'string') throw new TokenFault('The header of the token names no algorithm (alg).');
  if (crit !== undefined) throw new TokenFault('The token demands an extension (crit), and none is known here.');
  if (kid === undefined) return { alg };
  if (typeof kid !== 'string') throw new TokenFault('The key id (kid) of the token is not text.');
  return { alg, kid };
}

function decode(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new TokenFault('The header of the token cannot be read.');
  }
}
