/** Milliseconds in which the others are told of one arrival of the same user. */
export const SPELL = 1000;

/**
 * What the others in a room have been told of who came, as pure state: somebody who comes and goes again and again is
 * no storm for them (D6). All times are monotonic milliseconds.
 */
export class Arrivals {
  /** By user: when the others were told that they came, the oldest first. Those older than a spell are let go. */
  readonly #told = new Map<string, number>();
  /** Users who are here without the others having been told. */
  readonly #held = new Set<string>();

  /** Whether the others were told of the user's arrival within the spell. */
  isRecent(userId: string, now: number): boolean {
    this.#forget(now);
    return this.#told.has(userId);
  }

  /** The user is here. Returns whether the others are to be told; otherwise ask again with `due`, a spell later. */
  come(userId: string, now: number): boolean {
    if (this.isRecent(userId, now)) {
      this.#held.add(userId);
      return false;
    }
    this.#told.set(userId, now);
    return true;
  }

  /** Returns whether the others are to be told now: the user has stayed, and they do not know it. */
  due(userId: string, now: number): boolean {
    if (!this.#held.delete(userId)) return false;
    this.#told.delete(userId); // to the end of the order
    this.#told.set(userId, now);
    return true;
  }

  /** The user is gone. Returns whether the others are to be told: they have been told that the user came. */
  go(userId: string): boolean {
    return !this.#held.delete(userId);
  }

  #forget(now: number): void {
    for (const [userId, at] of this.#told) {
      if (now - at < SPELL) return;
      this.#told.delete(userId);
    }
  }
}
