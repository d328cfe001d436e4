import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { WebhookDetails } from '@roomcast/protocol';
import { ApiError } from './api-error.ts';
import type { Credentials, Http } from './http.ts';
import type { Vault } from './vault.ts';

/** What the page shows in order to be let into one webhook, and what this browser remembers of it. */
export class Keyring {
  readonly #id: string;
  readonly #http: Http;
  readonly #vault: Vault;
  readonly #credentials = signal<Credentials>({});
  readonly #fresh = signal(false);

  /** What changes to the webhook need; null where the page does not have it. */
  readonly secret: ReadonlySignal<string | null> = computed(() => this.#credentials.value.secret ?? null);

  constructor(id: string, http: Http, vault: Vault) {
    this.#id = id;
    this.#http = http;
    this.#vault = vault;
  }

  get credentials(): Credentials {
    return this.#credentials.peek();
  }

  /** The secret has been made just now, and has to be shown once. */
  get fresh(): ReadonlySignal<boolean> {
    return this.#fresh;
  }

  /** Takes what this browser remembers. */
  recall(): void {
    const own = this.#vault.find(this.#id);
    this.#fresh.value = own?.fresh === true;
    this.#credentials.value = own ? { secret: own.secret } : {};
  }

  /** Shows this from now on. It is not remembered. */
  use(credentials: Credentials): void {
    this.#credentials.value = credentials;
  }

  /**
   * Takes a secret for the changes that need one, and remembers it.
   * @throws ApiError where it is not this webhook's
   */
  async prove(text: string): Promise<void> {
    const secret = text.trim();
    if (!(await this.#isOwn(secret))) throw new ApiError('UNAUTHENTICATED', 'This is not the secret of this webhook.');
    this.#credentials.value = { secret };
    this.#vault.keep({ id: this.#id, secret });
  }

  /** Remembers the secret that is in use, where it is this webhook's. Never rejects. */
  async remember(): Promise<void> {
    const { secret } = this.#credentials.peek();
    if (secret && (await this.#isOwn(secret).catch(() => false))) this.#vault.keep({ id: this.#id, secret });
  }

  /** The fresh secret has been seen. */
  seen(): void {
    const own = this.#vault.find(this.#id);
    if (own) this.#vault.keep({ id: own.id, secret: own.secret });
    this.#fresh.value = false;
  }

  /** The webhook is gone. */
  forget(): void {
    this.#vault.forget(this.#id);
  }

  /** Waits for what takes the secret. Where the server does not accept it, it is given up, to be asked for anew. */
  async owned<Answer>(work: Promise<Answer>): Promise<Answer> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') {
        this.forget();
        this.#credentials.value = {};
      }
      throw error;
    }
  }

  /** The list of a secret's webhooks tells whether it is this one's. */
  async #isOwn(secret: string): Promise<boolean> {
    const headers = { 'x-webhook-secret': secret };
    const { webhooks } = await this.#http.json<{ webhooks: readonly WebhookDetails[] }>({ path: '', headers });
    return webhooks.some(({ id }) => id === this.#id);
  }
}
