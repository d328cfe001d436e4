import { setImmediate } from 'node:timers/promises';

/** Lets long works go on in small steps: between two steps, whoever's they are, all others have their turn. */
export class Pace {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when the next step may be done. */
  turn(): Promise<void> {
    this.#last = this.#last.then(() => setImmediate());
    return this.#last;
  }

  /** The same, with a turn before each. */
  async *of<T>(steps: Iterable<T>): AsyncGenerator<T> {
    const iterator = steps[Symbol.iterator]();
    for (;;) {
      await this.turn();
      const { done, value } = iterator.next();
      if (done) return;
      yield value;
    }
  }
}
