import type { OutboxBurial, OutboxStore } from '../store/outbox-store.ts';
import { StoreError } from '../store/store.ts';
import type { Logger } from '../telemetry/log.ts';

/** Milliseconds that deliveries wait to be written down together. What was not is repeated after a crash. */
const GATHERING = 20;
const AT_ONCE = 256;
/** Milliseconds between tries while the store is away. */
const AGAIN = 1000;

/** Writes down which events are done with, many in one step. */
export class Settler {
  readonly #store: OutboxStore;
  readonly #log: Logger;
  readonly #onBuried: () => Promise<void>;
  #delivered: number[] = [];
  #refused: OutboxBurial[] = [];
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #isStopped = false;

  /** @param onBuried told when dead letters have been written; must not reject */
  constructor(store: OutboxStore, log: Logger, onBuried: () => Promise<void>) {
    this.#store = store;
    this.#log = log;
    this.#onBuried = onBuried;
  }

  delivered(seq: number): void {
    this.#delivered.push(seq);
    this.#schedule();
  }

  refused(burial: OutboxBurial): void {
    this.#refused.push(burial);
    this.#schedule();
  }

  /** Resolves when everything until now was written, or could not be. */
  async flush(): Promise<void> {
    // One after the other: a later one must not be over before an earlier one.
    const turn = (this.#flushing ?? Promise.resolve()).then(() => this.#write());
    this.#flushing = turn;
    await turn;
    if (this.#flushing === turn) this.#flushing = null;
  }

  /** Writes the rest. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.flush();
  }

  #schedule(): void {
    if (this.#delivered.length + this.#refused.length >= AT_ONCE && !this.#flushing) void this.flush();
    else this.#wake(GATHERING);
  }

  #wake(delay: number): void {
    if (this.#isStopped) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.flush();
    }, delay);
  }

  async #write(): Promise<void> {
    const [delivered, refused] = [this.#delivered, this.#refused];
    if (delivered.length + refused.length === 0) return;
    this.#delivered = [];
    this.#refused = [];
    try {
      await this.#store.settle(delivered, refused);
      if (refused.length > 0) await this.#onBuried();
    } catch (error) {
      if (!(error instanceof StoreError)) this.#log.error({ err: error }, 'Deliveries could not be written down');
      this.#delivered.unshift(...delivered);
      this.#refused.unshift(...refused);
      this.#wake(AGAIN);
    }
  }
}
