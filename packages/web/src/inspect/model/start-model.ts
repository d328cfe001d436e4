import { type ReadonlySignal, signal } from '@preact/signals';
import type { WebhookDetails } from '@roomcast/protocol';
import { Http } from './http.ts';
import type { Platform } from './platform.ts';
import { Vault } from './vault.ts';

/** A webhook of one's own; `details` null where the server does not know it any more. */
export interface ListedWebhook {
  readonly id: string;
  readonly details: WebhookDetails | null;
}

export type OwnWebhooks =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly list: readonly ListedWebhook[] }
  | { readonly kind: 'failed'; readonly message: string };

export interface Wish {
  /** Empty = the server makes an id that cannot be guessed. */
  readonly name: string;
  /** Empty = none. */
  readonly password: string;
}

/** The page where webhooks are created and opened. */
export class StartModel {
  readonly #http: Http;
  readonly #vault: Vault;
  readonly #own = signal<OwnWebhooks>({ kind: 'loading' });

  constructor(platform: Platform) {
    this.#http = new Http(platform.origin, platform.fetch);
    this.#vault = new Vault(platform.memory);
  }

  get own(): ReadonlySignal<OwnWebhooks> {
    return this.#own;
  }

  /** Asks the server for the webhooks whose secrets this browser has. */
  async load(): Promise<void> {
    const kept = this.#vault.list();
    if (kept.length === 0) {
      this.#own.value = { kind: 'ready', list: [] };
      return;
    }
    this.#own.value = { kind: 'loading' };
    try {
      const headers = { 'x-webhook-secret': kept.map(({ secret }) => secret).join(',') };
      const { webhooks } = await this.#http.json<{ webhooks: readonly WebhookDetails[] }>({ path: '', headers });
      const list = kept.map(({ id }) => ({ id, details: webhooks.find((each) => each.id === id) ?? null }));
      this.#own.value = { kind: 'ready', list };
    } catch (error) {
      this.#own.value = { kind: 'failed', message: error instanceof Error ? error.message : `${error}` };
    }
  }

  /**
   * Creates a webhook and keeps its secret in this browser.
   * @returns its id
   * @throws ApiError
   */
  async create({ name, password }: Wish): Promise<string> {
    const body = { ...(name.trim() && { name: name.trim() }), ...(password && { password }) };
    const { id, secret } = await this.#http.json<WebhookDetails & { secret: string }>({
      method: 'POST',
      path: '',
      body,
    });
    this.#vault.keep({ id, secret, fresh: true });
    return id;
  }

  /** This browser forgets the secret; the webhook stays. */
  forget(id: string): void {
    this.#vault.forget(id);
    const own = this.#own.peek();
    if (own.kind === 'ready') this.#own.value = { kind: 'ready', list: own.list.filter((each) => each.id !== id) };
  }
}
