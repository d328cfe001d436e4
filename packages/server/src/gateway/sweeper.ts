import { TOLERANCE } from '../auth/jwt/token-verifier.ts';
import type { Engine } from '../core/engine.ts';
import type { Clock } from '../util/clock.ts';
import type { ClientSessions } from './client-sessions.ts';
import type { Clients } from './clients.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface SweeperOptions {
  readonly engine: Engine;
  readonly clients: Clients;
  readonly sessions: ClientSessions;
  readonly lifecycle: Lifecycle;
  /** Milliseconds. */
  readonly recoveryWindow: number;
  readonly lifecycleGrace: number;
  readonly clock: Clock;
}

/** Milliseconds between two looks. */
const SWEEP = 1000;
/** Sessions without a connection that wait for their clients; beyond, the oldest are ended. */
const MOST_AWAY = 200_000;

/** Looks for tokens that ran out and clients that did not come back, and for what was to be done and could not. */
export class Sweeper {
  readonly #options: SweeperOptions;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: SweeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#sweep(), SWEEP).unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  #sweep(): void {
    const { clock, sessions, lifecycle } = this.#options;
    const now = clock.now();
    this.#closeExpired(now);
    void sessions.flush();
    void lifecycle.tellOwed();
    this.#endOverdue(now);
  }

  #closeExpired(now: number): void {
    const { engine, clients } = this.#options;
    // As long as such a token would still be taken.
    const limit = now - TOLERANCE * 1000;
    for (const [connection, { claims }] of clients) {
      if (claims?.expiresAt != null && claims.expiresAt <= limit) engine.close(connection, 4005, 'token_expired');
    }
  }

  #endOverdue(now: number): void {
    const { recoveryWindow, lifecycleGrace, lifecycle, sessions } = this.#options;
    const away = [...sessions.all()].filter(({ connection }) => connection === null);
    for (const [index, session] of away.entries()) {
      const window = session.restorable ? Math.max(recoveryWindow, lifecycleGrace) : lifecycleGrace;
      const isOver = now - session.leftAt > window;
      if (isOver || index < away.length - MOST_AWAY) lifecycle.end(session, 'connection_lost');
    }
  }
}
