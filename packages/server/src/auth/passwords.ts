import { hash, verify } from '@node-rs/argon2';
import { ProblemError } from '../http/problem.ts';
import { nfc } from '../util/nfc.ts';

/** What a hash costs: KiB of memory, passes over it, lanes. */
interface Cost {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** argon2id as OWASP recommends it for interactive logins: 19 MiB, two passes, one lane; about 30 ms. */
const COST: Cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of a password that nobody knows: what an unknown user's password is compared with, at the same cost. */
const NOBODY = `${beginningOf(COST)}jP54XZSzoSzy10cVK3hmiQ$p4VeTHvioD1ykvX3jgxyl9ES6UF4vrk10YAESwMhYes`;

/** Hashes at a time. They run on libuv's pool of four threads, which files need too. */
const CONCURRENT = 2;
/** Hashes that may wait: about a second's worth. A flood of logins must eat neither all memory nor all patience. */
const WAITING = 64;

/** Hashes passwords off the event loop, so many at a time and no more. */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #cost: Cost;

  constructor(cost = COST) {
    this.#cost = cost;
  }

  /** @throws ProblemError OVERLOADED */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(canonical(password), this.#cost));
  }

  /**
   * Whether the password is the one of that hash. Null, of somebody who does not exist or has none, takes as long and
   * is always wrong.
   * @throws ProblemError OVERLOADED
   */
  async verify(known: string | null, password: string): Promise<boolean> {
    const same = await this.#inTurn(() => verify(known ?? NOBODY, canonical(password)));
    return same && known !== null;
  }

  /** Whether a hash was made at another cost than hashes are now: to be made anew when the password is known. */
  isOutdated(known: string): boolean {
    return !known.startsWith(beginningOf(this.#cost));
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < CONCURRENT) this.#running++;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next)
        next(); // takes over the place
      else this.#running--;
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= WAITING) {
      throw new ProblemError('OVERLOADED', 'Too many people log in just now; try again in a moment.', {
        retryAfter: 1000,
      });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** How every hash of that cost begins. */
function beginningOf({ memoryCost, timeCost, parallelism }: Cost): string {
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`;
}

/**
 * The same password whatever keyboard it was typed on: macOS may send "é" as two code points where Windows sends one.
 * NFC, as RFC 8265 has it for passwords, and not NFKC, which would take "²" for "2". White space counts, at the ends too.
 */
export function canonical(password: string): string {
  return nfc(password);
}
