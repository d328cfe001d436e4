import type { Config } from '../config/config.ts';
import { CommandError } from '../core/errors.ts';
import type { WebhookStore } from '../store/webhook-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { boundedResponse } from './answer-bounds.ts';
import { CreationLimit } from './creation-limit.ts';
import { HeldWebhook } from './held-webhook.ts';
import { idOfName, newWebhookId } from './ids.ts';
import type { Keeper } from './keeper.ts';
import type { Locks } from './locks.ts';
import { refusing } from './refusal.ts';
import type { Registry } from './registry.ts';
import { hashOfSecret, newSecret } from './secret.ts';
import type { WebhookCreator, WebhookWish } from './service.ts';
import { type RetentionBounds, retentionOf, writeSettings } from './settings.ts';

export interface CreatorOptions {
  readonly store: Pick<WebhookStore, 'create'>;
  readonly registry: Registry;
  readonly keeper: Keeper;
  readonly locks: Locks;
  readonly settings: RetentionBounds & Pick<Config, 'webhooks' | 'webhookLimit' | 'webhookCreationRate'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether somebody watches. */
  readonly isWatched: (webhook: HeldWebhook) => boolean;
  /** Deletes a webhook that makes place for another. */
  readonly remove: (webhook: HeldWebhook) => Promise<void>;
}

/** A new webhook, and what its owner shows from now on. */
export interface Creation {
  readonly webhook: HeldWebhook;
  readonly secret: string;
}

/** Milliseconds after which a webhook that has captured nothing, and that nobody watches, may make place for another. */
const UNUSED = 3_600_000;

/** Makes webhooks, as many as there may be. */
export class Creator {
  readonly #options: CreatorOptions;
  readonly #limit: CreationLimit;
  /** Ids of those that are being created. */
  readonly #creating = new Set<string>();

  constructor(options: CreatorOptions) {
    this.#options = options;
    this.#limit = new CreationLimit(options.settings.webhookCreationRate, options.clock);
  }

  /**
   * @param creator who asks; null = no stranger, who may create as many as there is place for
   * @throws CommandError FORBIDDEN, VALIDATION_ERROR, CONFLICT, RATE_LIMITED, LIMIT_EXCEEDED, STORAGE_UNAVAILABLE: rejects
   */
  async create(wish: WebhookWish, creator: WebhookCreator | null): Promise<Creation> {
    const { registry, settings } = this.#options;
    if (settings.webhooks === 'off') throw new CommandError('FORBIDDEN', 'There are no webhooks on this server.');
    const id = wish.name === undefined ? newWebhookId() : idOfName(wish.name);
    const response = boundedResponse(registry, wish.response);
    const retention = retentionOf(wish.retention, settings);
    const undo = creator === null ? () => {} : this.#limit.take(creator);
    try {
      return await this.#inPlace(id, async () => {
        const passwordHash = wish.password === undefined ? null : await this.#options.locks.hashOf(id, wish.password);
        return this.#store(
          { id, named: wish.name !== undefined, passwordHash, creator: creator?.address ?? null },
          { response, retention },
        );
      });
    } catch (error) {
      undo();
      throw error;
    }
  }

  async #store(
    { creator, ...who }: { id: string; named: boolean; passwordHash: string | null; creator: string | null },
    what: Pick<HeldWebhook, 'response' | 'retention'>,
  ): Promise<Creation> {
    const { store, registry, clock, log } = this.#options;
    const secret = newSecret();
    const createdAt = clock.now();
    const settings = { ...what, usedAt: createdAt, clearedAt: 0, hasCaptured: false };
    const secretHash = hashOfSecret(secret);
    const stored = { ...who, secretHash, settings: writeSettings(settings), creator: creator ?? '', createdAt };
    await refusing(() => store.create(stored));
    const webhook = new HeldWebhook(stored, settings);
    registry.add(webhook);
    log.info({ address: creator, ...webhook.shown }, 'webhook created');
    return { webhook, secret };
  }

  /**
   * Keeps a place free for a new webhook while it is created. Where all are taken, the one that was of no use for longest
   * goes, else the oldest that never captured anything.
   * @throws CommandError CONFLICT, LIMIT_EXCEEDED: rejects
   */
  async #inPlace<T>(id: string, work: () => Promise<T>): Promise<T> {
    const { registry, settings } = this.#options;
    if (registry.has(id) || this.#creating.has(id)) {
      throw new CommandError('CONFLICT', 'There is a webhook of that name already.', { field: 'body.name' });
    }
    this.#creating.add(id);
    try {
      if (this.#isFull) await this.#makePlace();
      if (!this.#isFull) return await work();
      throw new CommandError('LIMIT_EXCEEDED', `There are ${settings.webhookLimit} webhooks, the most that may be.`);
    } finally {
      this.#creating.delete(id);
    }
  }

  /** Whether there are too many, those that are being created included. */
  get #isFull(): boolean {
    const { registry, settings } = this.#options;
    return registry.size + this.#creating.size > settings.webhookLimit;
  }

  async #makePlace(): Promise<void> {
    const { registry, keeper, remove } = this.#options;
    let idlest: HeldWebhook | null = null;
    let emptiest: HeldWebhook | null = null;
    for (const webhook of registry.all()) {
      if (webhook.deletion) continue;
      if (keeper.isIdle(webhook) && !(idlest && idlest.idleSince <= webhook.idleSince)) idlest = webhook;
      if (this.#isUnused(webhook) && !(emptiest && emptiest.createdAt <= webhook.createdAt)) emptiest = webhook;
    }
    const leaving = idlest ?? emptiest;
    if (leaving) await remove(leaving);
  }

  /** Whether it was made and never used: else strangers could take all places for as long as the idle ones are kept. */
  #isUnused(webhook: HeldWebhook): boolean {
    const { clock, isWatched } = this.#options;
    return !webhook.hasCaptured && clock.now() - webhook.createdAt >= UNUSED && !isWatched(webhook);
  }
}
