import type { CapturedRequest, WebhookResponse } from '@roomcast/protocol';
import type { Passwords } from '../auth/passwords.ts';
import type { Config } from '../config/config.ts';
import type { Engine } from '../core/engine.ts';
import { CommandError } from '../core/errors.ts';
import type { StoredLog } from '../core/log.ts';
import type { Room } from '../core/room.ts';
import type { Store } from '../store/store.ts';
import type { RequestPage, RequestQuery, StoredRequest } from '../store/webhook-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { CreationLimit } from './creation-limit.ts';
import { Eraser } from './eraser.ts';
import { HeldWebhook } from './held-webhook.ts';
import { idOfName, newWebhookId } from './ids.ts';
import { Keeper } from './keeper.ts';
import { loadWebhooks } from './load.ts';
import { Locks } from './locks.ts';
import { refusing } from './refusal.ts';
import { Registry } from './registry.ts';
import { hashOfSecret, newSecret } from './secret.ts';
import type { Webhook, WebhookChanges, WebhookCredentials, WebhookService, WebhookWish } from './service.ts';
import { responseOf, retentionOf, writeSettings } from './settings.ts';

/** What an operator decides about webhooks; see the options table for the meaning. */
export type WebhookSettings = Pick<
  Config,
  | 'webhooks'
  | 'webhookRequests'
  | 'webhookAge'
  | 'webhookQuota'
  | 'webhookLimit'
  | 'webhookIdle'
  | 'webhookCreationRate'
  | 'loginAttempts'
  | 'loginWindow'
>;

export interface WebhooksOptions {
  readonly store: Pick<Store, 'webhooks' | 'logs'>;
  readonly logs: {
    /** Forgets a log that the store has deleted. */
    drop(room: string): void;
  };
  readonly settings: WebhookSettings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly passwords: Passwords;
}

/** The part of the engine that webhooks need. */
export type WebhookEngine = Pick<Engine, 'hub' | 'publisher' | 'fanout'>;

/** Characters of all bodies that webhooks answer with, and how many of one are always free. */
const MOST_ANSWERS = 64 * 1024 * 1024;
const SMALL_ANSWER = 1024;
/** Bytes of captured requests that are read at a time. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** The webhooks and what they have captured: each is a room, and its requests are that room's log. */
export class Webhooks implements WebhookService {
  readonly #options: WebhooksOptions;
  readonly #registry: Registry;
  readonly #keeper: Keeper;
  readonly #eraser: Eraser;
  readonly #locks: Locks;
  readonly #creations: CreationLimit;
  /** Ids of those that are being created. */
  readonly #creating = new Set<string>();
  #engine: WebhookEngine | null = null;

  private constructor(options: WebhooksOptions, registry: Registry) {
    const { store, settings, clock, log, passwords } = options;
    this.#options = options;
    this.#registry = registry;
    this.#creations = new CreationLimit(settings.webhookCreationRate, clock);
    this.#locks = new Locks({ passwords, clock, attempts: settings.loginAttempts, window: settings.loginWindow });
    this.#keeper = new Keeper({
      store: store.webhooks,
      ...{ registry, settings, clock, log },
      isWatched: ({ room }) => (this.#engine?.hub.get(room)?.memberCount ?? 0) > 0,
      onTrimmed: (webhook, bottom) => this.#logOf(webhook)?.cutThrough(bottom),
      onEmptied: (webhook) => this.#noteUse(webhook),
      onIdle: (webhook) => this.delete(webhook),
    });
    this.#eraser = new Eraser({
      store: store.webhooks,
      cut: (room, offset) => store.logs.cut(room, offset),
      ...{ keeper: this.#keeper, clock, log },
      roomOf: (webhook) => this.#open(webhook),
      publish: (room, event, data) =>
        this.#running.publisher.accept(room, { event, data, ...SERVER, clientMessageId: null }),
    });
  }

  /** Reads them all. @throws StoreError: rejects */
  static async open(options: WebhooksOptions): Promise<Webhooks> {
    const { store, settings, log } = options;
    const registry = new Registry();
    if (settings.webhooks !== 'off') await loadWebhooks({ store: store.webhooks, registry, settings, log });
    return new Webhooks(options, registry);
  }

  start(engine: WebhookEngine): void {
    this.#engine = engine;
    this.#keeper.start();
    void this.#keeper.relieve();
  }

  stop(): void {
    this.#keeper.stop();
  }

  /** Deletes what is too old, and webhooks that nobody uses. Called now and then. */
  sweep(): Promise<void> {
    return this.#keeper.sweep();
  }

  /** How many there are. */
  get size(): number {
    return this.#registry.size;
  }

  /** Bytes of what they keep. */
  get bytes(): number {
    return this.#keeper.total;
  }

  get(id: string): Webhook {
    return this.#registry.get(id);
  }

  /** By the very id: a room of another spelling would be another room. */
  has(id: string): boolean {
    return this.#registry.has(id);
  }

  ofSecrets(secrets: readonly string[]): readonly Webhook[] {
    const found = secrets.map((secret) => this.#registry.ofSecret(hashOfSecret(secret)));
    return [...new Set(found)].filter((webhook) => webhook !== undefined);
  }

  list(after: string | null, limit: number): readonly Webhook[] {
    return this.#registry.list(after, limit);
  }

  async create(wish: WebhookWish, creator: string | null): Promise<{ webhook: Webhook; secret: string }> {
    const { settings, clock, log } = this.#options;
    if (settings.webhooks === 'off') throw new CommandError('FORBIDDEN', 'There are no webhooks on this server.');
    const id = wish.name === undefined ? newWebhookId() : idOfName(wish.name);
    const response = this.#answerOf(wish.response);
    const retention = retentionOf(wish.retention, settings);
    const undo = creator === null ? () => {} : this.#creations.take(creator);
    try {
      return await this.#inPlace(id, async () => {
        const passwordHash = wish.password === undefined ? null : await this.#locks.hashOf(id, wish.password);
        const secret = newSecret();
        const createdAt = clock.now();
        const kept = { response, retention, usedAt: createdAt, clearedAt: 0 };
        const stored = {
          ...{ id, named: wish.name !== undefined, secretHash: hashOfSecret(secret), passwordHash },
          ...{ settings: writeSettings(kept), creator: creator ?? '', createdAt },
        };
        await refusing(() => this.#options.store.webhooks.create(stored));
        const webhook = new HeldWebhook(stored, kept);
        this.#registry.add(webhook);
        log.info({ address: creator, ...shownOf(webhook) }, 'webhook created');
        return { webhook, secret };
      });
    } catch (error) {
      undo();
      throw error;
    }
  }

  async requireWatch(webhook: Webhook, credentials: WebhookCredentials, address: string): Promise<void> {
    await this.#locks.requireWatch(this.#held(webhook), credentials, address);
  }

  requireSecret(webhook: Webhook, secret: string | undefined): void {
    this.#locks.requireSecret(this.#held(webhook), secret);
  }

  async update(webhook: Webhook, { response, retention, password }: WebhookChanges): Promise<Webhook> {
    const held = this.#held(webhook);
    const hash = typeof password === 'string' ? await this.#locks.hashOf(held.id, password) : password;
    return held.inTurn(async () => {
      this.#held(held);
      const changes = {
        response: this.#answerOf(response, held),
        retention: retentionOf(retention, this.#options.settings, held.retention),
        passwordHash: hash === undefined ? held.passwordHash : hash,
        usedAt: this.#options.clock.now(),
      };
      await this.#store(held, changes);
      return Object.assign(held, changes);
    });
  }

  async delete(webhook: Webhook): Promise<void> {
    const held = this.#held(webhook);
    held.deletion ??= held
      .inTurn(() => this.#delete(held))
      .finally(() => {
        held.deletion = null;
      });
    await held.deletion;
  }

  async requests(webhook: Webhook, query: Omit<RequestQuery, 'room' | 'bytes'>): Promise<RequestPage> {
    const held = this.#held(webhook);
    await this.#keeper.settle(held);
    return refusing(() => this.#options.store.webhooks.requests({ ...query, room: held.room, bytes: PAGE_BYTES }));
  }

  async request(webhook: Webhook, requestId: string): Promise<StoredRequest> {
    const held = this.#held(webhook);
    await this.#keeper.settle(held);
    const found = await refusing(() => this.#options.store.webhooks.request(held.room, requestId));
    if (found) return found;
    throw new CommandError('NOT_FOUND', 'Request not found');
  }

  async removeRequest(webhook: Webhook, requestId: string): Promise<void> {
    const held = this.#held(webhook);
    await held.inTurn(() => refusing(() => this.#eraser.remove(this.#held(held), requestId)));
  }

  async clear(webhook: Webhook): Promise<void> {
    const held = this.#held(webhook);
    await held.inTurn(() =>
      refusing(() => this.#eraser.clear(this.#held(held), (clearedAt) => this.#store(held, { clearedAt }))),
    );
  }

  async capture(webhook: Webhook, request: CapturedRequest): Promise<void> {
    let held = this.#held(webhook);
    if (held.deletion) {
      // What is stored behind the deletion would belong to nobody.
      await held.deletion.catch(() => {});
      held = this.#held(held);
    }
    const data = Buffer.from(JSON.stringify(request));
    const publication = { event: 'new-request', data, ...SERVER, clientMessageId: request.id };
    try {
      await this.#running.publisher.accept(this.#open(held), publication);
    } catch (error) {
      this.#held(held); // it went meanwhile
      throw error;
    }
    if (this.#registry.holds(held)) this.#keeper.captured(held, data.length);
  }

  get #running(): WebhookEngine {
    if (!this.#engine) throw new Error('Nothing can be captured before the engine is there');
    return this.#engine;
  }

  /** What the caller has in hand may have been deleted, and another created under its name. @throws CommandError NOT_FOUND */
  #held(webhook: Webhook): HeldWebhook {
    const held = this.#registry.get(webhook.id);
    if (held === webhook) return held;
    throw new CommandError('NOT_FOUND', 'Webhook not found');
  }

  #open({ name }: HeldWebhook): Room {
    return this.#running.hub.open(name);
  }

  /** Where it is in memory. */
  #logOf({ room }: HeldWebhook): StoredLog | null {
    const log = this.#engine?.hub.get(room)?.log;
    return log?.kind === 'stored' ? log : null;
  }

  /**
   * Keeps a place free for a new webhook while it is created. Where all are taken, the one that was of no use for longest
   * goes.
   * @throws CommandError CONFLICT, LIMIT_EXCEEDED: rejects
   */
  async #inPlace<T>(id: string, work: () => Promise<T>): Promise<T> {
    const { webhookLimit } = this.#options.settings;
    if (this.#registry.has(id) || this.#creating.has(id)) {
      throw new CommandError('CONFLICT', 'There is a webhook of that name already.', { field: 'body.name' });
    }
    this.#creating.add(id);
    try {
      if (this.#registry.size + this.#creating.size > webhookLimit) await this.#makePlace();
      if (this.#registry.size + this.#creating.size > webhookLimit) {
        throw new CommandError('LIMIT_EXCEEDED', `There are ${webhookLimit} webhooks, the most that may be.`);
      }
      return await work();
    } finally {
      this.#creating.delete(id);
    }
  }

  /** @throws CommandError VALIDATION_ERROR, LIMIT_EXCEEDED where the answers of all webhooks take too much memory */
  #answerOf(wish: WebhookWish['response'], present?: HeldWebhook): WebhookResponse {
    const response = responseOf(wish, present?.response);
    const growth = response.body.length - (present?.response.body.length ?? 0);
    if (growth > SMALL_ANSWER && this.#registry.answerLength + growth > MOST_ANSWERS) {
      throw new CommandError('LIMIT_EXCEEDED', 'The answers of all webhooks together are as long as they may be.');
    }
    return response;
  }

  async #makePlace(): Promise<void> {
    let idlest: HeldWebhook | null = null;
    for (const webhook of this.#registry.all()) {
      if (webhook.deletion || !this.#keeper.isIdle(webhook)) continue;
      if (!idlest || webhook.idleSince < idlest.idleSince) idlest = webhook;
    }
    if (idlest) await this.delete(idlest);
  }

  async #delete(webhook: HeldWebhook): Promise<void> {
    const { store, logs, log } = this.#options;
    try {
      await refusing(() => store.webhooks.delete(webhook.id, webhook.room));
    } catch (error) {
      await this.#recount(webhook);
      throw error;
    }
    this.#registry.delete(webhook);
    this.#keeper.forget(webhook);
    const { hub, fanout } = this.#running;
    const room = hub.get(webhook.room);
    // Each by itself: what a room has in its batch goes to its members, and there will be none any more.
    for (const { connection } of room?.memberships ?? []) {
      fanout.send(connection, 'webhook-deleted', { webhookId: webhook.id });
    }
    if (room) hub.dissolve(room);
    logs.drop(webhook.room);
    log.info(shownOf(webhook), 'webhook deleted');
  }

  /** A deletion that failed may have gone half the way. */
  async #recount(webhook: HeldWebhook): Promise<void> {
    try {
      const found = (await this.#options.store.webhooks.usage()).find(({ room }) => room === webhook.room);
      this.#keeper.recount(webhook, found?.requests ?? 0, found?.bytes ?? 0);
    } catch (err) {
      this.#options.log.warn({ err }, 'captured requests could not be counted');
    }
  }

  /** @throws CommandError: rejects */
  async #store(webhook: HeldWebhook, changes: Partial<HeldWebhook>): Promise<void> {
    const { passwordHash = webhook.passwordHash } = changes;
    const settings = writeSettings({ ...webhook.settings, ...picked(changes) });
    const found = await refusing(() => this.#options.store.webhooks.update(webhook.id, { settings, passwordHash }));
    if (!found) throw new CommandError('NOT_FOUND', 'Webhook not found');
  }

  /** With its last request goes the knowledge of when it was used: a restart must not take it for idle. */
  #noteUse(webhook: HeldWebhook): void {
    if (this.#options.settings.webhookIdle === 0) return;
    this.#store(webhook, {}).catch((err: unknown) => {
      this.#options.log.warn({ err }, 'the last use of a webhook could not be noted');
    });
  }
}

/** Who publishes into webhooks' rooms. */
const SERVER = { sender: null } as const;

/** What a log may say of it: an id that was not chosen is what opens it. */
function shownOf({ id, named, requests }: HeldWebhook) {
  return { webhookId: named ? id : undefined, requests };
}

/** What of the changes is kept among the settings. */
function picked({ response, retention, usedAt, clearedAt }: Partial<HeldWebhook>) {
  return {
    ...(response && { response }),
    ...(retention && { retention }),
    ...(usedAt !== undefined && { usedAt }),
    ...(clearedAt !== undefined && { clearedAt }),
  };
}
