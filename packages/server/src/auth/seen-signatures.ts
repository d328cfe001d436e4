/** Seconds of one drawer. */
const SPAN = 60;

/**
 * The signatures that have been used, until their time stamps alone would refuse them. In drawers by time stamp, so that
 * what has expired is thrown away a drawer at a time. Nothing is forgotten early: where it is full, it says so.
 */
export class SeenSignatures {
  readonly #window: number;
  readonly #capacity: number;
  readonly #drawers = new Map<number, Set<string>>();
  #size = 0;

  /**
   * @param window seconds for which a time stamp is good, before and after its moment
   * @param capacity signatures at a time
   */
  constructor(window: number, capacity: number) {
    this.#window = window;
    this.#capacity = capacity;
  }

  /** Remembers a signature. @param timestamp what was signed, @param now both in seconds since 1970 */
  use(signature: Buffer, timestamp: number, now: number): 'new' | 'seen' | 'full' {
    this.#discard(now);
    const number = Math.floor(timestamp / SPAN);
    const drawer = this.#drawers.get(number) ?? new Set<string>();
    // 128 bits of it are as good as all, and half the memory.
    const mark = signature.toString('latin1', 0, 16);
    if (drawer.has(mark)) return 'seen';
    if (this.#size >= this.#capacity) return 'full';
    drawer.add(mark);
    this.#drawers.set(number, drawer);
    this.#size++;
    return 'new';
  }

  #discard(now: number): void {
    for (const [number, drawer] of this.#drawers) {
      if ((number + 1) * SPAN + this.#window >= now) continue;
      this.#drawers.delete(number);
      this.#size -= drawer.size;
    }
  }
}
