import type { CapturedRequest } from '@roomcast/protocol';
import type { Passwords } from '../auth/passwords.ts';
import type { Engine } from '../core/engine.ts';
import { CommandError } from '../core/errors.ts';
import type { StoredLog } from '../core/log.ts';
import type { Room } from '../core/room.ts';
import type { Store } from '../store/store.ts';
import type { RequestPage, RequestQuery, StoredRequest } from '../store/webhook-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { Creator } from './creator.ts';
import { Eraser } from './eraser.ts';
import type { HeldWebhook } from './held-webhook.ts';
import { Keeper } from './keeper.ts';
import { loadWebhooks } from './load.ts';
import { Locks } from './locks.ts';
import { Records } from './records.ts';
import { refusing } from './refusal.ts';
import { Registry } from './registry.ts';
import { Remover, type RemoverOptions } from './remover.ts';
import { hashOfSecret } from './secret.ts';
import type {
  Webhook,
  WebhookChanges,
  WebhookCreator,
  WebhookCredentials,
  WebhookService,
  WebhookUpdate,
  WebhookWish,
} from './service.ts';
import type { WebhookSettings } from './settings.ts';
import { Updater } from './updater.ts';

export interface WebhooksOptions {
  readonly store: Pick<Store, 'webhooks' | 'logs'>;
  readonly logs: RemoverOptions['logs'];
  readonly settings: WebhookSettings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly passwords: Passwords;
  /**
   * Told of a locked webhook after an update by which it became locked, or its password or secret became another: who
   * watches it was let in by what does not hold any more. A webhook that is not locked is watched by who knows its id.
   */
  readonly onLocked?: (webhook: Webhook) => void | Promise<void>;
  /** Told of the room of a webhook that is no more: nobody who was in it may find themselves in another of its name. */
  readonly onRemoved?: (room: string) => void | Promise<void>;
}

/** The part of the engine that webhooks need. */
export type WebhookEngine = Pick<Engine, 'hub' | 'publisher' | 'fanout'>;

/** Bytes of captured requests that are read at a time. */
const PAGE_BYTES = 1024 * 1024;

/** The webhooks and what they have captured: each is a room, and its requests are that room's log. */
export class Webhooks implements WebhookService {
  readonly #options: WebhooksOptions;
  readonly #registry: Registry;
  readonly #keeper: Keeper;
  readonly #eraser: Eraser;
  readonly #locks: Locks;
  readonly #records: Records;
  readonly #remover: Remover;
  readonly #creator: Creator;
  readonly #updater: Updater;
  #engine: WebhookEngine | null = null;

  private constructor(options: WebhooksOptions, registry: Registry) {
    const { store, logs, settings, clock, log, passwords } = options;
    this.#options = options;
    this.#registry = registry;
    const common = { store: store.webhooks, registry, settings, clock, log };
    const records = new Records(common);
    const locks = new Locks({ passwords, clock, attempts: settings.loginAttempts, window: settings.loginWindow });
    const isWatched = ({ room }: Webhook): boolean => (this.#engine?.hub.get(room)?.memberCount ?? 0) > 0;
    const keeper = new Keeper({
      ...common,
      isWatched,
      onTrimmed: (webhook, bottom) => this.#logOf(webhook)?.cutThrough(bottom),
      onEmptied: (webhook) => records.noteUse(webhook),
      onIdle: (webhook) => this.delete(webhook),
    });
    this.#records = records;
    this.#locks = locks;
    this.#keeper = keeper;
    this.#eraser = new Eraser({
      ...common,
      keeper,
      cut: (room, offset) => store.logs.cut(room, offset),
      roomOf: (webhook) => this.#open(webhook),
      publish: (room, event, data) =>
        this.#running.publisher.accept(room, { event, data, ...SERVER, clientMessageId: null }),
    });
    const { onLocked = () => {}, onRemoved = () => {} } = options;
    this.#remover = new Remover({ ...common, logs, keeper, engine: () => this.#running, onRemoved });
    const remove = (webhook: HeldWebhook): Promise<void> => this.#remover.remove(webhook);
    this.#creator = new Creator({ ...common, keeper, locks, isWatched, remove });
    this.#updater = new Updater({ ...common, locks, records, onLocked });
  }

  /** Reads them all. @throws StoreError: rejects */
  static async open(options: WebhooksOptions): Promise<Webhooks> {
    const registry = new Registry();
    if (options.settings.webhooks !== 'off') {
      await loadWebhooks({ ...options, store: options.store.webhooks, registry });
    }
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

  create(wish: WebhookWish, creator: WebhookCreator | null): Promise<{ webhook: Webhook; secret: string }> {
    return this.#creator.create(wish, creator);
  }

  async requireWatch(webhook: Webhook, credentials: WebhookCredentials, address: string): Promise<void> {
    await this.#locks.requireWatch(this.#held(webhook), credentials, address);
  }

  requireSecret(webhook: Webhook, secret: string | undefined): void {
    this.#locks.requireSecret(this.#held(webhook), secret);
  }

  async update(webhook: Webhook, changes: WebhookChanges): Promise<WebhookUpdate> {
    return this.#updater.update(this.#held(webhook), changes);
  }

  async delete(webhook: Webhook): Promise<void> {
    await this.#remover.remove(this.#held(webhook));
  }

  async settle(webhook: Webhook): Promise<void> {
    await this.#keeper.settle(this.#held(webhook));
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
      refusing(() => this.#eraser.clear(this.#held(held), (clearedAt) => this.#records.store(held, { clearedAt }))),
    );
  }

  async capture(webhook: Webhook, request: CapturedRequest): Promise<void> {
    let held = this.#held(webhook);
    while (held.deletion) {
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

  /** @throws CommandError NOT_FOUND */
  #held(webhook: Webhook): HeldWebhook {
    return this.#registry.require(webhook);
  }

  #open({ name }: HeldWebhook): Room {
    return this.#running.hub.open(name);
  }

  /** Where it is in memory. */
  #logOf({ room }: HeldWebhook): StoredLog | null {
    const log = this.#engine?.hub.get(room)?.log;
    return log?.kind === 'stored' ? log : null;
  }
}

/** Who publishes into webhooks' rooms. */
const SERVER = { sender: null } as const;
