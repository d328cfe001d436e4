export interface PacerOptions<T> {
  readonly show: (value: T) => void;
  /** Milliseconds for which a value stays at least; 0 lets the next one follow at once. */
  readonly dwell: (value: T) => number;
  readonly schedule: (task: () => void, milliseconds: number) => void;
}

/** A connection that flaps must not leave the page minutes behind. */
const MAX_WAITING = 4;

/** Shows values one after another, each long enough to be seen; none is skipped unless too many wait. */
export class Pacer<T> {
  readonly #options: PacerOptions<T>;
  #waiting: T[] = [];
  #holding = false;

  constructor(options: PacerOptions<T>) {
    this.#options = options;
  }

  push(value: T): void {
    this.#waiting = [...this.#waiting, value].slice(-MAX_WAITING);
    if (!this.#holding) this.#next();
  }

  #next(): void {
    const value = this.#waiting.shift();
    if (value === undefined) return;
    this.#options.show(value);
    this.#holding = true;
    const release = () => {
      this.#holding = false;
      this.#next();
    };
    const milliseconds = this.#options.dwell(value);
    if (milliseconds > 0) this.#options.schedule(release, milliseconds);
    else release();
  }
}
