import { ProblemError } from '../http/problem.ts';
import type { Clock } from '../util/clock.ts';
import { isToken, newToken } from './tokens.ts';

export interface Ticket {
  readonly ticket: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Issued {
  readonly sessionHash: string;
  readonly expiresAt: number;
}

const LIFETIME = 30_000;
/** Tickets that may wait to be used, of one session and in all. */
const PER_SESSION = 20;
const IN_ALL = 10_000;

/**
 * Tickets for WebSocket URLs, which end up in logs of proxies: good once, for half a minute, and worth nothing once the
 * session has ended. Kept in memory alone.
 */
export class Tickets {
  readonly #clock: Clock;
  /** In the order in which they expire. */
  readonly #issued = new Map<string, Issued>();
  readonly #perSession = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#issued.size;
  }

  /** @throws ProblemError RATE_LIMITED, OVERLOADED */
  issue(sessionHash: string): Ticket {
    this.#forgetExpired();
    const mine = this.#perSession.get(sessionHash) ?? 0;
    const retryAfter = LIFETIME;
    if (mine >= PER_SESSION) {
      throw new ProblemError('RATE_LIMITED', `${PER_SESSION} tickets of this login wait to be used.`, { retryAfter });
    }
    if (this.#issued.size >= IN_ALL) {
      throw new ProblemError('OVERLOADED', 'Too many tickets wait to be used; try again in a moment.', { retryAfter });
    }
    const ticket = newToken();
    const expiresAt = this.#clock.now() + LIFETIME;
    this.#issued.set(ticket, { sessionHash, expiresAt });
    this.#perSession.set(sessionHash, mine + 1);
    return { ticket, expiresAt };
  }

  /** Uses a ticket up. Returns the session that it stands for, or null. */
  redeem(ticket: string): string | null {
    const issued = isToken(ticket) ? this.#issued.get(ticket) : undefined;
    if (!issued) return null;
    this.#forget(ticket, issued);
    return issued.expiresAt > this.#clock.now() ? issued.sessionHash : null;
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [ticket, issued] of this.#issued) {
      if (issued.expiresAt > now) return;
      this.#forget(ticket, issued);
    }
  }

  #forget(ticket: string, { sessionHash }: Issued): void {
    this.#issued.delete(ticket);
    const left = (this.#perSession.get(sessionHash) ?? 1) - 1;
    if (left === 0) this.#perSession.delete(sessionHash);
    else this.#perSession.set(sessionHash, left);
  }
}
