import type { Clock } from '@roomcast/client/chat';

/** One frame of a screen, in milliseconds. */
const FRAME = 16;
/** Timers of hidden pages run late; what waits for them is bounded. */
const MOST = 2000;

/** Gathers what comes within a frame, so that a thousand arrivals are one change of the page. */
export class Batch<Item> {
  readonly #clock: Clock;
  readonly #take: (items: readonly Item[]) => void;
  #items: Item[] = [];
  #cancel = () => {};

  constructor(clock: Clock, take: (items: readonly Item[]) => void) {
    this.#clock = clock;
    this.#take = take;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#items.length === 1) this.#cancel = this.#clock.after(FRAME, () => this.flush());
    if (this.#items.length >= MOST) this.flush();
  }

  /** Hands over now what has come. */
  flush(): void {
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.drop();
    this.#take(items);
  }

  drop(): void {
    this.#cancel();
    this.#items = [];
  }
}
