import type { RequestFilter, RequestPage } from '../../store/webhook-store.ts';
import type { Webhook, WebhookService } from '../service.ts';
import type { ExportFormat, ExportSubject } from './formats.ts';

export interface ExportOptions {
  readonly webhooks: Pick<WebhookService, 'requests'>;
  readonly webhook: Webhook;
  readonly filter: RequestFilter;
  readonly format: ExportFormat;
  readonly subject: ExportSubject;
}

/** Requests that are read at a time. */
const PAGE = 100;

/**
 * Writes out what a webhook had captured when it was asked for, oldest first, page by page: one page is in memory.
 * @throws CommandError, StoreError of the service: what was written until then is not the whole
 */
export async function* exportRequests(options: ExportOptions): AsyncGenerator<Buffer> {
  const { webhooks, webhook, filter, format, subject } = options;
  // What is captured meanwhile is left out: it could go on for ever.
  const [newest] = (await webhooks.requests(webhook, { order: 'newest', cursor: null, limit: 1, filter: {} })).requests;
  const top = newest?.offset ?? 0;
  yield Buffer.from(format.head(subject));
  let separator = '';
  for (let cursor: number | null = 0; cursor !== null && cursor < top; ) {
    const page: RequestPage = await webhooks.requests(webhook, { order: 'oldest', cursor, limit: PAGE, filter });
    for (const request of page.requests) {
      if (request.offset > top) break;
      yield Buffer.concat([Buffer.from(separator), format.item(request, subject)]);
      separator = format.between;
    }
    cursor = page.cursor;
  }
  yield Buffer.from(format.tail);
}
