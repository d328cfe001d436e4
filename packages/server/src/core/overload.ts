import { type ELDHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * How much load is shed, each with what is below it.
 *
 * - 1: signs of typing are dropped, and who comes and goes is told with a delay.
 * - 2: new connections are refused.
 * - 3: new events and messages are refused.
 */
export type Shedding = 0 | 1 | 2 | 3;

export interface OverloadOptions {
  /** Milliseconds by which the event loop is late, from which on load is shed; 0 = never. */
  readonly shedDelay: number;
  /** Told of every change. */
  readonly onChange: (level: Shedding, delay: number) => void;
}

/** Milliseconds between two looks. */
const INTERVAL = 500;
/** Milliseconds. */
const RESOLUTION = 10;
/** Times the delay at which each level begins. */
const FACTORS = [1, 2, 4] as const;
/** Looks that must find less before a level is left. */
const CALM = 3;

/**
 * Watches how late the event loop is: the one figure that says, whatever the load consists of, that there is more than
 * can be done. What is least missed goes first.
 */
export class Overload {
  readonly #options: OverloadOptions;
  readonly #histogram: ELDHistogram;
  #timer: NodeJS.Timeout | null = null;
  #level: Shedding = 0;
  #calm = 0;

  constructor(options: OverloadOptions) {
    this.#options = options;
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  }

  get level(): Shedding {
    return this.#level;
  }

  start(): void {
    if (this.#options.shedDelay === 0) return;
    this.#histogram.enable();
    this.#timer = setInterval(() => this.#look(), INTERVAL).unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#histogram.disable();
  }

  /** Takes note of a delay in milliseconds. Rises at once, and falls step by step. */
  note(delay: number): void {
    const { shedDelay, onChange } = this.#options;
    const found = FACTORS.filter((factor) => delay >= factor * shedDelay).length as Shedding;
    const before = this.#level;
    if (found >= this.#level) {
      this.#level = found;
      this.#calm = 0;
    } else if (++this.#calm >= CALM) {
      this.#level = (this.#level - 1) as Shedding;
      this.#calm = 0;
    }
    if (this.#level !== before) onChange(this.#level, delay);
  }

  #look(): void {
    // The mean over half a second: one long task is no overload, a queue that does not empty is.
    const mean = Number.isNaN(this.#histogram.mean) ? 0 : this.#histogram.mean / 1e6 - RESOLUTION;
    this.#histogram.reset();
    this.note(Math.max(0, mean));
  }
}
