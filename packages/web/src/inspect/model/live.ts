import { type ReadonlySignal, signal } from '@preact/signals';
import type { WebhookFeed, WebhookFeedEvents } from '@roomcast/client';
import type { Credentials } from './http.ts';
import { type LinkState, readLink } from './link-state.ts';
import type { Client, Platform } from './platform.ts';

type Listeners = {
  readonly [Name in Exclude<keyof WebhookFeedEvents, 'delayed'>]: (...details: WebhookFeedEvents[Name]) => void;
};

/** The live connection of a webhook's page. */
export class Live {
  readonly #platform: Platform;
  readonly #listeners: Listeners;
  readonly #link = signal<LinkState>({ kind: 'connecting' });
  #client: Client | null = null;
  #feed: WebhookFeed | null = null;

  constructor(platform: Platform, listeners: Listeners) {
    this.#platform = platform;
    this.#listeners = listeners;
  }

  get link(): ReadonlySignal<LinkState> {
    return this.#link;
  }

  get connectionId(): string | null {
    return this.#client?.connectionId ?? null;
  }

  /** @param name what to call oneself; null = nothing */
  watch(webhookId: string, { secret, password }: Credentials, name: string | null): void {
    // Once more, with other credentials: the first one would be given again.
    void this.#feed?.leave();
    this.#client ??= this.#connect();
    const access = secret ? { secret } : password ? { password } : {};
    const feed = this.#client.watchWebhook(webhookId, { ...access, ...(name !== null && { name }) });
    this.#feed = feed;
    feed.on('joined', (joined) => {
      this.#link.value = { kind: 'live' };
      this.#listeners.joined(joined);
    });
    feed.on('delayed', ({ retryAfter }) => {
      this.#link.value = { kind: 'waiting', at: this.#platform.now() + retryAfter };
    });
    feed.on('error', (fault) => {
      this.#link.value = { kind: 'offline', reason: fault.message };
      this.#listeners.error(fault);
    });
    for (const name of ['request', 'deleted', 'cleared', 'watchers', 'gone'] as const) {
      feed.on(name, (...details) => (this.#listeners[name] as (...details: unknown[]) => void)(...details));
    }
  }

  select(requestId: string | null): void {
    this.#feed?.select(requestId);
  }

  rename(name: string | null): void {
    this.#feed?.rename(name);
  }

  /** Ends the wait before the next attempt. False where the connection stands, but the watch was refused. */
  reconnectNow(): boolean {
    const link = this.#link.peek();
    if (link.kind === 'offline' && link.reason !== null) return false;
    this.#client?.reconnectNow();
    return true;
  }

  /** Watches no longer; the connection stays, for another watch. */
  async leave(): Promise<void> {
    const feed = this.#feed;
    this.#feed = null;
    await feed?.leave();
  }

  #connect(): Client {
    const client = this.#platform.connect();
    client.on('state', (change) => {
      const link = readLink(change, this.#platform.now());
      if (link) this.#link.value = link;
    });
    return client;
  }
}
