import type { Clock } from '@roomcast/client';
import type { RequestRow } from './request-row.ts';

export interface ArrivalsOptions {
  readonly clock: Clock;
  readonly say: (text: string) => void;
}

/** Milliseconds between two announcements: whoever listens must be able to hear them out. */
const INTERVAL = 3_000;
const LONGEST = 80;

/** Tells screen readers what has come: the first at once, then at most every few seconds. */
export class Arrivals {
  readonly #options: ArrivalsOptions;
  #count = 0;
  #last: RequestRow | null = null;
  #paused = false;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  add(newest: RequestRow, count: number): void {
    this.#last = newest;
    this.#count += count;
    if (!this.#paused) this.#speak();
  }

  #speak(): void {
    if (!this.#last) return;
    const { method, target } = this.#last;
    const words = `${method} ${target.slice(0, LONGEST)}`;
    this.#options.say(this.#count === 1 ? `New request: ${words}` : `${this.#count} new requests, the last: ${words}`);
    this.#count = 0;
    this.#last = null;
    this.#paused = true;
    this.#options.clock.after(INTERVAL, () => {
      this.#paused = false;
      this.#speak();
    });
  }
}
