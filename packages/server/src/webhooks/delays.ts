import type { ServerResponse } from 'node:http';

/** Answers that may wait at a time: each holds a connection. Beyond, they wait no more. */
const MOST_WAITING = 1000;

/** Answers that a webhook holds back for a while. */
export class Delays {
  readonly #waiting = new Set<() => void>();

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves after so many milliseconds, or as soon as nobody waits for the answer any more. */
  wait(milliseconds: number, response: ServerResponse): Promise<void> {
    if (milliseconds === 0 || response.destroyed || this.#waiting.size >= MOST_WAITING) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const finish = (): void => {
      clearTimeout(timer);
      response.off('close', finish);
      this.#waiting.delete(finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    response.once('close', finish);
    this.#waiting.add(finish);
    return promise;
  }

  /** Ends all waits. */
  finish(): void {
    for (const finish of [...this.#waiting]) finish();
  }
}
