import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;
/** 256 bits in base64url. */
const FORM = /^[A-Za-z0-9_-]{43}$/;

/** A secret that cannot be guessed. */
export function newToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** Whether it could be one of ours; what is not needs no look into the store. */
export function isToken(text: string): boolean {
  return FORM.test(text);
}

/**
 * What is stored instead of a token. A fast hash is enough, for nobody can try 2^256 of them.
 * @param realm tokens of one realm are unknown in all others
 */
export function hashToken(token: string, realm: string): string {
  return createHash('sha256').update(realm).update(token).digest('hex');
}
