import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** What its owner shows in order to change a webhook: `whsec_` and 32 random bytes in base64url. Shown once. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/** SHA-256 in hexadecimal: what is kept. A secret has too many bits to be guessed from it, so no salt and no argon2. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether a secret is the one of a hash; takes as long whatever is wrong with it. */
export function isSecretOf(secretHash: string, secret: string): boolean {
  const [known, shown] = [Buffer.from(secretHash), Buffer.from(hashOfSecret(secret))];
  return known.length === shown.length && timingSafeEqual(known, shown);
}
