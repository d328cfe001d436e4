import type { Memory } from '../../shared/memory.ts';

/** A webhook of one's own, as this browser remembers it. */
export interface OwnWebhook {
  readonly id: string;
  readonly secret: string;
  /** Its secret has not been shown yet. */
  readonly fresh?: boolean;
}

const KEY = 'roomcast.webhooks';
/** So many are remembered: the list asks the server for all of them at once. */
const MOST = 100;

/** The secrets of this browser's webhooks, the newest first. They leave it in headers only. */
export class Vault {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Read anew each time: another tab may have written. */
  list(): readonly OwnWebhook[] {
    try {
      const kept: unknown = JSON.parse(this.#memory.get(KEY) ?? '[]');
      return Array.isArray(kept) ? kept.filter(isOwn) : [];
    } catch {
      return [];
    }
  }

  find(id: string): OwnWebhook | null {
    return this.list().find((own) => own.id === id) ?? null;
  }

  keep(own: OwnWebhook): void {
    this.#write([own, ...this.list().filter(({ id }) => id !== own.id)].slice(0, MOST));
  }

  forget(id: string): void {
    this.#write(this.list().filter((own) => own.id !== id));
  }

  #write(list: readonly OwnWebhook[]): void {
    this.#memory.set(KEY, list.length === 0 ? null : JSON.stringify(list));
  }
}

function isOwn(value: unknown): value is OwnWebhook {
  if (typeof value !== 'object' || value === null) return false;
  const { id, secret } = value as Partial<OwnWebhook>;
  return typeof id === 'string' && typeof secret === 'string';
}
