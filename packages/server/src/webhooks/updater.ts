import type { Clock } from '../util/clock.ts';
import { boundedResponse } from './answer-bounds.ts';
import type { HeldWebhook } from './held-webhook.ts';
import type { Locks } from './locks.ts';
import type { Records } from './records.ts';
import type { Registry } from './registry.ts';
import { hashOfSecret, newSecret } from './secret.ts';
import type { Webhook, WebhookChanges, WebhookUpdate } from './service.ts';
import { type RetentionBounds, retentionOf } from './settings.ts';

export interface UpdaterOptions {
  readonly registry: Registry;
  readonly locks: Locks;
  readonly records: Records;
  readonly settings: RetentionBounds;
  readonly clock: Clock;
  /** Told that a webhook is locked in another way than before: who got in by what was known then may not stay. */
  readonly onLocked: (webhook: Webhook) => void | Promise<void>;
}

/** Changes webhooks as their owners want it. */
export class Updater {
  readonly #options: UpdaterOptions;

  constructor(options: UpdaterOptions) {
    this.#options = options;
  }

  /**
   * @throws CommandError VALIDATION_ERROR, NOT_FOUND, RATE_LIMITED, STORAGE_UNAVAILABLE …: rejects, and nothing is changed
   */
  async update(webhook: HeldWebhook, changes: WebhookChanges): Promise<WebhookUpdate> {
    const { registry, locks, records, settings, clock, onLocked } = this.#options;
    const { response, retention, password, rotateSecret = false } = changes;
    const hash = typeof password === 'string' ? await locks.hashOf(webhook.id, password) : password;
    return webhook.inTurn(async () => {
      registry.require(webhook);
      const passwordHash = hash === undefined ? webhook.passwordHash : hash;
      const secret = rotateSecret ? newSecret() : null;
      const kept = {
        response: boundedResponse(registry, response, webhook.response),
        retention: retentionOf(retention, settings, webhook.retention),
        usedAt: clock.now(),
        passwordHash,
      };
      const secretHash = secret === null ? webhook.secretHash : hashOfSecret(secret);
      await records.store(webhook, { ...kept, secretHash });
      const isRelocked = passwordHash !== webhook.passwordHash || secret !== null;
      Object.assign(webhook, kept);
      registry.rekey(webhook, secretHash);
      if (isRelocked && webhook.isLocked) await onLocked(webhook);
      return secret === null ? { webhook } : { webhook, secret };
    });
  }
}
