import type { RecentLog } from './recent-log.ts';

/**
 * One bound on the memory of all recent logs. When they outgrow it, the log that has been quiet for longest gives
 * its oldest publications: strangers who fill many rooms push out each other's, not those of rooms in use.
 */
export class LogBudget {
  readonly #limit: number;
  /** In the order of their last use, quietest first. */
  readonly #logs = new Set<RecentLog>();
  #bytes = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  readonly onBytes = (change: number): void => {
    this.#bytes += change;
  };

  /** `log` has just been appended to. */
  used(log: RecentLog): void {
    this.#logs.delete(log);
    this.#logs.add(log);
    for (const quietest of this.#logs) {
      while (this.#bytes > this.#limit && quietest.length > 0) quietest.dropOldest();
      if (this.#bytes <= this.#limit) return;
      this.#logs.delete(quietest);
    }
  }

  /** `log` is no more. */
  forget(log: RecentLog): void {
    this.#bytes -= log.bytes;
    this.#logs.delete(log);
  }
}
