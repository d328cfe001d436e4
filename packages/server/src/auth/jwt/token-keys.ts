import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CryptoKey } from 'jose';
import { StartFault } from '../../util/start-fault.ts';

/**
 * Where the keys of tokens come from. A key is used with the algorithms of its source and no other, whatever a token
 * says: a public key must never become the secret of an HMAC (RFC 8725, 2.1).
 */
export interface TokenKeys {
  readonly algorithms: readonly string[];
  /**
   * The key for a token with such a header.
   * @param kid the key id that the token names. It is compared with those known and used for nothing else.
   * @throws {TokenFault} where there is none, or where none can be had just now
   */
  find(header: { readonly alg: string; readonly kid?: string }): Promise<KeyObject | CryptoKey>;
}

/** `Ed25519` is the newer name of EdDSA with such a key (RFC 9864). */
export const ED25519 = ['EdDSA', 'Ed25519'] as const;

/** Shortest RSA key, in bits (RFC 7518, 3.3). */
const RSA_BITS = 2048;

/** The secret of HS256 tokens. */
export function secretKeys(secret: string): TokenKeys {
  const key = createSecretKey(secret, 'utf8');
  return { algorithms: ['HS256'], find: async () => key };
}

/**
 * One public key; its kind decides the algorithm.
 * @param given PEM text, or the path of a file with it
 * @throws {StartFault} saying what is wrong with it
 */
export function publicKeys(given: string): TokenKeys {
  const isText = given.includes('-----BEGIN');
  const place = isText ? 'jwtPublicKey' : `The file ${given} of jwtPublicKey`;
  const pem = isText ? given : readKeyFile(given);
  // Node would make the public key from it; but a private key has no business on this server.
  if (pem.includes('PRIVATE KEY-----')) throw new StartFault(`${place} holds a private key: give the public one.`);
  const key = parseKey(pem, place);
  return { algorithms: algorithmsOf(key, place), find: async () => key };
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartFault(`The file ${path} of jwtPublicKey cannot be read: ${reason}.`, { cause });
  }
}

function parseKey(pem: string, place: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new StartFault(`${place} holds no public key in PEM form.`, { cause });
  }
}

function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, place: string) {
  if (type === 'ed25519') return ED25519;
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return ['ES256'];
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= RSA_BITS) return ['RS256'];
  throw new StartFault(
    `${place} holds a key that cannot be used: it must be RSA of at least ${RSA_BITS} bits, EC on the curve P-256, or ` +
      'Ed25519.',
  );
}
