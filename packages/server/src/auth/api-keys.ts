import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The API keys of programs. Compared by digest and in constant time, all of them at each try. */
export class ApiKeys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  get exist(): boolean {
    return this.#digests.length > 0;
  }

  /** `none` where the request carries no key. */
  check(request: IncomingMessage): 'valid' | 'wrong' | 'none' {
    const given = keyOf(request);
    if (given === null) return 'none';
    const candidate = digest(given);
    let valid = false;
    for (const known of this.#digests) if (timingSafeEqual(known, candidate)) valid = true;
    return valid ? 'valid' : 'wrong';
  }
}

/** From `Authorization: Bearer KEY` or `X-API-Key: KEY`. */
function keyOf({ headers }: IncomingMessage): string | null {
  const single = headers['x-api-key'];
  if (typeof single === 'string') return single;
  const { authorization } = headers;
  if (authorization === undefined) return null;
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
