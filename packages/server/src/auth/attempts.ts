import { isLoopback } from '../config/texts.ts';
import { groupOf } from '../http/admission.ts';
import type { Peer } from '../http/peer.ts';
import { ProblemError } from '../http/problem.ts';
import type { Clock } from '../util/clock.ts';
import { Throttle } from './throttle.ts';

export interface AttemptsOptions {
  /** Wrong passwords per `window` for one user from one address; 0 = no limit. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly window: number;
  /** Accounts per hour from one address; 0 = no limit. */
  readonly registrations: number | 'auto';
  readonly clock: Clock;
}

/** A login that is being tried. */
export interface Attempt {
  /** The password was right: it does not count, and the user's former ones no longer do. */
  succeeded(): void;
  /** It came to nothing for a reason of the server's own: it does not count. */
  undone(): void;
}

/** How much more an address may try for all users together, a user from everywhere, and logins that succeed. */
const PER_ADDRESS = 5;
const PER_USER = 10;
const SUCCESSES = 20;
/** Accounts per hour and address, unless configured otherwise. */
const REGISTRATIONS = 30;
const HOUR = 3_600_000;
/** Pairs of user and address that have logged in, as many as are remembered. */
const MOST_FAMILIAR = 20_000;

/**
 * How often somebody may try to log in, and to register. Three counts stand against guessing: of a user at an address,
 * of the address, and of the user everywhere. The last two would let strangers, or neighbours behind the same address,
 * lock a user out, so they do not hold where that user has logged in before.
 */
export class Attempts {
  readonly #pairs: Throttle;
  readonly #addresses: Throttle;
  readonly #users: Throttle;
  readonly #successes: Throttle;
  readonly #registrations: Throttle;
  readonly #sparesLoopback: boolean;
  readonly #familiar = new Set<string>();

  constructor({ attempts, window, registrations, clock }: AttemptsOptions) {
    this.#pairs = new Throttle({ limit: attempts, period: window, clock });
    this.#addresses = new Throttle({ limit: PER_ADDRESS * attempts, period: window, clock });
    this.#users = new Throttle({ limit: PER_USER * attempts, period: window, clock });
    this.#successes = new Throttle({ limit: SUCCESSES * attempts, period: window, clock });
    this.#sparesLoopback = registrations === 'auto';
    const limit = registrations === 'auto' ? REGISTRATIONS : registrations;
    this.#registrations = new Throttle({ limit, period: HOUR, clock });
  }

  /**
   * Counts an attempt before its outcome is known: many at once must not all slip through.
   * @throws ProblemError RATE_LIMITED
   */
  login(username: string, address: string): Attempt {
    const user = username.toLowerCase();
    const place = groupOf(address);
    const pair = `${user} ${place}`;
    const undo: (() => void)[] = [];
    const count = (throttle: Throttle, key: string): void => {
      const wait = throttle.take(key);
      if (wait === 0) {
        undo.push(() => throttle.refund(key));
        return;
      }
      for (const step of undo) step();
      throw tooMany('Too many attempts to log in', wait);
    };
    count(this.#pairs, pair);
    if (!this.#familiar.has(pair)) {
      count(this.#addresses, place);
      count(this.#users, user);
    }
    return {
      succeeded: () => {
        // The address keeps its other failures: who has one account could else go on guessing at all others.
        for (const step of undo) step();
        this.#pairs.forget(pair);
        this.#users.forget(user);
        this.#remember(pair);
      },
      undone: () => {
        for (const step of undo) step();
      },
    };
  }

  /** Counts a session that begins: each costs a row on disk, which programs of this machine may take. @throws ProblemError RATE_LIMITED */
  session(peer: Peer): void {
    if (this.#spares(peer)) return;
    const wait = this.#successes.take(groupOf(peer.address));
    if (wait > 0) throw tooMany('Too many logins from this address', wait);
  }

  /** @throws ProblemError RATE_LIMITED */
  registration(peer: Peer): void {
    if (this.#spares(peer)) return;
    const wait = this.#registrations.take(groupOf(peer.address));
    if (wait > 0) throw tooMany('Too many accounts from this address', wait);
  }

  /** Programs of this machine, but not all the world behind a proxy that runs on it. */
  #spares({ address, isForwarded }: Peer): boolean {
    return this.#sparesLoopback && isLoopback(address) && !isForwarded;
  }

  #remember(pair: string): void {
    this.#familiar.delete(pair);
    this.#familiar.add(pair);
    if (this.#familiar.size <= MOST_FAMILIAR) return;
    for (const oldest of this.#familiar) {
      this.#familiar.delete(oldest);
      return;
    }
  }
}

function tooMany(what: string, retryAfter: number): ProblemError {
  return new ProblemError('RATE_LIMITED', `${what}; try again in ${inWords(retryAfter)}.`, { retryAfter });
}

function inWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 90) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
