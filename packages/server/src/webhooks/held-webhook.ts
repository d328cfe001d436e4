import type { RoomName, WebhookResponse, WebhookRetention } from '@roomcast/protocol';
import type { StoredWebhook } from '../store/webhook-store.ts';
import { roomOfWebhook } from './ids.ts';
import type { Webhook } from './service.ts';
import type { KeptSettings } from './settings.ts';

/** A webhook in memory: what is stored of it, and what it holds just now. */
export class HeldWebhook implements Webhook {
  readonly id: string;
  readonly name: RoomName;
  readonly named: boolean;
  readonly createdAt: number;
  secretHash: string;
  passwordHash: string | null;
  response: WebhookResponse;
  retention: WebhookRetention;
  /** Requests that it has, on disk: for a moment, they may be more than it keeps. */
  held = 0;
  bytes = 0;
  lastAt: number | null = null;
  /** When it was last of use to somebody, as far as that is known beside `lastAt`. */
  usedAt: number;
  clearedAt: number;
  /** Whether it has ever captured something. */
  hasCaptured: boolean;
  /** No request that it keeps is from before this time. */
  oldestAt: number;
  /** While it is being deleted: resolves when it is known whether it is gone. */
  deletion: Promise<void> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(stored: StoredWebhook, settings: KeptSettings) {
    this.id = stored.id;
    this.name = roomOfWebhook(stored.id);
    this.named = stored.named;
    this.createdAt = stored.createdAt;
    this.secretHash = stored.secretHash;
    this.passwordHash = stored.passwordHash;
    this.response = settings.response;
    this.retention = settings.retention;
    this.usedAt = Math.max(stored.createdAt, settings.usedAt);
    this.clearedAt = settings.clearedAt;
    this.hasCaptured = settings.hasCaptured;
    this.oldestAt = stored.createdAt;
  }

  get room(): string {
    return this.name.full;
  }

  get requests(): number {
    return Math.min(this.held, this.retention.requests);
  }

  get hasPassword(): boolean {
    return this.passwordHash !== null;
  }

  /** Whether watching it needs more than to know its id. */
  get isLocked(): boolean {
    return this.named || this.hasPassword;
  }

  /** Since when it has been of no use, in milliseconds since 1970, as long as nobody watches. */
  get idleSince(): number {
    return Math.max(this.usedAt, this.lastAt ?? 0);
  }

  get settings(): KeptSettings {
    const { response, retention, clearedAt, hasCaptured } = this;
    return { response, retention, usedAt: this.idleSince, clearedAt, hasCaptured };
  }

  /** What a log may say of it: an id that was not chosen is what opens it. */
  get shown() {
    return { webhookId: this.named ? this.id : undefined, requests: this.requests };
  }

  /** What changes it or takes requests away is done one after the other, so that what it holds is counted right. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
