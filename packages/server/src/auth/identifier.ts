import type { IncomingMessage } from 'node:http';
import type { Identity } from '../core/identity.ts';
import type { Peers } from '../http/peer.ts';
import { ProblemError } from '../http/problem.ts';
import type { IdentityDemand } from '../transports/transport.ts';
import type { ApiKeys } from './api-keys.ts';
import { readSessionCookie } from './session-cookie.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Tickets } from './tickets.ts';

export interface IdentifierOptions {
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  readonly keys: ApiKeys;
  readonly peers: Peers;
}

/** What a request shows as proof. `hash` is null for what cannot be one of ours. */
export interface Credential {
  readonly kind: 'bearer' | 'ticket' | 'cookie';
  readonly hash: string | null;
}

type Eventually<T> = T | Promise<T>;

/** Finds out who sends a request. Where nothing has to be looked up, the answer is there at once. */
export class Identifier {
  readonly #options: IdentifierOptions;

  constructor(options: IdentifierOptions) {
    this.#options = options;
  }

  /**
   * Who wants to connect. A credential that was sent on purpose and is wrong is never overlooked.
   * @param query what stands behind the question mark
   * @throws ProblemError UNAUTHENTICATED
   * @throws StoreError
   */
  identify(request: IncomingMessage, query: string, demand: IdentityDemand): Eventually<Identity | null> {
    if (demand === 'none') return null;
    const credential = this.#explicit(request, query) ?? (demand === 'required' ? this.#cookie(request) : null);
    if (credential) return this.#proven(credential);
    if (demand === 'optional') return null;
    throw new ProblemError('UNAUTHENTICATED', 'Log in first: this address takes a cookie, a bearer token or a ticket.');
  }

  /** What an HTTP request shows: the bearer token, or else the cookie. */
  credentialOf(request: IncomingMessage): Credential | null {
    return this.#bearer(request) ?? this.#cookie(request);
  }

  /** The session of an HTTP request. @throws ProblemError UNAUTHENTICATED @throws StoreError */
  async session(request: IncomingMessage): Promise<Session> {
    const credential = this.credentialOf(request);
    if (!credential) throw new ProblemError('UNAUTHENTICATED', 'Log in first.');
    return this.#session(credential);
  }

  #explicit(request: IncomingMessage, query: string): Credential | null {
    const bearer = this.#bearer(request);
    if (bearer) {
      // Programs send their API key with all they do. It is right, but names no user.
      const isKey = bearer.hash === null && typeof this.#options.keys.check(request) === 'object';
      return isKey ? null : bearer;
    }
    // Most have no query: nothing is parsed then.
    const ticket = query === '' ? null : new URLSearchParams(query).get('ticket');
    return ticket === null ? null : { kind: 'ticket', hash: this.#options.tickets.redeem(ticket) };
  }

  #bearer({ headers: { authorization } }: IncomingMessage): Credential | null {
    // Other schemes are the business of a proxy in front.
    if (authorization === undefined || !/^bearer(?: |$)/i.test(authorization)) return null;
    const token = authorization.slice('bearer '.length).trim();
    return { kind: 'bearer', hash: this.#options.sessions.hashOf(token) };
  }

  #cookie(request: IncomingMessage): Credential | null {
    const token = readSessionCookie(request, this.#options.peers.isSecure(request));
    return token === null ? null : { kind: 'cookie', hash: this.#options.sessions.hashOf(token) };
  }

  #proven(credential: Credential): Eventually<Identity> {
    const { hash } = credential;
    const session = hash === null ? null : this.#options.sessions.find(hash);
    // A session at hand needs no further turn of the event loop: many reconnect at once.
    if (session && !(session instanceof Promise)) return this.#used(session).identity;
    return this.#session(credential).then(({ identity }) => identity);
  }

  async #session({ kind, hash }: Credential): Promise<Session> {
    const session = hash === null ? null : await this.#options.sessions.find(hash);
    if (session) return this.#used(session);
    const detail = kind === 'ticket' ? 'This ticket has been used, or has expired.' : EXPIRED;
    throw new ProblemError('UNAUTHENTICATED', detail);
  }

  #used(session: Session): Session {
    this.#options.sessions.touch(session.identity.sessionHash);
    return session;
  }
}

const EXPIRED = 'This login has expired or ended; log in again.';
