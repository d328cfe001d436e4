import type { Config } from '../config/config.ts';
import { StoreError } from '../store/store.ts';
import type { WebhookStore } from '../store/webhook-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import type { HeldWebhook } from './held-webhook.ts';
import type { Registry } from './registry.ts';

export interface KeeperOptions {
  readonly store: Pick<WebhookStore, 'trim'>;
  readonly registry: Registry;
  readonly settings: Pick<Config, 'webhookQuota' | 'webhookIdle'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether somebody watches. */
  readonly isWatched: (webhook: HeldWebhook) => boolean;
  /** Told that the store has deleted everything of a webhook up to an offset. */
  readonly onTrimmed: (webhook: HeldWebhook, bottom: number) => void;
  /** Told that a webhook holds nothing any more that says when it was used last. */
  readonly onEmptied: (webhook: HeldWebhook) => void;
  /** Deletes a webhook that is of no use to anybody. */
  readonly onIdle: (webhook: HeldWebhook) => Promise<void>;
}

/** Milliseconds for which a webhook may hold too many: a trim for each captured request would cost as much as it. */
const GATHERED = 250;
/** Milliseconds between two looks at what is too old. */
const SWEEP_INTERVAL = 30_000;
/** Milliseconds by which a reader's clock may differ from ours: so exact are ages, or every reading would write. */
const GRAIN = 500;
/** On disk a request may stay longer than its age by this part of it; nobody gets to read it. */
const OLD_PART = 1 / 100;
/** Part of the quota that is freed beyond need, and the most of it in bytes: one trim for many requests. */
const SPARE_PART = 1 / 64;
const MOST_SPARE = 8 * 1024 * 1024;
/** The webhook that holds most gives this part of it at a time: others may hold as much. */
const GIVEN_PART = 1 / 4;
/** Deleted requests of a webhook whose traces may gather. */
const TRACES = 500;

/**
 * Sees to it that no webhook keeps more than it may, and all of them together no more than the quota. Writes are followed
 * by trims now and then, many at a time; whoever reads waits for the trim that is due.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #due = new Set<HeldWebhook>();
  readonly #traces = new Map<HeldWebhook, number>();
  #total = 0;
  #isRelieving = false;
  #isSweeping = false;
  #dueTimer: NodeJS.Timeout | null = null;
  #sweepTimer: NodeJS.Timeout | null = null;

  constructor(options: KeeperOptions) {
    this.#options = options;
    for (const { bytes } of options.registry.all()) this.#total += bytes;
  }

  /** Bytes that all webhooks hold. */
  get total(): number {
    return this.#total;
  }

  start(): void {
    this.#sweepTimer ??= setInterval(() => void this.sweep(), SWEEP_INTERVAL).unref();
  }

  stop(): void {
    if (this.#sweepTimer) clearInterval(this.#sweepTimer);
    if (this.#dueTimer) clearTimeout(this.#dueTimer);
    this.#sweepTimer = null;
    this.#dueTimer = null;
  }

  /** Counts a request that has been stored. */
  captured(webhook: HeldWebhook, bytes: number): void {
    const now = this.#options.clock.now();
    if (webhook.held === 0) webhook.oldestAt = Math.max(webhook.oldestAt, now);
    webhook.held++;
    webhook.hasCaptured = true;
    webhook.bytes += bytes;
    webhook.lastAt = now;
    this.#total += bytes;
    if (webhook.held > webhook.retention.requests) this.#later(webhook);
    void this.relieve();
  }

  /** Counts a request that was deleted; what stays in its place takes little, but something. */
  removed(webhook: HeldWebhook, bytes: number): void {
    this.#took(webhook, 1, bytes);
    const traces = (this.#traces.get(webhook) ?? 0) + 1;
    this.#traces.set(webhook, traces);
    if (traces >= TRACES) this.#later(webhook);
  }

  /** Counts requests that were deleted. */
  cleared(webhook: HeldWebhook, requests: number, bytes: number): void {
    this.#took(webhook, requests, bytes);
  }

  /** The webhook is no more. */
  forget(webhook: HeldWebhook): void {
    this.#total -= webhook.bytes;
    this.#due.delete(webhook);
    this.#traces.delete(webhook);
  }

  /** What it holds was found to be something else, after a fault. */
  recount(webhook: HeldWebhook, requests: number, bytes: number): void {
    this.#total += bytes - webhook.bytes;
    webhook.held = requests;
    webhook.bytes = bytes;
  }

  /** Resolves when the webhook holds no more than it may, so that nobody reads what should be gone. */
  async settle(webhook: HeldWebhook): Promise<void> {
    const { held, retention } = webhook;
    if (held <= retention.requests && !this.#hasOld(webhook, GRAIN)) return;
    try {
      await this.#trim(webhook);
    } catch (error) {
      this.#failed(error); // what is there can be read all the same
    }
  }

  /** Takes from who holds most until all hold no more than the quota. */
  async relieve(): Promise<void> {
    const { webhookQuota } = this.#options.settings;
    if (this.#isRelieving || this.#total <= webhookQuota) return;
    this.#isRelieving = true;
    try {
      const goal = webhookQuota - Math.min(webhookQuota * SPARE_PART, MOST_SPARE);
      while (this.#total > goal) {
        const fullest = this.#fullest();
        if (!fullest) break;
        const excess = Math.min(this.#total - goal, fullest.bytes * GIVEN_PART);
        const requests = Math.max(1, Math.floor((excess / fullest.bytes) * fullest.held));
        const before = fullest.bytes;
        await this.#trim(fullest, Math.max(0, fullest.held - requests));
        if (fullest.bytes >= before) break;
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isRelieving = false;
    }
  }

  /** Deletes what is too old, and webhooks that are of no use to anybody. Called now and then. */
  async sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      const { registry, onIdle } = this.#options;
      for (const webhook of [...registry.all()]) {
        if (this.isIdle(webhook)) await onIdle(webhook);
        else if (this.#hasOld(webhook, webhook.retention.age * OLD_PART)) await this.#trim(webhook);
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isSweeping = false;
    }
  }

  /** Whether nothing was captured for long, and nobody watches. */
  isIdle(webhook: HeldWebhook): boolean {
    const { settings, clock, isWatched } = this.#options;
    if (isWatched(webhook)) webhook.usedAt = clock.now();
    return settings.webhookIdle > 0 && clock.now() - webhook.idleSince >= settings.webhookIdle;
  }

  /** Whether it may have something that has been too old for longer than `grain` milliseconds. */
  #hasOld(webhook: HeldWebhook, grain: number): boolean {
    return webhook.held > 0 && this.#horizonOf(webhook) > webhook.oldestAt + grain;
  }

  /** What is from before this time is too old; 0 = nothing is. */
  #horizonOf({ retention }: HeldWebhook): number {
    return retention.age > 0 ? this.#options.clock.now() - retention.age : 0;
  }

  #later(webhook: HeldWebhook): void {
    this.#due.add(webhook);
    this.#dueTimer ??= setTimeout(() => void this.#trimDue(), GATHERED).unref();
  }

  async #trimDue(): Promise<void> {
    const due = [...this.#due];
    this.#due.clear();
    try {
      for (const webhook of due) await this.#trim(webhook);
    } catch (error) {
      this.#failed(error); // the next request that it captures reminds of it
    }
    this.#dueTimer = null;
    for (const webhook of this.#due) this.#later(webhook);
  }

  /** @param most keeps no more requests than that, nor than its retention says */
  #trim(webhook: HeldWebhook, most = Number.POSITIVE_INFINITY): Promise<void> {
    return webhook.inTurn(async () => {
      const { store, registry, onTrimmed } = this.#options;
      if (!registry.holds(webhook) || webhook.deletion) return;
      const keep = Math.min(webhook.retention.requests, most);
      const horizon = this.#horizonOf(webhook);
      this.#due.delete(webhook);
      this.#traces.delete(webhook);
      const { requests, bytes, bottom } = await store.trim(webhook.room, keep, horizon);
      webhook.oldestAt = Math.max(webhook.oldestAt, horizon);
      this.#took(webhook, requests, bytes);
      if (bottom > 0) onTrimmed(webhook, bottom);
    });
  }

  #took(webhook: HeldWebhook, requests: number, bytes: number): void {
    webhook.held -= requests;
    webhook.bytes -= bytes;
    this.#total -= bytes;
    if (webhook.held > 0 || requests === 0) return;
    webhook.usedAt = webhook.idleSince;
    webhook.lastAt = null;
    this.#options.onEmptied(webhook);
  }

  #fullest(): HeldWebhook | null {
    let fullest: HeldWebhook | null = null;
    for (const webhook of this.#options.registry.all()) {
      if (webhook.held > 0 && webhook.bytes > (fullest?.bytes ?? 0)) fullest = webhook;
    }
    return fullest;
  }

  #failed(err: unknown): void {
    if (err instanceof StoreError) return; // the store says by itself when it is away
    this.#options.log.warn({ err }, 'captured requests could not be trimmed');
  }
}
