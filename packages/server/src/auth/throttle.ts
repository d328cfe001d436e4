import type { Clock } from '../util/clock.ts';

export interface ThrottleOptions {
  /** Attempts that are free at first; 0 = no limit. */
  readonly limit: number;
  /** Milliseconds in which all of them come back, one by one. */
  readonly period: number;
  readonly clock: Clock;
}

/** Keys come from strangers. The ones that were quiet for longest are forgotten first. */
const MOST_KEYS = 20_000;

interface Debt {
  amount: number;
  at: number;
}

/** Counts attempts per key in leaky buckets: two numbers for each key, and no more keys than it can afford. */
export class Throttle {
  readonly #options: ThrottleOptions;
  /** In the order of their last attempt. */
  readonly #debts = new Map<string, Debt>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#debts.size;
  }

  /** Counts an attempt. Returns 0, or the milliseconds until there is room for one; then it was not counted. */
  take(key: string): number {
    const { limit, period } = this.#options;
    if (limit === 0) return 0;
    const debt = this.#debtOf(key);
    this.#debts.delete(key);
    this.#debts.set(key, debt);
    this.#forgetQuiet(debt.at);
    const excess = debt.amount + 1 - limit;
    if (excess > 0) return Math.ceil((excess * period) / limit);
    debt.amount++;
    return 0;
  }

  /** Takes an attempt back. */
  refund(key: string): void {
    const debt = this.#debts.get(key);
    if (debt) debt.amount = Math.max(0, debt.amount - 1);
  }

  forget(key: string): void {
    this.#debts.delete(key);
  }

  #debtOf(key: string): Debt {
    const { limit, period, clock } = this.#options;
    const now = clock.monotonic();
    const debt = this.#debts.get(key) ?? { amount: 0, at: now };
    debt.amount = Math.max(0, debt.amount - ((now - debt.at) * limit) / period);
    debt.at = now;
    return debt;
  }

  #forgetQuiet(now: number): void {
    for (const [key, { at }] of this.#debts) {
      if (now - at < this.#options.period && this.#debts.size <= MOST_KEYS) return;
      this.#debts.delete(key);
    }
  }
}
