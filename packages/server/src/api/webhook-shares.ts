import { CommandError } from '../core/errors.ts';
import { groupOf } from '../http/admission.ts';

export interface SharesOptions {
  /** What there is too much of, as `searches`. */
  readonly of: string;
  /** For all together. */
  readonly inAll: number;
  /** For one address. */
  readonly each: number;
}

/** Milliseconds after which it may work: nothing that is bounded here lasts long. */
const RETRY_AFTER = 1000;

/** How much of something is under way: in all, and for each address, so that nobody can take everything. */
export class Shares {
  readonly #options: SharesOptions;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(options: SharesOptions) {
    this.#options = options;
  }

  /**
   * Takes a part. What is more than a bound by itself can be had where nothing else is under way.
   * @returns what gives it back; more calls do nothing
   * @throws CommandError RATE_LIMITED where the address has too much, OVERLOADED where all have
   */
  take(address: string, amount = 1): () => void {
    const key = groupOf(address);
    const { of, inAll, each } = this.#options;
    if (isOver(this.#taken.get(key) ?? 0, amount, each)) {
      throw refusal('RATE_LIMITED', `Too many ${of} for your address are under way; try again when they are done.`);
    }
    if (isOver(this.#total, amount, inAll)) {
      throw refusal('OVERLOADED', `Too many ${of} are under way; try again later.`);
    }
    this.#add(key, amount);
    let left = amount;
    return () => {
      this.#add(key, -left);
      left = 0;
    };
  }

  #add(key: string, amount: number): void {
    this.#total += amount;
    const taken = (this.#taken.get(key) ?? 0) + amount;
    if (taken > 0) this.#taken.set(key, taken);
    else this.#taken.delete(key);
  }
}

function isOver(taken: number, amount: number, most: number): boolean {
  return taken > 0 && taken + amount > most;
}

function refusal(code: 'RATE_LIMITED' | 'OVERLOADED', message: string): CommandError {
  return new CommandError(code, message, { retryAfter: RETRY_AFTER });
}
