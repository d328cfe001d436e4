import type { Config } from '../config/config.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';

/** What every part of the server is given. */
export interface Base {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Of the product. */
  readonly version: string;
  /** Whether the server is on its way out. */
  readonly isDraining: () => boolean;
}
