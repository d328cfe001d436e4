import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../config/texts.ts';
import { isForwarded } from '../http/peer.ts';
import { ProblemError } from '../http/problem.ts';
import type { ApiKeys } from './api-keys.ts';
import { isLocalHost } from './origin.ts';

export interface AccessOptions {
  readonly keys: ApiKeys;
  /** The address that the server listens on. */
  readonly host: string;
  /** Whether the operator said that everybody may. */
  readonly open: boolean;
}

/** Who calls the HTTP API: a program with a key, or anybody where that is allowed. */
export type Caller = 'keyed' | 'anonymous';

/**
 * Decides who may emit, look into rooms and read metrics. Without a key only where the server is evidently private:
 * it listens on loopback, has no keys, and the request came straight to it under a local name.
 */
export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** @throws ProblemError UNAUTHENTICATED */
  require(request: IncomingMessage): Caller {
    const { keys, open } = this.#options;
    const verdict = keys.check(request);
    if (verdict === 'valid') return 'keyed';
    if (verdict === 'wrong') throw new ProblemError('UNAUTHENTICATED', 'This API key is not valid.');
    if (open || this.#isPrivate(request)) return 'anonymous';
    throw new ProblemError(
      'UNAUTHENTICATED',
      'An API key is needed: send "Authorization: Bearer KEY" or "X-API-Key: KEY". Keys are set with ROOMCAST_API_KEYS.',
    );
  }

  #isPrivate(request: IncomingMessage): boolean {
    const { keys, host } = this.#options;
    return !keys.exist && isLoopback(host) && !isForwarded(request) && isLocalHost(request);
  }
}
