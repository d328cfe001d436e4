import type { OutboxChange, OutboxSize } from '../store/outbox-store.ts';

/** Bytes that may wait to be saved at a time. */
const MOST_UNSAVED = 32 * 1024 * 1024;

/** What arrivals and departures may take, as a multiple of what clients may. */
const RESERVE = 1.1;

/** Why an event cannot be taken just now. */
export type Refusal = 'full' | 'busy';

/** How much is in the outbox, counted in memory. */
export class Ledger {
  readonly #size: number;
  waiting: number;
  waitingBytes: number;
  dead: number;
  deadBytes: number;
  #unsaved = 0;

  /** @param size bytes that may wait; as many may be dead letters */
  constructor(size: number, { waiting, waitingBytes, dead, deadBytes }: OutboxSize) {
    this.#size = size;
    this.waiting = waiting;
    this.waitingBytes = waitingBytes;
    this.dead = dead;
    this.deadBytes = deadBytes;
  }

  /** Bytes of dead letters that are too many. */
  get surplus(): number {
    return Math.max(0, this.deadBytes - this.#size);
  }

  /**
   * Why an event of so many bytes cannot be taken, or null.
   * @param isOurs whether no client can be asked to send it again
   */
  refusal(bytes: number, isOurs: boolean): Refusal | null {
    const size = isOurs ? this.#size * RESERVE : this.#size;
    if (this.waitingBytes + this.#unsaved + bytes > size) return 'full';
    // One alone is never too much.
    return this.#unsaved > 0 && this.#unsaved + bytes > MOST_UNSAVED ? 'busy' : null;
  }

  saving(bytes: number): void {
    this.#unsaved += bytes;
  }

  saved(bytes: number): void {
    this.#unsaved -= bytes;
  }

  added(bytes: number): void {
    this.waiting++;
    this.waitingBytes += bytes;
  }

  delivered(bytes: number): void {
    this.waiting = Math.max(0, this.waiting - 1);
    this.waitingBytes = Math.max(0, this.waitingBytes - bytes);
  }

  buried(bytes: number): void {
    this.delivered(bytes);
    this.dead++;
    this.deadBytes += bytes;
  }

  /** Dead letters wait again. */
  redriven(change: OutboxChange): void {
    this.purged(change);
    this.waiting += change.count;
    this.waitingBytes += change.bytes;
  }

  purged({ count, bytes }: OutboxChange): void {
    this.dead = Math.max(0, this.dead - count);
    this.deadBytes = Math.max(0, this.deadBytes - bytes);
  }
}
