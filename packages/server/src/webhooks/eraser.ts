import { CommandError } from '../core/errors.ts';
import type { StoredLog } from '../core/log.ts';
import type { Room } from '../core/room.ts';
import type { PublishResult } from '../core/session.ts';
import type { WebhookStore } from '../store/webhook-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import type { HeldWebhook } from './held-webhook.ts';
import type { Keeper } from './keeper.ts';

export interface EraserOptions {
  readonly store: Pick<WebhookStore, 'remove' | 'requests'>;
  /** Deletes what a room's log has up to an offset. */
  readonly cut: (room: string, offset: number) => Promise<void>;
  readonly keeper: Keeper;
  readonly clock: Clock;
  readonly log: Logger;
  readonly roomOf: (webhook: HeldWebhook) => Room;
  readonly publish: (room: Room, event: string, data: Buffer) => PublishResult | Promise<PublishResult>;
}

/** What one write deletes: others must not wait for it long. */
const STEP = 500;
const STEP_BYTES = 8 * 1024 * 1024;

/** Deletes captured requests because somebody wants it so. Whoever watches, or comes back later, is told. */
export class Eraser {
  readonly #options: EraserOptions;

  constructor(options: EraserOptions) {
    this.#options = options;
  }

  /**
   * Deletes one. In its place in the log stands what says so; the same comes at the end, for those who have it already.
   * @throws CommandError NOT_FOUND
   * @throws StoreError
   */
  async remove(webhook: HeldWebhook, id: string): Promise<void> {
    const { store, keeper, log, roomOf, publish } = this.#options;
    const data = Buffer.from(JSON.stringify({ id, webhookId: webhook.id }));
    const removed = await store.remove(webhook.room, id, data);
    if (!removed) throw new CommandError('NOT_FOUND', 'Request not found');
    keeper.removed(webhook, removed.bytes);
    try {
      const room = roomOf(webhook);
      storedLogOf(room).forget(removed.offset, 'request-deleted', data);
      await publish(room, 'request-deleted', data);
    } catch (err) {
      // It is gone, and that is what was asked for.
      log.warn({ err }, 'watchers could not be told of a deleted request');
    }
  }

  /**
   * Deletes all that there are at this moment. First it is noted that they are to go (a server that dies on the way ends
   * it at its next start), then the log says so, which draws the line to what is captured meanwhile, then they go.
   * @param note stores the time before which nothing is to be kept
   * @throws CommandError, StoreError
   */
  async clear(webhook: HeldWebhook, note: (clearedAt: number) => Promise<void>): Promise<void> {
    const { cut, keeper, clock, log, roomOf, publish } = this.#options;
    await note(clock.now());
    const room = roomOf(webhook);
    const marker = await publish(room, 'requests-cleared', Buffer.from(JSON.stringify({ webhookId: webhook.id })));
    // Publications are settled in their order, so this is what was captured before the marker.
    const { held, bytes } = webhook;
    const last = (marker.offset ?? 1) - 1;
    for await (const offset of this.#steps(webhook, last)) await cut(webhook.room, offset);
    storedLogOf(room).cutThrough(last);
    keeper.cleared(webhook, held, bytes);
    await note(0).catch((err: unknown) => log.warn({ err }, 'that requests are deleted could not be noted'));
  }

  /** Offsets up to which the log is cut, one after the other. */
  async *#steps({ room, held, bytes }: HeldWebhook, last: number): AsyncGenerator<number> {
    const oldest = { room, order: 'oldest', cursor: null, limit: 1, bytes: 1, filter: {} } as const;
    const first = (await this.#options.store.requests(oldest)).requests[0]?.offset ?? last;
    const step = Math.max(1, Math.min(STEP, Math.floor((STEP_BYTES * held) / Math.max(1, bytes))));
    for (let offset = first + step - 1; offset < last; offset += step) yield offset;
    yield last;
  }
}

function storedLogOf({ log, name }: Room): StoredLog {
  if (log?.kind !== 'stored') throw new Error(`${name.full} is not kept on disk`);
  return log;
}
