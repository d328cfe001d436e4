import { type CryptoKey, createLocalJWKSet, errors, type JSONWebKeySet } from 'jose';
import type { Logger } from '../../telemetry/log.ts';
import type { Clock } from '../../util/clock.ts';
import { downloadKeySet } from './key-download.ts';
import { TokenFault } from './token-fault.ts';
import { ED25519, type TokenKeys } from './token-keys.ts';

export interface RemoteKeysOptions {
  /** Address of the key set. */
  readonly url: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly clock: Clock;
  /** Longest time for one download, in milliseconds. */
  readonly timeout?: number;
}

type Header = Parameters<TokenKeys['find']>[0];

/** So often the keys are fetched again: a key that was withdrawn is good for this long at most. */
const REFRESH_INTERVAL = 300_000;
/** Tokens may cause one download in this time, so that invented key ids don't become a flood. */
const COOLDOWN = 10_000;
const TIMEOUT = 5000;

/**
 * The public keys at an address (JWKS), fetched at once, then every five minutes, and when a token names a key that is
 * not known. Where the server is away, the keys at hand go on.
 *
 * jose's own remote set is not used: it forgets its keys after a failed refresh, and while it has none it asks the
 * server once for each token.
 */
export class RemoteKeys implements TokenKeys {
  readonly algorithms = ['RS256', 'ES256', ...ED25519];
  readonly #options: Required<RemoteKeysOptions>;
  readonly #timer: NodeJS.Timeout;
  readonly #stopped = new AbortController();
  #keys: ReturnType<typeof createLocalJWKSet> | null = null;
  /** The download under way. */
  #pending: Promise<void> | null = null;
  /** When the last download began, monotonic. */
  #triedAt = Number.NEGATIVE_INFINITY;
  /** Whether the last download failed: a spell is logged when it begins and when it ends. */
  #failing = false;

  constructor(options: RemoteKeysOptions) {
    this.#options = { timeout: TIMEOUT, ...options };
    this.#timer = setInterval(() => void this.refresh(), REFRESH_INTERVAL).unref();
    void this.refresh();
  }

  async find(header: Header): Promise<CryptoKey> {
    if (this.#keys === null) await this.#refreshUnlessTried();
    const known = await this.#pick(header);
    if (known !== null) return known;
    await this.#refreshUnlessTried();
    const found = await this.#pick(header);
    if (found === null) throw new TokenFault('The token is signed with a key that is not in the key set.');
    return found;
  }

  /** Fetches the keys, or waits for the download under way. Never rejects: what failed is logged. */
  refresh(): Promise<void> {
    this.#pending ??= this.#download().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  /** Ends the download under way; from then on there is none. */
  stop(): void {
    clearInterval(this.#timer);
    this.#stopped.abort();
  }

  async #refreshUnlessTried(): Promise<void> {
    const isCool = this.#options.clock.monotonic() - this.#triedAt >= COOLDOWN;
    if (this.#pending !== null || isCool) await this.refresh();
  }

  async #download(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    const { url, clock, timeout } = this.#options;
    this.#triedAt = clock.monotonic();
    try {
      const set = await downloadKeySet(url, AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(timeout)]));
      // jose checks the shape, and each key when it is used.
      this.#keys = createLocalJWKSet(set as JSONWebKeySet);
      this.#succeeded();
    } catch (error) {
      this.#failed(error);
    }
  }

  #succeeded(): void {
    if (this.#failing) this.#options.log.info('the public keys of tokens can be had again');
    this.#failing = false;
  }

  #failed(error: unknown): void {
    if (this.#failing || this.#stopped.signal.aborted) return;
    this.#failing = true;
    const { log, url } = this.#options;
    const { origin, pathname } = new URL(url);
    const consequence = this.#keys === null ? 'tokens of theirs are refused' : 'those at hand go on';
    log.warn(
      { url: origin + pathname, reason: reasonOf(error) },
      `the public keys of tokens cannot be had; ${consequence}`,
    );
  }

  /** The key for a header, or null where the set has none. */
  async #pick(header: Header): Promise<CryptoKey | null> {
    if (this.#keys === null) throw new TokenFault('The keys of tokens cannot be had just now; try again later.');
    try {
      return await this.#keys(header);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      throw new TokenFault('The token does not say (kid) which of several keys it is signed with.');
    }
  }
}

/** fetch() says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it takes too long';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
