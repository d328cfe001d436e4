import type { WaitingEvent } from '../store/outbox-store.ts';
import type { ReplyListener } from './event.ts';

/** An event in memory. */
export interface LineItem extends WaitingEvent {
  /** Tries that have ended. */
  attempts: number;
  readonly listeners: ReplyListener[];
}

/** One user's events, of which one at a time is on its way. */
export class Line {
  readonly userId: string;
  /** All events of this user up to here are or were in memory. */
  loadedTo = 0;
  /** Events up to here were passed over because the line was full. */
  passedTo = 0;
  /** The first event is on its way, or waits for another try. */
  isBusy = false;
  /** It waits for another try, which may be long from now. */
  isHeld = false;
  #items: LineItem[] = [];

  constructor(userId: string) {
    this.userId = userId;
  }

  get length(): number {
    return this.#items.length;
  }

  get first(): LineItem | null {
    return this.#items[0] ?? null;
  }

  /** Whether there are more in the store. */
  get hasMore(): boolean {
    return this.passedTo > this.loadedTo;
  }

  find(seq: number): LineItem | null {
    return this.#items.find((item) => item.seq === seq) ?? null;
  }

  push(event: WaitingEvent, listener: ReplyListener | null): void {
    this.#items.push({ ...event, attempts: 0, listeners: listener ? [listener] : [] });
  }

  shift(): LineItem | null {
    return this.#items.shift() ?? null;
  }

  /** Lets go of all but the first, which can be read again. Returns them. */
  shed(): readonly LineItem[] {
    const [first, ...others] = this.#items;
    const last = others.at(-1);
    if (!first || !last) return [];
    this.#items = [first];
    this.loadedTo = first.seq;
    this.passedTo = Math.max(this.passedTo, last.seq);
    for (const listener of others.flatMap(({ listeners }) => listeners)) listener(null);
    return others;
  }
}
