import type { RequestFilter, RequestPage, StoredRequest } from '../../store/webhook-store.ts';
import type { Webhook, WebhookService } from '../service.ts';
import { inChunks } from './chunks.ts';
import type { ExportFormat, ExportSubject } from './formats.ts';
import type { Pace } from './pace.ts';

export interface ExportOptions {
  readonly webhooks: Pick<WebhookService, 'requests'>;
  readonly webhook: Webhook;
  readonly filter: RequestFilter;
  readonly format: ExportFormat;
  readonly subject: ExportSubject;
  /** One for all that takes long. */
  readonly pace: Pace;
  /** Nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** Requests that are read at a time. */
const PAGE = 100;

/**
 * Writes out what a webhook had captured when it was asked for, oldest first, page by page: one page is in memory. It is
 * done in small steps, since whatever it takes is taken from all others.
 * @throws CommandError, StoreError of the service, the signal's reason: what was written until then is not the whole
 */
export async function* exportRequests(options: ExportOptions): AsyncGenerator<Buffer> {
  const { webhooks, webhook, filter, format, subject, pace, signal } = options;
  // What is captured meanwhile is left out: it could go on for ever.
  const [newest] = (await webhooks.requests(webhook, { order: 'newest', cursor: null, limit: 1, filter: {} })).requests;
  const top = newest?.offset ?? 0;
  yield Buffer.from(format.head(subject));
  let isFirst = true;
  for (let cursor: number | null = 0; cursor !== null && cursor < top; ) {
    const query = { order: 'oldest', cursor, limit: PAGE, filter, signal } as const;
    const page: RequestPage = await webhooks.requests(webhook, query);
    const wanted = page.requests.filter(({ offset }) => offset <= top);
    yield* pace.of(inChunks(piecesOf(wanted, options, isFirst)));
    isFirst &&= wanted.length === 0;
    cursor = page.cursor;
  }
  yield Buffer.from(format.tail);
}

function* piecesOf(requests: readonly StoredRequest[], { format, subject }: ExportOptions, isFirst: boolean) {
  for (const [index, request] of requests.entries()) {
    if (index > 0 || !isFirst) yield Buffer.from(format.between);
    yield* format.item(request, subject);
  }
}
