import { type ReadonlySignal, signal } from '@preact/signals';
import type { FeedJoined, RoomFault } from '@roomcast/client';
import type { PlacedRequest, WebhookDetails } from '@roomcast/protocol';
import { matches } from '../lib/match.ts';
import { type Access, readCredentials } from './access.ts';
import { ApiError } from './api-error.ts';
import { Arrivals } from './arrivals.ts';
import { Company, watcherName } from './company.ts';
import { Comparison } from './comparison.ts';
import { RequestFeed } from './feed.ts';
import { Http } from './http.ts';
import { Keyring } from './keyring.ts';
import type { LinkState } from './link-state.ts';
import { Live } from './live.ts';
import type { Platform } from './platform.ts';
import { RequestCache } from './request-cache.ts';
import { requestFilter } from './request-query.ts';
import { Selection } from './selection.ts';
import { Vault } from './vault.ts';
import { type ReplayAnswer, WebhookApi, type WebhookChanges } from './webhook-api.ts';

const NAME = 'roomcast.watcher';
/** Characters of requests that stay in memory. */
const CACHE = 48_000_000;
/** Milliseconds for the live connection to come to be; then the list is shown without it. */
const PATIENCE = 1_500;

/** One webhook as its page shows it. No DOM in here. */
export class WebhookModel {
  readonly id: string;
  readonly api: WebhookApi;
  readonly feed: RequestFeed;
  readonly selection: Selection;
  readonly company: Company;
  readonly comparison: Comparison;
  readonly #platform: Platform;
  readonly #keys: Keyring;
  readonly #live: Live;
  readonly #access = signal<Access>({ kind: 'loading' });
  readonly #details = signal<WebhookDetails | null>(null);
  readonly #kept = signal(0);
  readonly #name = signal<string | null>(null);
  #loaded = false;

  constructor(id: string, platform: Platform) {
    this.id = id;
    this.#platform = platform;
    this.#name.value = platform.memory.get(NAME);
    const http = new Http(platform.origin, platform.fetch);
    this.#keys = new Keyring(id, http, new Vault(platform.memory));
    this.api = new WebhookApi(http, id, () => this.#keys.credentials);
    const { clock, say } = platform;
    const cache = new RequestCache(CACHE);
    const arrivals = new Arrivals({ clock, say });
    this.selection = new Selection({ cache, load: (requestId) => this.api.request(requestId) });
    this.comparison = new Comparison((requestId) => this.selection.load(requestId));
    this.company = new Company((requestId) => {
      platform.address.write(requestId, 'replace');
      void this.#show(requestId);
    });
    this.feed = new RequestFeed({
      load: (query, signal) => this.api.requests(query, signal),
      matches: (request, fields) => matches(request, requestFilter(fields)),
      cache,
      clock,
      onArrivals: (newest, count) => arrivals.add(newest, count),
    });
    this.#live = new Live(platform, {
      joined: (joined) => void this.#joined(joined),
      request: (request) => this.#arrived(request),
      deleted: (request) => this.#forget(request.id),
      cleared: ({ offset }) => this.#cleared(offset),
      watchers: (watchers, count) => this.company.changed(watchers, count, this.#live.connectionId),
      gone: () => this.#gone(),
      error: (fault) => this.#refused(fault),
    });
    platform.address.onChange(() => void this.#show(platform.address.read()));
  }

  get access(): ReadonlySignal<Access> {
    return this.#access;
  }

  /** Null until it may be shown. */
  get details(): ReadonlySignal<WebhookDetails | null> {
    return this.#details;
  }

  get link(): ReadonlySignal<LinkState> {
    return this.#live.link;
  }

  /** Requests that the webhook keeps, as far as this page knows. */
  get kept(): ReadonlySignal<number> {
    return this.#kept;
  }

  /** What the others see one called. */
  get name(): ReadonlySignal<string | null> {
    return this.#name;
  }

  /** What changes to the webhook need; null where the page does not have it. */
  get secret(): ReadonlySignal<string | null> {
    return this.#keys.secret;
  }

  /** The secret has been made just now, and has to be shown once. */
  get freshSecret(): ReadonlySignal<boolean> {
    return this.#keys.fresh;
  }

  /** Opens the webhook with what this browser knows of it. */
  async open(): Promise<void> {
    this.#keys.recall();
    await this.#enter();
  }

  /** Tries a secret or a password. */
  async unlock(text: string): Promise<void> {
    this.#keys.use(readCredentials(text));
    await this.#enter();
    if (this.#access.peek().kind === 'open') await this.#keys.remember();
  }

  /**
   * Takes a secret for the changes that need one, and remembers it.
   * @throws ApiError where it is not this webhook's
   */
  proveSecret(text: string): Promise<void> {
    return this.#keys.prove(text);
  }

  secretSeen(): void {
    this.#keys.seen();
  }

  /** Chosen by the reader: whoever is followed is not any more. `push`: the browser's back leads here again. */
  select(requestId: string | null, how: 'push' | 'replace' = 'replace'): void {
    const followed = this.company.following.peek();
    if (followed && requestId !== this.selection.id) {
      this.company.follow(null);
      this.#platform.say(`You no longer follow ${watcherName(followed)}.`);
    }
    this.#platform.address.write(requestId, how);
    void this.#show(requestId);
  }

  rename(name: string): void {
    const given = name.trim() || null;
    this.#name.value = given;
    this.#platform.memory.set(NAME, given);
    this.#live.rename(given);
  }

  reconnectNow(): void {
    if (!this.#live.reconnectNow()) this.#live.watch(this.id, this.#keys.credentials, this.#name.peek());
  }

  /** @throws ApiError */
  async update(changes: WebhookChanges): Promise<void> {
    const details = await this.#keys.owned(this.api.update(changes));
    this.#learn(details);
  }

  /** @throws ApiError */
  async removeRequest(requestId: string): Promise<void> {
    await this.#keys.owned(this.api.removeRequest(requestId));
    this.#forget(requestId);
  }

  /** @throws ApiError */
  async delete(): Promise<void> {
    await this.#keys.owned(this.api.delete());
    this.#gone();
  }

  /** Deletes all requests. @throws ApiError */
  async clear(): Promise<void> {
    await this.#keys.owned(this.api.clear());
  }

  /** Sends a request on from the server. @throws ApiError */
  replay(requestId: string, url: string): Promise<ReplayAnswer> {
    return this.#keys.owned(this.api.replay(requestId, url));
  }

  async #enter(): Promise<void> {
    const { secret, password } = this.#keys.credentials;
    const before = this.#access.peek();
    if (before.kind !== 'locked') this.#access.value = { kind: 'loading' };
    try {
      this.#learn(await this.api.details());
      this.#access.value = { kind: 'open' };
      this.#watch();
    } catch (error) {
      const tried = before.kind === 'locked' || secret !== undefined || password !== undefined;
      this.#access.value = accessOf(error, tried);
    }
  }

  #watch(): void {
    this.#live.watch(this.id, this.#keys.credentials, this.#name.peek());
    void this.#show(this.#platform.address.read());
    this.#platform.clock.after(PATIENCE, () => {
      if (!this.#loaded) void this.#load();
    });
  }

  async #joined({ recovered }: FeedJoined): Promise<void> {
    this.#live.select(this.selection.id);
    if (recovered) return;
    if (this.#loaded) this.#learn(await this.api.details().catch(() => null));
    await this.#load();
  }

  async #load(): Promise<void> {
    if (this.#loaded) await this.feed.reload();
    else await this.feed.load();
    this.#loaded = true;
  }

  #learn(details: WebhookDetails | null): void {
    if (!details) return;
    this.#details.value = details;
    this.#kept.value = details.requests;
    this.feed.keepAtMost(details.retention.requests);
  }

  #arrived(request: PlacedRequest): void {
    this.feed.arrived(request);
    const most = this.#details.peek()?.retention.requests ?? Number.POSITIVE_INFINITY;
    this.#kept.value = Math.min(this.#kept.peek() + 1, most);
  }

  #forget(requestId: string): void {
    const known = this.feed.rows.peek().some(({ id }) => id === requestId);
    if (known) this.#kept.value = Math.max(0, this.#kept.peek() - 1);
    this.feed.deleted(requestId);
    this.selection.deleted(requestId);
  }

  #cleared(offset: number): void {
    this.feed.cleared(offset);
    this.#kept.value = 0;
    const shown = this.selection.shown.peek();
    if (shown.kind === 'ready' && shown.request.offset <= offset) this.selection.deleted(shown.id);
  }

  #gone(): void {
    this.#keys.forget();
    this.#access.value = { kind: 'deleted' };
    void this.#live.leave();
  }

  #refused({ code, message }: RoomFault): void {
    if (code === 'NOT_FOUND') this.#gone();
    else if (code === 'UNAUTHENTICATED') {
      this.#access.value = { kind: 'locked', fault: message };
      void this.#live.leave();
    }
  }

  async #show(requestId: string | null): Promise<void> {
    this.#live.select(requestId);
    await this.selection.select(requestId);
  }
}

function accessOf(error: unknown, tried: boolean): Access {
  if (!(error instanceof ApiError)) return { kind: 'failed', message: `${error}` };
  if (error.code === 'NOT_FOUND') return { kind: 'unknown' };
  if (error.code === 'UNAUTHENTICATED' || error.code === 'RATE_LIMITED') {
    return { kind: 'locked', fault: tried ? error.message : null };
  }
  return { kind: 'failed', message: error.message };
}
