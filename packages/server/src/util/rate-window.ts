/** Larger limits are kept as a part of themselves in the same part of the period: just as fast, and smaller. */
const MOST = 1000;

/**
 * At most `limit` events in any `period` milliseconds, exactly: the times of the last ones in a ring. Stricter than a
 * token bucket, which lets a burst through on top of the rate.
 */
export class RateWindow {
  readonly #size: number;
  readonly #period: number;
  #times: Float64Array | null = null;
  #next = 0;

  /** @param limit 0 = no limit */
  constructor(limit: number, period: number) {
    this.#size = Math.min(limit, MOST);
    this.#period = limit > MOST ? (period * MOST) / limit : period;
  }

  /** Counts one event at `now` (monotonic milliseconds). Returns 0, or the milliseconds until there is room for one. */
  take(now: number): number {
    if (this.#size <= 0) return 0;
    this.#times ??= new Float64Array(this.#size).fill(Number.NEGATIVE_INFINITY);
    const oldest = this.#times[this.#next] ?? Number.NEGATIVE_INFINITY;
    if (now < oldest + this.#period) return Math.ceil(oldest + this.#period - now);
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % this.#size;
    return 0;
  }
}
