import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { RateWindow } from '../util/rate-window.ts';

/** Warnings per second. An attack must not push the log of what came before out of its files. */
const MOST = 20;

/** The security events of the log. Callers hand in addresses and names, never passwords, tokens or tickets. */
export class Audit {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #window = new RateWindow(MOST, 1000);
  #suppressed = 0;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Something that was allowed. */
  done(fields: object, event: string): void {
    this.#log.info(fields, event);
  }

  /** Something that was refused. Past the bound such lines are counted, and the next one says how many. */
  refused(fields: object, event: string): void {
    if (this.#window.take(this.#clock.monotonic()) > 0) {
      this.#suppressed++;
      return;
    }
    const suppressed = this.#suppressed > 0 ? { suppressed: this.#suppressed } : {};
    this.#suppressed = 0;
    this.#log.warn({ ...fields, ...suppressed }, event);
  }
}
