import type { RoomcastError } from './errors.ts';
import type { Ack } from './types.ts';

/** One publish on its way. */
export interface OutboxEntry {
  readonly roomId: string;
  readonly clientMessageId: string;
  /** The payload as JSON, written when `publish` was called: later changes of the object do not reach it. */
  readonly payload: string;
  readonly resolve: (ack: Ack) => void;
  readonly reject: (error: RoomcastError) => void;
  /** Sent on this connection and not answered yet. */
  sent: boolean;
}

/** The publishes that have no answer yet, in order per room. It knows nothing of connections and time. */
export class Outbox {
  readonly #queues = new Map<string, OutboxEntry[]>();
  readonly #limit: number;
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** False where the outbox is full; nothing was added then. */
  add(entry: OutboxEntry): boolean {
    if (this.#size >= this.#limit) return false;
    this.#size++;
    const queue = this.#queues.get(entry.roomId);
    if (queue) queue.push(entry);
    else this.#queues.set(entry.roomId, [entry]);
    return true;
  }

  /** The room's oldest entry that is to be sent, or null where none waits or `window` are unanswered already. */
  next(roomId: string, window: number): OutboxEntry | null {
    const queue = this.#queues.get(roomId) ?? [];
    const unanswered = queue.filter((entry) => entry.sent).length;
    return unanswered < window ? (queue.find((entry) => !entry.sent) ?? null) : null;
  }

  has(roomId: string, clientMessageId: string | undefined): boolean {
    return (this.#queues.get(roomId) ?? []).some((entry) => entry.clientMessageId === clientMessageId);
  }

  isEmpty(roomId: string): boolean {
    return !this.#queues.has(roomId);
  }

  /** Takes out an entry that was answered for good. False where it had been taken out before. */
  remove(entry: OutboxEntry): boolean {
    const queue = this.#queues.get(entry.roomId);
    const index = queue?.indexOf(entry) ?? -1;
    if (!queue || index < 0) return false;
    queue.splice(index, 1);
    if (queue.length === 0) this.#queues.delete(entry.roomId);
    this.#size--;
    return true;
  }

  /** The connection is lost: whatever was sent is of unknown fate and will be sent again. */
  unsend(): void {
    for (const queue of this.#queues.values()) for (const entry of queue) entry.sent = false;
  }

  /** Rejects what waits, of one room or of all. */
  reject(error: RoomcastError, which: (entry: OutboxEntry) => boolean = () => true): void {
    const chosen = [...this.#queues.values()].flat().filter(which);
    for (const entry of chosen) {
      this.remove(entry);
      entry.reject(error);
    }
  }
}
