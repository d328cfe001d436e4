import type { Engine } from '../core/engine.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { HeldWebhook } from './held-webhook.ts';
import type { Keeper } from './keeper.ts';
import { refusing } from './refusal.ts';
import type { Registry } from './registry.ts';

export interface RemoverOptions {
  readonly store: Pick<Store['webhooks'], 'delete' | 'usage'>;
  readonly logs: {
    /** Forgets a log that the store has deleted. */
    drop(room: string): void;
  };
  readonly registry: Registry;
  readonly keeper: Keeper;
  readonly engine: () => Pick<Engine, 'hub' | 'fanout'>;
  /** Told of the room of a webhook that is no more. */
  readonly onRemoved: (room: string) => void | Promise<void>;
  readonly log: Logger;
}

/** Deletes webhooks with all that they have captured. */
export class Remover {
  readonly #options: RemoverOptions;

  constructor(options: RemoverOptions) {
    this.#options = options;
  }

  /**
   * Its watchers are told, and are out of its room. While it is under way nothing is captured: what is stored behind the
   * deletion would belong to nobody.
   * @throws CommandError STORAGE_UNAVAILABLE …: rejects, and the webhook stays
   */
  async remove(webhook: HeldWebhook): Promise<void> {
    webhook.deletion ??= webhook
      .inTurn(() => this.#remove(webhook))
      .finally(() => {
        webhook.deletion = null;
      });
    await webhook.deletion;
  }

  async #remove(webhook: HeldWebhook): Promise<void> {
    const { store, logs, registry, keeper, onRemoved, log } = this.#options;
    try {
      await refusing(() => store.delete(webhook.id, webhook.room));
    } catch (error) {
      await this.#recount(webhook);
      throw error;
    }
    registry.delete(webhook);
    keeper.forget(webhook);
    this.#dissolve(webhook);
    logs.drop(webhook.room);
    await onRemoved(webhook.room);
    log.info(webhook.shown, 'webhook deleted');
  }

  #dissolve({ id, room: name }: HeldWebhook): void {
    const { hub, fanout } = this.#options.engine();
    const room = hub.get(name);
    if (!room) return;
    // Each by itself: what a room has in its batch goes to its members, and there will be none any more.
    for (const { connection } of room.memberships) fanout.send(connection, 'webhook-deleted', { webhookId: id });
    hub.dissolve(room);
  }

  /** A deletion that failed may have gone half the way. */
  async #recount(webhook: HeldWebhook): Promise<void> {
    const { store, keeper, log } = this.#options;
    try {
      const found = (await store.usage()).find(({ room }) => room === webhook.room);
      keeper.recount(webhook, found?.requests ?? 0, found?.bytes ?? 0);
    } catch (err) {
      log.warn({ err }, 'captured requests could not be counted');
    }
  }
}
