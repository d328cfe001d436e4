import type { CapturedRequest, WebhookResponse, WebhookRetention } from '@roomcast/protocol';
import type { RequestPage, RequestQuery, StoredRequest } from '../store/webhook-store.ts';

/** A webhook as the server knows it. */
export interface Webhook {
  readonly id: string;
  /** Full name of its room. */
  readonly room: string;
  /** Whether somebody chose its id, so that it can be guessed. */
  readonly named: boolean;
  readonly hasPassword: boolean;
  readonly createdAt: number;
  readonly response: WebhookResponse;
  readonly retention: WebhookRetention;
  /**
   * Requests that are kept, their bytes, and when the last one came (null = none is kept). What is too old is counted
   * until `settle` has been called, or something was read.
   */
  readonly requests: number;
  readonly bytes: number;
  readonly lastAt: number | null;
}

/** What is asked for at the creation; what is left out gets its default. */
export interface WebhookWish {
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  readonly response?: Partial<WebhookResponse> | undefined;
  readonly retention?: Partial<WebhookRetention> | undefined;
}

/** Who asks for a new webhook, where that is a stranger. */
export interface WebhookCreator {
  readonly address: string;
  /** Whether a proxy has passed the request on: then its coming from this machine says nothing. */
  readonly isForwarded: boolean;
}

export interface WebhookChanges {
  readonly response?: Partial<WebhookResponse> | undefined;
  readonly retention?: Partial<WebhookRetention> | undefined;
  /** Null takes it away. */
  readonly password?: string | null | undefined;
  /** Whether the secret is to be another one from now on. */
  readonly rotateSecret?: boolean | undefined;
}

/** A webhook that was changed. */
export interface WebhookUpdate {
  readonly webhook: Webhook;
  /** The new one, where it was to be another; the old one opens nothing any more. */
  readonly secret?: string;
}

/** What somebody shows in order to be let in. */
export interface WebhookCredentials {
  readonly secret?: string | undefined;
  readonly password?: string | undefined;
}

/** The webhooks and what they have captured. All methods may throw, or reject with, CommandError. */
export interface WebhookService {
  /** @throws CommandError NOT_FOUND `Webhook not found` */
  get(id: string): Webhook;
  has(id: string): boolean;
  /**
   * @param creator who asks; null = no stranger, who may create as many as there is place for
   * @throws CommandError FORBIDDEN, VALIDATION_ERROR, CONFLICT, RATE_LIMITED, LIMIT_EXCEEDED, STORAGE_UNAVAILABLE
   */
  create(
    wish: WebhookWish,
    creator: WebhookCreator | null,
  ): Promise<{ readonly webhook: Webhook; readonly secret: string }>;
  /** Those that belong to the secrets, in that order. */
  ofSecrets(secrets: readonly string[]): readonly Webhook[];
  /** All, by id, behind `after`. */
  list(after: string | null, limit: number): readonly Webhook[];
  /**
   * Whether that is enough to watch it: always where it is not locked; otherwise its secret or its password.
   * @param address who asks, for a limit on guesses
   * @throws CommandError UNAUTHENTICATED, RATE_LIMITED
   */
  requireWatch(webhook: Webhook, credentials: WebhookCredentials, address: string): Promise<void>;
  /** @throws CommandError UNAUTHENTICATED where it is not its secret */
  requireSecret(webhook: Webhook, secret: string | undefined): void;
  /** @throws CommandError VALIDATION_ERROR, NOT_FOUND, RATE_LIMITED, STORAGE_UNAVAILABLE */
  update(webhook: Webhook, changes: WebhookChanges): Promise<WebhookUpdate>;
  /** Its watchers are told. */
  delete(webhook: Webhook): Promise<void>;
  /** Resolves when it holds nothing more that is too much or too old, so that it counts what readers get. */
  settle(webhook: Webhook): Promise<void>;
  requests(webhook: Webhook, query: Omit<RequestQuery, 'room' | 'bytes'>): Promise<RequestPage>;
  /** @throws CommandError NOT_FOUND */
  request(webhook: Webhook, requestId: string): Promise<StoredRequest>;
  /** @throws CommandError NOT_FOUND */
  removeRequest(webhook: Webhook, requestId: string): Promise<void>;
  /** Deletes all requests. */
  clear(webhook: Webhook): Promise<void>;
  /** Stores a request and sends it to all who watch. Resolves when it is on disk. */
  capture(webhook: Webhook, request: CapturedRequest): Promise<void>;
}
