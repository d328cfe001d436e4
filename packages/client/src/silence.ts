import { type Clock, nothing } from './clock.ts';

export interface SilenceWatchOptions {
  readonly clock: Clock;
  /** Asks the server for a sign of life. */
  readonly ask: () => void;
  /** No sign of life came. */
  readonly dead: () => void;
}

/** Milliseconds that a server that was asked has to answer. */
export const ANSWER_TIME = 10_000;

/**
 * Notices a server that has gone without a word: a machine asleep, a cable pulled. After `interval` of silence it
 * asks, and after ten more seconds gives up. One timer, which frames do not touch: they only leave their time.
 */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #interval = 0;
  #heard = 0;
  #asked = false;
  #cancel = nothing;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** @param interval milliseconds */
  start(interval: number): void {
    this.#interval = interval;
    this.heard();
    this.#wait(interval);
  }

  stop(): void {
    this.#cancel();
  }

  /** Something arrived. */
  heard(): void {
    this.#heard = this.#options.clock.now();
    this.#asked = false;
  }

  /** Asks at once, since something (the network changed, the page woke up) makes the silence suspicious. */
  probe(): void {
    this.#asked = true;
    this.#cancel();
    this.#options.ask();
    this.#cancel = this.#options.clock.after(ANSWER_TIME, () => {
      if (this.#asked) this.#options.dead();
      else this.#check();
    });
  }

  #wait(delay: number): void {
    this.#cancel = this.#options.clock.after(delay, () => this.#check());
  }

  #check(): void {
    const left = this.#heard + this.#interval - this.#options.clock.now();
    if (left > 0) this.#wait(left);
    else this.probe();
  }
}
