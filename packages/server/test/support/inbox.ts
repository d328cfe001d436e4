/** How long something that must come is waited for, in milliseconds, before the test is told what came instead. */
const PATIENCE = 10_000;

interface Waiter<T> {
  readonly matches: (item: T) => boolean;
  readonly resolve: (item: T) => void;
  readonly reject: (error: Error) => void;
}

/** Things that arrive, and those who wait for them. What nobody has waited for yet is kept in order. */
export class Inbox<T> {
  #items: T[] = [];
  #waiters: Waiter<T>[] = [];
  #end: Error | null = null;

  /** What has arrived and nobody has taken. */
  get waiting(): readonly T[] {
    return this.#items;
  }

  push(item: T): void {
    const at = this.#waiters.findIndex((waiter) => waiter.matches(item));
    const [waiter] = at < 0 ? [] : this.#waiters.splice(at, 1);
    if (waiter) waiter.resolve(item);
    else this.#items.push(item);
  }

  /** Nothing will come any more: whoever still waits is told so. */
  end(error: Error): void {
    this.#end ??= error;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(error);
  }

  /** Takes the first item that matches, now or when it arrives. Others stay. */
  async next(matches: (item: T) => boolean = () => true, what = 'anything'): Promise<T> {
    const at = this.#items.findIndex(matches);
    const [item] = at < 0 ? [] : this.#items.splice(at, 1);
    if (item !== undefined) return item;
    if (this.#end) throw this.#end;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiters.push({ matches, resolve, reject });
    const timer = setTimeout(() => {
      const instead = JSON.stringify(this.#items).slice(0, 500);
      reject(new Error(`Waited in vain for ${what}; there is ${instead}`));
    }, PATIENCE);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
