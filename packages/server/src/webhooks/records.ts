import { CommandError } from '../core/errors.ts';
import type { WebhookStore } from '../store/webhook-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { HeldWebhook } from './held-webhook.ts';
import { refusing } from './refusal.ts';
import { type KeptSettings, writeSettings } from './settings.ts';

export interface RecordsOptions {
  readonly store: Pick<WebhookStore, 'update'>;
  readonly log: Logger;
}

/** What of a webhook can change and is stored. */
export interface RecordChanges extends Partial<KeptSettings> {
  readonly passwordHash?: string | null;
  readonly secretHash?: string;
}

/** Stores what changes about webhooks. */
export class Records {
  readonly #options: RecordsOptions;

  constructor(options: RecordsOptions) {
    this.#options = options;
  }

  /**
   * Stores a webhook as it is with the changes; in memory it stays as it was.
   * @throws CommandError NOT_FOUND, STORAGE_UNAVAILABLE …: rejects
   */
  async store(webhook: HeldWebhook, changes: RecordChanges): Promise<void> {
    const { passwordHash = webhook.passwordHash, secretHash = webhook.secretHash, ...rest } = changes;
    const settings = writeSettings({ ...webhook.settings, ...rest });
    const found = await refusing(() => this.#options.store.update(webhook.id, { settings, passwordHash, secretHash }));
    if (!found) throw new CommandError('NOT_FOUND', 'Webhook not found');
  }

  /** With its last request goes the knowledge of when it was used: a restart must not take it for idle. */
  noteUse(webhook: HeldWebhook): void {
    this.store(webhook, {}).catch((err: unknown) => {
      this.#options.log.warn({ err }, 'the last use of a webhook could not be noted');
    });
  }
}
