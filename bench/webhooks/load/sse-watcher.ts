import { type ClientRequest, get } from 'node:http';
import type { Watcher, WatcherOptions } from './watcher.ts';

/** By Server-Sent Events, as a page's EventSource reads them. */
export function watchOverSse({ port, webhookId, account }: WatcherOptions): Watcher {
  let request: ClientRequest | null = null;
  let lastEventId: string | null = null;
  return {
    connect() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const headers = { accept: 'text/event-stream', ...(lastEventId !== null && { 'last-event-id': lastEventId }) };
      const take = (block: string) => {
        const { event, data, id } = fieldsOf(block);
        lastEventId = id ?? lastEventId;
        if (event === 'joined') {
          const { epoch, offset } = JSON.parse(data ?? '');
          account.joined(epoch, offset);
          resolve();
        } else if (event === 'new-request') account.take(JSON.parse(data ?? ''));
      };
      request = get({ port, host: '127.0.0.1', path: `/api/webhooks/${webhookId}/events`, headers, agent: false });
      request.on('error', reject);
      request.on('response', (response) => {
        if (response.statusCode !== 200) reject(new Error(`watching by SSE is answered ${response.statusCode}`));
        let rest = '';
        response.setEncoding('utf8');
        response.on('error', () => {});
        response.on('data', (text: string) => {
          const blocks = (rest + text).split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) take(block);
        });
      });
      return promise;
    },
    drop: () => request?.destroy(),
  };
}

/** The fields of an event, by name. */
function fieldsOf(block: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    }),
  );
}
