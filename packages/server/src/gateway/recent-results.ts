/**
 * What became of the last actions with an id, so that the same id is not carried out twice: whoever repeats one while it
 * is under way waits for the same result. In memory, and the oldest go: rooms with a log on disk know their ids besides.
 */
export class RecentResults<T> {
  readonly #capacity: number;
  readonly #results = new Map<string, Promise<T>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** `repeated`: the result is that of an earlier call. What has failed can be tried again. */
  async once(id: string, act: () => Promise<T>): Promise<{ readonly result: T; readonly repeated: boolean }> {
    const known = this.#results.get(id);
    if (known) return { result: await known, repeated: true };
    const acting = act();
    this.#results.set(id, acting);
    if (this.#results.size > this.#capacity) this.#forgetOldest();
    try {
      return { result: await acting, repeated: false };
    } catch (error) {
      if (this.#results.get(id) === acting) this.#results.delete(id);
      throw error;
    }
  }

  #forgetOldest(): void {
    for (const id of this.#results.keys()) {
      this.#results.delete(id);
      return;
    }
  }
}
