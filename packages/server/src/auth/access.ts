import type { FastifyRequest } from 'fastify';
import type { Scope } from '../config/key-file.ts';
import { isLoopback } from '../config/texts.ts';
import { isForwarded, type Peers } from '../http/peer.ts';
import { ProblemError } from '../http/problem.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Audit } from './audit.ts';
import { isLocalHost } from './origin.ts';
import type { Signatures, SignedRequest } from './signatures.ts';

export interface AccessOptions {
  readonly keys: ApiKeys;
  readonly signatures: Signatures;
  readonly peers: Peers;
  readonly audit: Audit;
  /** The address that the server listens on. */
  readonly host: string;
  /** Whether the operator said that everybody may. */
  readonly open: boolean;
}

/**
 * Who calls the HTTP API: a program with a key or a signature, one of this machine where nobody needs any, or anybody
 * because the operator said `--open`.
 */
export type Caller = 'keyed' | 'local' | 'anonymous';

/** What a signature is good for: a backend's daily work. */
const SIGNED_SCOPES: readonly Scope[] = ['push', 'read'];

/**
 * Decides who may push, read and administer. Without a key only where the server is evidently private: it listens on
 * loopback, never had a key, and the request came straight to it under a local name.
 */
export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** For `preValidation`: who asks is checked before what they ask, and is then in `request.caller`. */
  guard(scope: Scope): (request: FastifyRequest) => Promise<void> {
    return async (request) => {
      request.caller = this.require(request, scope);
    };
  }

  /** As `guard`, for what not even `--open` gives to everybody: it is about users. */
  guardBackend(scope: Scope): (request: FastifyRequest) => Promise<void> {
    return async (request) => {
      request.caller = this.require(request, scope);
      if (request.caller === 'anonymous') throw new ProblemError('UNAUTHENTICATED', HOW);
    };
  }

  /**
   * To be called once for a request: a signature is good once.
   * @throws ProblemError UNAUTHENTICATED, FORBIDDEN where the key is not for this, OVERLOADED
   */
  require(request: SignedRequest, scope: Scope): Caller {
    try {
      const scopes = this.#scopesOf(request);
      if (scopes) return requireScope(scopes, scope);
    } catch (error) {
      this.#refused(request, error);
      throw error;
    }
    if (this.#isPrivate(request)) return 'local';
    if (this.#options.open) return 'anonymous';
    throw new ProblemError('UNAUTHENTICATED', HOW);
  }

  /** Null where the request shows nothing. */
  #scopesOf(request: SignedRequest): readonly Scope[] | null {
    const { keys, signatures } = this.#options;
    const key = keys.check(request.raw);
    if (key === 'wrong') throw new ProblemError('UNAUTHENTICATED', 'This API key is not valid.');
    if (key !== 'none' && 'roomcast-signature' in request.raw.headers) {
      throw new ProblemError('UNAUTHENTICATED', 'Send a key or a signature, not both.');
    }
    if (key !== 'none') return key.scopes;
    return signatures.check(request) ? SIGNED_SCOPES : null;
  }

  #isPrivate({ raw }: SignedRequest): boolean {
    const { keys, signatures, host } = this.#options;
    const isManaged = keys.areManaged || signatures.areTaken;
    return !isManaged && isLoopback(host) && !isForwarded(raw) && isLocalHost(raw);
  }

  #refused({ raw }: SignedRequest, error: unknown): void {
    if (!(error instanceof ProblemError)) return;
    const { audit, peers } = this.#options;
    const { code, detail } = error.problem;
    const path = (raw.url ?? '').replace(/\?.*/s, '').slice(0, 100);
    audit.refused({ code, reason: detail, address: peers.addressOf(raw), path }, 'API request refused');
  }
}

const HOW =
  'An API key is needed: send "Authorization: Bearer KEY" or "X-API-Key: KEY". Keys are made with "roomcast keys create" ' +
  'or set with ROOMCAST_API_KEYS.';

/** @throws ProblemError FORBIDDEN */
function requireScope(scopes: readonly Scope[], scope: Scope): Caller {
  if (scopes.includes(scope) || scopes.includes('admin')) return 'keyed';
  const has = scopes.length > 0 ? `only ${scopes.join(', ')}` : 'none';
  throw new ProblemError('FORBIDDEN', `This needs the scope "${scope}", and what was sent has ${has}.`);
}

/** What to tell the operator of a server without keys, in one sentence; null where programs can get in. */
export function adviceOnKeys(
  keys: ApiKeys,
  { host, open, pushSecret }: { host: string; open: boolean; pushSecret: string },
): string | null {
  if (keys.exist || open || pushSecret !== '') return null;
  const make = '"roomcast keys create --name NAME" makes one, also while the server runs';
  if (!isLoopback(host) || keys.areManaged) return `There are no API keys, so no program may push or read: ${make}.`;
  return `There are no API keys, so every program of this machine may push and read: ${make}.`;
}
