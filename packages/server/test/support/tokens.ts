import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createTokenVerifier, type TokenVerifier } from '../../src/auth/jwt/token-verifier.ts';
import { ManualClock } from './core.ts';

/** A secret as jwtSecret takes it. */
export const SECRET = 'a secret that has more than thirty-two characters';

type Claims = Readonly<Record<string, unknown>>;
type Settings = Parameters<typeof createTokenVerifier>[0];

/** A pair of keys, both sides as text too. */
export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly pem: string;
}

export const RSA = pair(generateKeyPairSync('rsa', { modulusLength: 2048 }));
export const EC = pair(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
export const ED = pair(generateKeyPairSync('ed25519'));

export function pair({ publicKey, privateKey }: Pick<Pair, 'publicKey' | 'privateKey'>): Pair {
  return { publicKey, privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** A token put together by hand, as an attacker would: nothing in it has to make sense. */
export function forge(header: unknown, payload: unknown, signature: (signed: string) => Buffer | string): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${Buffer.from(signature(signed)).toString('base64url')}`;
}

export function hmac(secret: string): (signed: string) => Buffer {
  return (signed) => createHmac('sha256', secret).update(signed).digest();
}

/** The signature of RS256, ES256 or EdDSA, as the key is. */
export function signature({ privateKey }: Pair): (signed: string) => Buffer {
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return (signed) => sign(digest, Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
}

/** A good HS256 token but for what is given. */
export function hs256(claims: Claims, header: Claims = {}): string {
  return forge({ alg: 'HS256', typ: 'JWT', ...header }, claims, hmac(SECRET));
}

/** A verifier with its clock and what it logged. Keys that are not given are not configured. */
export function verifierOf(settings: Partial<Settings>): {
  readonly verifier: TokenVerifier;
  readonly clock: ManualClock;
  readonly lines: readonly string[];
} {
  const clock = new ManualClock();
  const lines: string[] = [];
  const note = (...args: readonly unknown[]): void => {
    lines.push(JSON.stringify(args));
  };
  const all = { jwtSecret: '', jwtPublicKey: '', jwksUrl: '', jwtAudience: '', jwtIssuer: '', ...settings };
  const verifier = createTokenVerifier(all, { debug: note, info: note, warn: note }, clock);
  if (verifier === null) throw new Error('no keys are configured');
  return { verifier, clock, lines };
}

function encode(part: unknown): string {
  const bytes = part instanceof Uint8Array || typeof part === 'string' ? part : JSON.stringify(part);
  return Buffer.from(bytes).toString('base64url');
}
