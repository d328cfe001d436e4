import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type KeyRecord, SCOPES, type Scope } from '../config/key-file.ts';

/** A key that was right, without its secret. */
export interface ApiKey {
  /** Null for those of the configuration. */
  readonly id: string | null;
  readonly scopes: readonly Scope[];
}

interface KnownKey extends ApiKey {
  readonly digest: Buffer;
}

/** The API keys of programs. Compared by digest and in constant time, all of them at each try. */
export class ApiKeys {
  readonly #configured: readonly KnownKey[];
  #filed: readonly KnownKey[] = [];
  #hasFile = false;

  /** @param configured keys of the configuration, which may everything */
  constructor(configured: readonly string[]) {
    this.#configured = configured.map((key) => ({ id: null, scopes: SCOPES, digest: digest(key) }));
  }

  /**
   * Takes the keys of the file in place of those it had; null where there is none. Once there was a file, a server is
   * not open any more: taking the last key away must close doors, not open them.
   */
  takeFile(records: readonly KeyRecord[] | null): void {
    this.#hasFile ||= records !== null;
    this.#filed = (records ?? []).map(({ id, scopes, hash }) => ({ id, scopes, digest: Buffer.from(hash, 'hex') }));
  }

  /** Whether there is any key. */
  get exist(): boolean {
    return this.#configured.length + this.#filed.length > 0;
  }

  /** Whether the operator has ever decided who may: then nobody may without a key. */
  get areManaged(): boolean {
    return this.exist || this.#hasFile;
  }

  /** Whether the request carries a key that is good for this. */
  allow(request: IncomingMessage, scope: Scope): boolean {
    const key = this.check(request);
    return typeof key !== 'string' && (key.scopes.includes(scope) || key.scopes.includes('admin'));
  }

  /** `none` where the request carries no key. */
  check(request: IncomingMessage): ApiKey | 'wrong' | 'none' {
    const given = keyOf(request);
    if (given === null) return 'none';
    const candidate = digest(given);
    let found: ApiKey | null = null;
    for (const list of [this.#configured, this.#filed]) {
      for (const known of list) if (timingSafeEqual(known.digest, candidate)) found = known;
    }
    return found ?? 'wrong';
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
