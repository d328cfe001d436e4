/** What a wheel can hold: it notes its slot here, so that removal needs no search. */
export interface WheelItem {
  /** Owned by the wheel; -1 while the item is in none. */
  wheelSlot: number;
  /** Owned by the wheel: full turns left before the item is due. */
  wheelTurns: number;
}

export interface TimerWheelOptions<Item> {
  /** Called when an item is due; the answer is its next delay in ticks, or 0 to let it go. */
  readonly onDue: (item: Item) => number;
  /** Slots of one turn. Longer delays are possible and cost one visit per turn. */
  readonly slots?: number;
}

/**
 * A hashed timer wheel (Varghese and Lauck, 1987): one timer for any number of items, O(1) to add and remove.
 * Resolution is one tick; an item is due between `delay` and `delay + 1` ticks after it was added.
 */
export class TimerWheel<Item extends WheelItem> {
  readonly #slots: Set<Item>[];
  readonly #onDue: (item: Item) => number;
  #hand = 0;
  #size = 0;

  constructor({ onDue, slots = 64 }: TimerWheelOptions<Item>) {
    this.#onDue = onDue;
    this.#slots = Array.from({ length: slots }, () => new Set<Item>());
  }

  get size(): number {
    return this.#size;
  }

  /** Puts `item` in, `ticks` from now; an item that was in already is moved. */
  add(item: Item, ticks: number): void {
    this.remove(item);
    this.#place(item, ticks);
    this.#size++;
  }

  remove(item: Item): void {
    if (item.wheelSlot < 0) return;
    this.#slots[item.wheelSlot]?.delete(item);
    item.wheelSlot = -1;
    this.#size--;
  }

  /** One tick; whoever owns the wheel calls it from one interval. */
  advance(): void {
    this.#hand = (this.#hand + 1) % this.#slots.length;
    const slot = this.#slots[this.#hand];
    if (!slot) return;
    // A copy: callbacks may add items a full turn ahead, which is this very slot.
    for (const item of [...slot]) {
      if (item.wheelSlot !== this.#hand) continue; // removed or moved by another item's callback
      if (item.wheelTurns > 0) {
        item.wheelTurns--;
        continue;
      }
      const next = this.#onDue(item);
      if (item.wheelSlot !== this.#hand) continue; // removed or moved by the callback
      if (next <= 0) this.remove(item);
      else {
        slot.delete(item);
        this.#place(item, next);
      }
    }
  }

  #place(item: Item, ticks: number): void {
    const count = this.#slots.length;
    const delay = Math.max(1, Math.ceil(ticks));
    item.wheelSlot = (this.#hand + delay) % count;
    item.wheelTurns = Math.floor((delay - 1) / count);
    this.#slots[item.wheelSlot]?.add(item);
  }
}
