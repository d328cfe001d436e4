import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Watcher } from '@roomcast/protocol';

/** Who else watches the webhook, what they look at, and whom one follows. */
export class Company {
  readonly #others = signal<readonly Watcher[]>([]);
  readonly #count = signal(0);
  readonly #followed = signal<string | null>(null);
  readonly #onFollow: (requestId: string) => void;
  /** The followed watcher's request as it was last taken over. */
  #taken: string | null = null;

  /** Who is followed; null = nobody, or somebody who has left. */
  readonly following: ReadonlySignal<Watcher | null> = computed(
    () => this.#others.value.find(({ connectionId }) => connectionId === this.#followed.value) ?? null,
  );

  /** @param onFollow called with the request that the followed watcher has turned to */
  constructor(onFollow: (requestId: string) => void) {
    this.#onFollow = onFollow;
  }

  /** All but oneself; the server names a hundred at most. */
  get others(): ReadonlySignal<readonly Watcher[]> {
    return this.#others;
  }

  /** All, oneself included. */
  get count(): ReadonlySignal<number> {
    return this.#count;
  }

  /** @param self the own connection */
  changed(watchers: readonly Watcher[], count: number, self: string | null): void {
    this.#others.value = watchers.filter(({ connectionId }) => connectionId !== self);
    this.#count.value = count;
    this.#takeOver();
  }

  /** Null ends it. */
  follow(connectionId: string | null): void {
    this.#followed.value = connectionId;
    this.#taken = null;
    this.#takeOver();
  }

  #takeOver(): void {
    const requestId = this.following.peek()?.requestId ?? null;
    if (requestId === null || requestId === this.#taken) return;
    this.#taken = requestId;
    this.#onFollow(requestId);
  }
}

/** How a watcher is called who says no name. */
export function watcherName({ name }: Watcher): string {
  return name ?? 'Somebody';
}
