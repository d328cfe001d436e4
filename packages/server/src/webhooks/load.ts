import type { WebhookStore } from '../store/webhook-store.ts';
import type { Logger } from '../telemetry/log.ts';
import { HeldWebhook } from './held-webhook.ts';
import { webhookOfRoom } from './ids.ts';
import { Records } from './records.ts';
import type { Registry } from './registry.ts';
import type { RemoverOptions } from './remover.ts';
import { type RetentionBounds, readSettings } from './settings.ts';

export interface LoadOptions {
  readonly store: Pick<WebhookStore, 'load' | 'usage' | 'update' | 'delete' | 'trim'>;
  readonly logs: RemoverOptions['logs'];
  readonly registry: Registry;
  readonly settings: RetentionBounds;
  readonly log: Logger;
}

/** Reads all webhooks and what they hold, and ends what a crash has left half done. @throws StoreError: rejects */
export async function loadWebhooks({ store, logs, registry, settings, log }: LoadOptions): Promise<void> {
  for (const stored of await store.load()) {
    const webhook = new HeldWebhook(stored, readSettings(stored.settings, settings));
    registry.add(webhook);
  }
  const records = new Records({ store, log });
  await orLater(log, () => finishClearing(store, records, registry));
  for (const { room, requests, bytes, lastAt } of await store.usage()) {
    const id = webhookOfRoom(room);
    if (id === null) continue;
    if (registry.has(id)) Object.assign(registry.get(id), { held: requests, bytes, lastAt, hasCaptured: true });
    // What was captured for a webhook that does not exist any more.
    else await orLater(log, () => store.delete(id, room).then(() => logs.drop(room)));
  }
}

/** A disk that takes no writes lets nothing be captured either; what is there can be read. */
async function orLater(log: Logger, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (err) {
    log.warn({ err }, 'captured requests that were to be deleted could not be');
  }
}

/** Somebody was about to delete all that a webhook held when the server died. */
async function finishClearing(store: LoadOptions['store'], records: Records, registry: Registry): Promise<void> {
  for (const webhook of registry.all()) {
    if (webhook.clearedAt === 0) continue;
    await store.trim(webhook.room, webhook.retention.requests, webhook.clearedAt);
    // Stored as well: where the clock is set back, it would take what comes from now on at the next start.
    await records.store(webhook, { clearedAt: 0 });
    webhook.clearedAt = 0;
  }
}
