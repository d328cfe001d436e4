import { CommandError } from '../core/errors.ts';
import type { HeldWebhook } from './held-webhook.ts';
import type { Webhook } from './service.ts';

/** All webhooks that there are, in memory: whether one exists is known without a disk. */
export class Registry {
  readonly #byId = new Map<string, HeldWebhook>();
  readonly #bySecret = new Map<string, HeldWebhook>();
  /** In the order of their ids; null = to be sorted anew. */
  #ordered: readonly HeldWebhook[] | null = null;

  get size(): number {
    return this.#byId.size;
  }

  /** Characters of the bodies that all of them answer with. */
  get answerLength(): number {
    let length = 0;
    for (const { response } of this.#byId.values()) length += response.body.length;
    return length;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Whether it is there still: another may have its id. */
  holds(webhook: HeldWebhook): boolean {
    return this.#byId.get(webhook.id) === webhook;
  }

  /** Names may be written in any case. Undefined where there is none. */
  find(id: string): HeldWebhook | undefined {
    const exact = this.#byId.get(id);
    if (exact) return exact;
    const named = this.#byId.get(id.toLowerCase());
    return named?.named ? named : undefined;
  }

  /** @throws CommandError NOT_FOUND */
  get(id: string): HeldWebhook {
    const found = this.find(id);
    if (!found) throw new CommandError('NOT_FOUND', 'Webhook not found');
    return found;
  }

  /**
   * What somebody has in hand may have been deleted, and another created under its name.
   * @throws CommandError NOT_FOUND
   */
  require(webhook: Webhook): HeldWebhook {
    const held = this.get(webhook.id);
    if (held === webhook) return held;
    throw new CommandError('NOT_FOUND', 'Webhook not found');
  }

  ofSecret(secretHash: string): HeldWebhook | undefined {
    return this.#bySecret.get(secretHash);
  }

  all(): IterableIterator<HeldWebhook> {
    return this.#byId.values();
  }

  /** By id, behind `after`. */
  list(after: string | null, limit: number): readonly HeldWebhook[] {
    this.#ordered ??= [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const start = after === null ? 0 : firstBehind(this.#ordered, after);
    return this.#ordered.slice(start, start + limit);
  }

  add(webhook: HeldWebhook): void {
    this.#byId.set(webhook.id, webhook);
    this.#bySecret.set(webhook.secretHash, webhook);
    this.#ordered = null;
  }

  /** From now on it is another secret that belongs to it. */
  rekey(webhook: HeldWebhook, secretHash: string): void {
    if (!this.holds(webhook)) return;
    this.#bySecret.delete(webhook.secretHash);
    webhook.secretHash = secretHash;
    this.#bySecret.set(secretHash, webhook);
  }

  delete(webhook: HeldWebhook): void {
    if (!this.holds(webhook)) return;
    this.#byId.delete(webhook.id);
    this.#bySecret.delete(webhook.secretHash);
    this.#ordered = null;
  }
}

/** By halves: lists of many thousands are read page by page. */
function firstBehind(ordered: readonly HeldWebhook[], after: string): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle]?.id ?? '') <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
