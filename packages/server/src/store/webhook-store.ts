/** A webhook as it is kept. */
export interface StoredWebhook {
  readonly id: string;
  /** Whether somebody chose the id. */
  readonly named: boolean;
  /** SHA-256 of the secret, in hexadecimal. */
  readonly secretHash: string;
  readonly passwordHash: string | null;
  /** What it answers and how much it keeps, as JSON. */
  readonly settings: string;
  /** Who made it: an address, for limits. */
  readonly creator: string;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
}

/** What of a webhook's requests is kept. */
export interface WebhookUsage {
  /** Full name of the webhook's room. */
  readonly room: string;
  readonly requests: number;
  readonly bytes: number;
  /** When the last one came. */
  readonly lastAt: number;
}

/** A captured request as it is kept. */
export interface StoredRequest {
  readonly offset: number;
  /** The JSON of a CapturedRequest. */
  readonly data: Uint8Array;
}

/** Which requests are looked for: all that is given must hold. */
export interface RequestFilter {
  /** Exact. */
  readonly method?: string;
  /** Part of the path and query below the webhook, whatever the case. */
  readonly path?: string;
  /** A header by its name in lower case; with a value: part of it, whatever the case. */
  readonly header?: { readonly name: string; readonly value: string | null };
  /** A place in a JSON body, as `$.user.id` or `$.items[0]`; with a value: a text, number, true, false or null there equals this. */
  readonly json?: { readonly path: string; readonly value: string | null };
  /** Part of the body (where it is text), of the URL, or of a header's value; whatever the case. */
  readonly text?: string;
  /** Milliseconds since 1970; included. */
  readonly from?: number;
  /** Not included. */
  readonly to?: number;
}

export interface RequestQuery {
  readonly room: string;
  readonly order: 'newest' | 'oldest';
  /** Behind this offset, in that order; null = from the beginning. */
  readonly cursor: number | null;
  readonly limit: number;
  /** Fewer where their data is more than so many bytes, but one at least. */
  readonly bytes: number;
  readonly filter: RequestFilter;
  /** Nobody waits for it any more: a search that waits for its turn is not begun, and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface RequestPage {
  readonly requests: readonly StoredRequest[];
  /**
   * Where to go on; null = there is no more. One call looks through a bounded number of requests for a bounded time, so
   * that a page may have less than it could, or nothing, and still go on.
   */
  readonly cursor: number | null;
}

/** What went when a log was shortened. */
export interface Trimmed {
  readonly requests: number;
  readonly bytes: number;
  /** Everything up to this offset is gone; 0 = nothing is. */
  readonly bottom: number;
}

/**
 * Webhooks. What they capture are the publications of their rooms' logs (see `LogStore`) with the event `new-request` and
 * the request's id as their message id.
 */
export interface WebhookStore {
  load(): Promise<readonly StoredWebhook[]>;
  /** @throws StoreError conflict where the id exists */
  create(webhook: StoredWebhook): Promise<void>;
  /** False where it does not exist. */
  update(id: string, changes: Pick<StoredWebhook, 'settings' | 'passwordHash' | 'secretHash'>): Promise<boolean>;
  /** Deletes it with all that it has captured. False where it did not exist. */
  delete(id: string, room: string): Promise<boolean>;
  /** Of all webhooks that have captured something. */
  usage(): Promise<readonly WebhookUsage[]>;
  requests(query: RequestQuery): Promise<RequestPage>;
  request(room: string, requestId: string): Promise<StoredRequest | null>;
  /**
   * Takes a request out: in its place in the log there is a publication with the event `request-deleted` and the given
   * data from now on. Resolves to where it was and the bytes that are free, or null where there is none.
   */
  remove(room: string, requestId: string, data: Uint8Array): Promise<{ offset: number; bytes: number } | null>;
  /** Deletes what is more than `keep` requests, or from before a time (0 = any), oldest first. */
  trim(room: string, keep: number, before: number): Promise<Trimmed>;
}
