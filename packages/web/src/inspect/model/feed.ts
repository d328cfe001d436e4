import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '@roomcast/client';
import type { PlacedRequest } from '@roomcast/protocol';
import { ApiError } from './api-error.ts';
import type { RequestCache } from './request-cache.ts';
import { RequestList } from './request-list.ts';
import { type FilterFields, filterQuery, NO_FILTER } from './request-query.ts';
import { type RequestRow, requestRow } from './request-row.ts';
import type { RequestsPage } from './webhook-api.ts';

export interface FeedOptions {
  readonly load: (query: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<RequestsPage>;
  /** Whether a live request belongs to what is shown. */
  readonly matches: (request: PlacedRequest, fields: FilterFields) => boolean;
  readonly cache: RequestCache;
  readonly clock: Clock;
  /** Told of live requests that have come into the list: the newest of them, and how many. */
  readonly onArrivals: (newest: RequestRow, count: number) => void;
}

/** `more`: older ones can be loaded. */
export type FeedState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly more: boolean; readonly loadingOlder: boolean }
  | { readonly kind: 'failed'; readonly message: string; readonly field: string | null };

const PAGE = 50;
/** Pages may be empty where little matches; so many are asked for before the reader is asked whether to go on. */
const MOST_CALLS = 40;
/** Live requests are drawn together, once a frame. */
const FRAME = 16;

/** The requests of a webhook, the newest first: pages from the API, live ones on top, both narrowed by one filter. */
export class RequestFeed {
  readonly #options: FeedOptions;
  readonly #list = new RequestList();
  readonly #state = signal<FeedState>({ kind: 'loading' });
  readonly #unseen = signal(0);
  readonly #fields = signal<FilterFields>(NO_FILTER);
  /** Ended when what it loads is not wanted any more. */
  #loading = new AbortController();
  #cursor: string | null = null;
  /** Deleted while a page was on its way, which may still have them. */
  readonly #deleted = new Set<string>();
  #clearedThrough = 0;
  #arrivals: RequestRow[] = [];
  #most = Number.POSITIVE_INFINITY;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get rows(): ReadonlySignal<readonly RequestRow[]> {
    return this.#list.rows;
  }

  get state(): ReadonlySignal<FeedState> {
    return this.#state;
  }

  get fields(): ReadonlySignal<FilterFields> {
    return this.#fields;
  }

  /** Live ones that have come since the reader last saw the top of the list. */
  get unseen(): ReadonlySignal<number> {
    return this.#unseen;
  }

  seen(): void {
    this.#unseen.value = 0;
  }

  /** Shows what these fields leave. */
  async filter(fields: FilterFields): Promise<void> {
    this.#fields.value = fields;
    this.#arrivals = [];
    this.#unseen.value = 0;
    this.#list.reset([]);
    await this.load();
  }

  /** Loads the newest page. What is in the list stays where it still belongs. */
  async load(): Promise<void> {
    this.#loading.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#cursor = null;
    this.#deleted.clear();
    this.#state.value = { kind: 'loading' };
    await this.#fetch(loading);
  }

  /** Starts from nothing: the log is another one, or parts of it may be missing here. */
  async reload(): Promise<void> {
    this.#list.reset([]);
    await this.load();
  }

  async loadOlder(): Promise<void> {
    const state = this.#state.peek();
    if (state.kind !== 'ready' || !state.more || state.loadingOlder) return;
    this.#state.value = { ...state, loadingOlder: true };
    await this.#fetch(this.#loading);
  }

  arrived(request: PlacedRequest): void {
    this.#options.cache.add(request);
    if (!this.#options.matches(request, this.#fields.peek())) return;
    this.#arrivals.push(requestRow(request));
    if (this.#arrivals.length === 1) this.#options.clock.after(FRAME, () => this.#showArrivals());
  }

  deleted(id: string): void {
    this.#deleted.add(id);
    this.#options.cache.remove(id);
    this.#arrivals = this.#arrivals.filter((row) => row.id !== id);
    this.#list.remove(id);
  }

  cleared(offset: number): void {
    this.#clearedThrough = offset;
    this.#options.cache.clear();
    this.#arrivals = this.#arrivals.filter((row) => row.offset > offset);
    this.#list.cutThrough(offset);
    this.#unseen.value = 0;
  }

  /** The webhook keeps no more than so many, now and from now on. */
  keepAtMost(most: number): void {
    this.#most = most;
    this.#list.trim(most);
  }

  #showArrivals(): void {
    const rows = this.#arrivals;
    this.#arrivals = [];
    const count = this.#list.add(rows);
    this.#list.trim(this.#most);
    const newest = this.#list.rows.peek()[0];
    if (count === 0 || !newest) return;
    this.#unseen.value += count;
    this.#options.onArrivals(newest, count);
  }

  async #fetch(loading: AbortController): Promise<void> {
    try {
      await this.#fetchPage(loading);
    } catch (error) {
      if (loading !== this.#loading || loading.signal.aborted) return;
      const { message, field } = error instanceof ApiError ? error : { message: `${error}`, field: null };
      this.#state.value = { kind: 'failed', message, field };
    }
  }

  async #fetchPage(loading: AbortController): Promise<void> {
    let found = 0;
    for (let calls = 0; calls < MOST_CALLS && found < PAGE; calls += 1) {
      const query = {
        limit: `${PAGE}`,
        ...filterQuery(this.#fields.peek()),
        ...(this.#cursor && { cursor: this.#cursor }),
      };
      const page = await this.#options.load(query, loading.signal);
      if (loading !== this.#loading) return;
      const kept = page.requests.filter(({ id, offset }) => offset > this.#clearedThrough && !this.#deleted.has(id));
      for (const request of kept) this.#options.cache.add(request);
      this.#list.add(kept.map(requestRow));
      this.#cursor = page.cursor;
      found += kept.length;
      if (page.cursor === null) break;
    }
    this.#state.value = { kind: 'ready', more: this.#cursor !== null, loadingOlder: false };
  }
}
