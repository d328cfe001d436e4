import { type ReadonlySignal, signal } from '@preact/signals';
import type { PlacedRequest } from '@roomcast/protocol';
import { ApiError } from './api-error.ts';
import type { RequestCache } from './request-cache.ts';

/** The request that is looked at. */
export type Shown =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly id: string }
  | { readonly kind: 'ready'; readonly id: string; readonly request: PlacedRequest }
  /** Deleted, or older than the webhook keeps. */
  | { readonly kind: 'gone'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string };

export interface SelectionOptions {
  readonly cache: RequestCache;
  readonly load: (id: string) => Promise<PlacedRequest>;
}

const NONE: Shown = { kind: 'none' };

/** Which request is looked at, and that request once it is there. */
export class Selection {
  readonly #options: SelectionOptions;
  readonly #shown = signal<Shown>(NONE);

  constructor(options: SelectionOptions) {
    this.#options = options;
  }

  get shown(): ReadonlySignal<Shown> {
    return this.#shown;
  }

  get id(): string | null {
    const shown = this.#shown.peek();
    return shown.kind === 'none' ? null : shown.id;
  }

  async select(id: string | null): Promise<void> {
    if (id === null) {
      this.#shown.value = NONE;
      return;
    }
    const cached = this.#options.cache.get(id);
    this.#shown.value = cached ? { kind: 'ready', id, request: cached } : { kind: 'loading', id };
    if (cached) return;
    const shown = await this.load(id);
    // Another one may have been chosen meanwhile.
    if (this.id === id) this.#shown.value = shown;
  }

  /** A request, wherever it is. Never rejects. */
  async load(id: string): Promise<Shown> {
    const cached = this.#options.cache.get(id);
    if (cached) return { kind: 'ready', id, request: cached };
    try {
      const request = await this.#options.load(id);
      this.#options.cache.add(request);
      return { kind: 'ready', id, request };
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NOT_FOUND') return { kind: 'gone', id };
      return { kind: 'failed', id, message: error instanceof Error ? error.message : `${error}` };
    }
  }

  /** What is deleted is not shown any more. */
  deleted(id: string): void {
    if (this.id === id) this.#shown.value = { kind: 'gone', id };
  }
}
