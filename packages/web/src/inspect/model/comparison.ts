import { type ReadonlySignal, signal } from '@preact/signals';
import type { PlacedRequest } from '@roomcast/protocol';
import type { Shown } from './selection.ts';

/** Two requests side by side, and the way there. */
export type Compared =
  | { readonly kind: 'off' }
  /** The next one that is chosen is compared with this. */
  | { readonly kind: 'choosing'; readonly base: PlacedRequest }
  | { readonly kind: 'shown'; readonly base: PlacedRequest; readonly other: PlacedRequest };

const OFF: Compared = { kind: 'off' };

export class Comparison {
  readonly #load: (id: string) => Promise<Shown>;
  readonly #state = signal<Compared>(OFF);

  /** @param load a request, wherever it is */
  constructor(load: (id: string) => Promise<Shown>) {
    this.#load = load;
  }

  get state(): ReadonlySignal<Compared> {
    return this.#state;
  }

  start(base: PlacedRequest): void {
    this.#state.value = { kind: 'choosing', base };
  }

  /** @returns what to tell where that request cannot be had */
  async choose(id: string): Promise<string | null> {
    const state = this.#state.peek();
    if (state.kind === 'off') return null;
    if (id === state.base.id) return 'That is the same request. Choose another one.';
    const loaded = await this.#load(id);
    if (this.#state.peek() !== state) return null;
    if (loaded.kind !== 'ready') return 'That request is not kept any more.';
    this.#state.value = { kind: 'shown', base: state.base, other: loaded.request };
    return null;
  }

  swap(): void {
    const state = this.#state.peek();
    if (state.kind === 'shown') this.#state.value = { kind: 'shown', base: state.other, other: state.base };
  }

  end(): void {
    this.#state.value = OFF;
  }
}
