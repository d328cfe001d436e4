import type { Clock } from './clock.ts';

export interface DelayQueueOptions<Item> {
  /** Milliseconds, the same for all. */
  readonly delay: number;
  readonly clock: Clock;
  readonly onDue: (item: Item) => void;
}

/**
 * Things that are due after a fixed delay: a queue and one timer, for any number of them. Nothing is taken out early:
 * whoever is told looks whether it still matters.
 */
export class DelayQueue<Item> {
  readonly #options: DelayQueueOptions<Item>;
  #waiting: { readonly item: Item; readonly at: number }[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(options: DelayQueueOptions<Item>) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length;
  }

  add(item: Item): void {
    const { clock, delay } = this.#options;
    this.#waiting.push({ item, at: clock.monotonic() + delay });
    this.#arm();
  }

  /** Tells of everything that is due by now; the timer calls it. */
  advance(): void {
    const now = this.#options.clock.monotonic();
    const later = this.#waiting.findIndex(({ at }) => at > now);
    const due = later < 0 ? this.#waiting : this.#waiting.slice(0, later);
    this.#waiting = later < 0 ? [] : this.#waiting.slice(later);
    for (const { item } of due) this.#options.onDue(item);
    this.#arm();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = [];
  }

  #arm(): void {
    const [first] = this.#waiting;
    if (this.#timer || !first) return;
    const wait = Math.max(1, Math.ceil(first.at - this.#options.clock.monotonic()));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.advance();
    }, wait).unref();
  }
}
