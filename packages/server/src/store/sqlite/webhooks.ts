import { newId } from '../../util/ids.ts';
import type { Trimmed, WebhookStore } from '../webhook-store.ts';
import type { ReadOperations } from './read-operations.ts';
import type { SearchLink } from './search-link.ts';
import type { ThreadCalls } from './thread-calls.ts';
import type { WriteQueue } from './write-queue.ts';

/** Webhooks, as the main thread asks for them. Who looks through bodies waits behind nobody who only turns pages. */
export function webhooksOf(queue: WriteQueue, reader: ThreadCalls<ReadOperations>, search: SearchLink): WebhookStore {
  return {
    load: () => reader.call('loadWebhooks'),
    create: (webhook) => queue.call('createWebhook', webhook),
    update: (id, changes) => queue.call('updateWebhook', id, changes),
    async delete(id, room) {
      // What is much goes before, step by step: other writes must not wait for it.
      await trimStepwise(queue, room, 0, 0);
      return queue.call('deleteWebhook', id, room);
    },
    usage: () => reader.call('webhookUsage'),
    requests({ signal, ...query }) {
      return isSearch(query.filter) ? search.requests({ ...query, signal }) : reader.call('requests', query);
    },
    request: (room, requestId) => reader.call('request', room, requestId),
    remove: (room, requestId, data) => queue.call('removeRequest', room, requestId, data, newId()),
    trim: (room, keep, before) => trimStepwise(queue, room, keep, before),
  };
}

/** What comes in meanwhile is not touched: how far it goes is settled with the first step. */
async function trimStepwise(queue: WriteQueue, room: string, keep: number, before: number): Promise<Trimmed> {
  let step = await queue.call('trimRequests', room, keep, before);
  let { requests, bytes } = step;
  while (!step.isDone) {
    step = await queue.call('cutRequests', room, step.through);
    requests += step.requests;
    bytes += step.bytes;
  }
  return { requests, bytes, bottom: step.bottom };
}

function isSearch(filter: object): boolean {
  return Object.values(filter).some((wanted) => wanted !== undefined);
}
