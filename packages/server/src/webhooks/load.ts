import type { WebhookStore } from '../store/webhook-store.ts';
import type { Logger } from '../telemetry/log.ts';
import { HeldWebhook } from './held-webhook.ts';
import { webhookOfRoom } from './ids.ts';
import type { Registry } from './registry.ts';
import { type RetentionBounds, readSettings } from './settings.ts';

export interface LoadOptions {
  readonly store: Pick<WebhookStore, 'load' | 'usage' | 'delete' | 'trim'>;
  readonly registry: Registry;
  readonly settings: RetentionBounds;
  readonly log: Logger;
}

/** Reads all webhooks and what they hold, and ends what a crash has left half done. @throws StoreError: rejects */
export async function loadWebhooks({ store, registry, settings, log }: LoadOptions): Promise<void> {
  for (const stored of await store.load()) {
    const webhook = new HeldWebhook(stored, readSettings(stored.settings, settings));
    registry.add(webhook);
  }
  try {
    await finishClearing(store, registry);
    await deleteOrphans(store, registry);
  } catch (err) {
    // A disk that takes no writes lets nothing be captured either; what is there can be read.
    log.warn({ err }, 'captured requests that were to be deleted could not be');
  }
  for (const { room, requests, bytes, lastAt } of await store.usage()) {
    const id = webhookOfRoom(room);
    const webhook = id !== null && registry.has(id) ? registry.get(id) : null;
    if (webhook) Object.assign(webhook, { requests, bytes, lastAt });
  }
}

/** Somebody was about to delete all that a webhook held when the server died. */
async function finishClearing(store: LoadOptions['store'], registry: Registry): Promise<void> {
  for (const webhook of registry.all()) {
    if (webhook.clearedAt === 0) continue;
    await store.trim(webhook.room, webhook.retention.requests, webhook.clearedAt);
    webhook.clearedAt = 0;
  }
}

/** What was captured for webhooks that do not exist any more. */
async function deleteOrphans(store: LoadOptions['store'], registry: Registry): Promise<void> {
  for (const { room } of await store.usage()) {
    const id = webhookOfRoom(room);
    if (id !== null && !registry.has(id)) await store.delete(id, room);
  }
}
