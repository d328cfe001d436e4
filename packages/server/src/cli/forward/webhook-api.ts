import type { PlacedRequest, Position } from '@roomcast/protocol';
import type { Route } from './command.ts';

/** Why the server did not answer as hoped. */
export class ApiFault extends Error {
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Milliseconds to wait, where the server named them. */
  readonly retryAfter: number | null;

  constructor(message: string, status: number, retryAfter: number | null = null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether asking again may help. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface Page {
  readonly requests: readonly PlacedRequest[];
  readonly cursor: string | null;
}

const PATIENCE = 30_000;

/** The HTTP API of a webhook, as far as it is needed here. All methods reject with ApiFault. */
export class WebhookApi {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor({ webhook, secret, password }: Route) {
    this.#url = `${webhook.server}/api/webhooks/${encodeURIComponent(webhook.id)}/requests`;
    this.#headers = {
      ...(secret !== undefined && { 'x-webhook-secret': secret }),
      // A header holds no other characters.
      ...(password !== undefined && { 'x-webhook-password': Buffer.from(password).toString('latin1') }),
    };
  }

  request(id: string): Promise<PlacedRequest> {
    return this.#get(`/${encodeURIComponent(id)}`);
  }

  /** Where one stands before the oldest request that is kept, or the first one from a time on. Null = there is none. */
  async placeBefore(from: string | null): Promise<Position | null> {
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ order: 'oldest', limit: '1' });
      if (from !== null) query.set('from', from);
      if (cursor !== null) query.set('cursor', cursor);
      const page: Page = await this.#get(`?${query}`);
      const [first] = page.requests;
      if (first) return { epoch: first.epoch, offset: first.offset - 1 };
      cursor = page.cursor;
    } while (cursor !== null);
    return null;
  }

  async #get<Answer>(path: string): Promise<Answer> {
    const url = `${this.#url}${path}`;
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(url, { headers: this.#headers, redirect: 'error', signal }).catch(() => null);
    if (response === null) throw new ApiFault(`No server answers at ${new URL(url).origin}.`, 0);
    const answer = (await response.json().catch(() => null)) as (Answer & { detail?: string }) | null;
    if (response.ok && answer !== null) return answer;
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const wait = Number.isFinite(seconds) ? seconds * 1000 : null;
    throw new ApiFault(answer?.detail ?? `The server answered ${response.status}.`, response.status, wait);
  }
}
