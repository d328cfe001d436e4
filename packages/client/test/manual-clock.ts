import type { Clock } from '../src/clock.ts';

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #tasks = new Set<Task>();

  /** Timers that wait. */
  get waiting(): number {
    return this.#tasks.size;
  }

  now(): number {
    return this.#now;
  }

  after(delay: number, run: () => void): () => void {
    const task = { at: this.#now + delay, run };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  /** Moves on by `duration` milliseconds and runs what falls due, in its order and at its time. */
  advance(duration: number): void {
    const end = this.#now + duration;
    for (let task = this.#due(end); task; task = this.#due(end)) {
      this.#tasks.delete(task);
      this.#now = task.at;
      task.run();
    }
    this.#now = end;
  }

  #due(end: number): Task | undefined {
    return [...this.#tasks].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
