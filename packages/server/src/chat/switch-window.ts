/** Larger limits are kept as a part of themselves in the same part of the period, as those of other rates are. */
const MOST = 1000;

/** At most `limit` changes of the room in any `period` milliseconds. One that came to nothing can be given back. */
export class SwitchWindow {
  readonly #size: number;
  readonly #period: number;
  /** When the last ones were, oldest first. */
  readonly #times: number[] = [];

  /** @param limit 0 = no limit */
  constructor(limit: number, period: number) {
    this.#size = Math.min(limit, MOST);
    this.#period = limit > MOST ? (period * MOST) / limit : period;
  }

  /** Counts one at `now` (monotonic milliseconds). Returns 0, or the milliseconds until there is room for one. */
  take(now: number): number {
    if (this.#size <= 0) return 0;
    const kept = this.#times.findIndex((time) => now < time + this.#period);
    this.#times.splice(0, kept === -1 ? this.#times.length : kept);
    const [oldest] = this.#times;
    if (oldest !== undefined && this.#times.length >= this.#size) return Math.ceil(oldest + this.#period - now);
    this.#times.push(now);
    return 0;
  }

  /** The change that was counted at that time has not come about. */
  giveBack(time: number): void {
    const place = this.#times.lastIndexOf(time);
    if (place !== -1) this.#times.splice(place, 1);
  }
}
