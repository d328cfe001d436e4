import type { CapturedRequest } from '@roomcast/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem.ts';
import { bodyBytes } from '../util/body-bytes.ts';
import { inChunks } from '../webhooks/export/chunks.ts';
import { curlCommand } from '../webhooks/export/curl.ts';
import { exportRequests } from '../webhooks/export/export.ts';
import { EXPORT_FORMATS, type ExportFormatName } from '../webhooks/export/formats.ts';
import { headerOf } from '../webhooks/export/header.ts';
import { Pace } from '../webhooks/export/pace.ts';
import { partsOf } from '../webhooks/multipart.ts';
import { PROBLEMS } from './schemas.ts';
import { sendBytes, sendChunks } from './webhook-answers.ts';
import { asAttachment } from './webhook-attachment.ts';
import { noStore, type WebhookRoutesContext } from './webhook-context.ts';
import { goneSignal, onceGone } from './webhook-gone.ts';
import { type FilterQuery, filterOf } from './webhook-query.ts';
import { BYTES, DOWNLOAD, EXPORT_QUERY, PART_PARAMS, PARTS, REQUEST_PARAMS, TEXT } from './webhook-request-schemas.ts';
import type { ByRequestId } from './webhook-requests.ts';
import { WATCHER_HEADERS, WEBHOOK_PARAMS } from './webhook-schemas.ts';
import { Shares } from './webhook-shares.ts';
import { baseOf } from './webhook-views.ts';

const PATH = '/api/webhooks/:id/requests/:requestId';
const tags = ['Webhooks'];
/** Exports under way: in all, and for one address. */
const EXPORTS = { of: 'exports', inAll: 16, each: 2 };
/** Bytes of memory that an export takes: the page that it is at, and what is made of it. */
const EXPORT_BYTES = 2 * 1024 * 1024;

/** What was captured, in other forms: the bytes, the parts of a form, a command that sends it again, archives of all. */
export function webhookDownloadRoutes(app: FastifyInstance, context: WebhookRoutesContext): void {
  const { may, webhooks, peers, answers, epochOf, version } = context;
  const pace = new Pace();
  const exports = new Shares(EXPORTS);
  const captured = async (request: FastifyRequest, { id, requestId }: ByRequestId): Promise<CapturedRequest> => {
    const { data } = await webhooks.request(await may.watched(request, id), requestId);
    return JSON.parse(Buffer.from(data).toString()) as CapturedRequest;
  };
  const described = { tags, params: REQUEST_PARAMS, headers: WATCHER_HEADERS };

  app.get<{ Params: ByRequestId }>(`${PATH}/body`, {
    onRequest: noStore,
    schema: { ...described, summary: 'Download the body of a captured request', response: { 200: BYTES, ...PROBLEMS } },
    handler: async (request, reply) => {
      const found = await captured(request, request.params);
      answers.begin(reply, peers.addressOf(request.raw), found.bodySize);
      return sendBytes(asAttachment(reply, `${found.webhookId}-${found.id}.bin`), bodyBytes(found));
    },
  });

  app.get<{ Params: ByRequestId }>(`${PATH}/parts`, {
    onRequest: noStore,
    schema: {
      ...described,
      summary: 'List the parts of a multipart body',
      response: { 200: PARTS, ...PROBLEMS },
    },
    handler: async (request) => {
      const { parts, complete } = partsOfRequest(await captured(request, request.params));
      return { parts: parts.map(({ bytes, ...part }) => ({ ...part, size: bytes.length })), complete };
    },
  });

  app.get<{ Params: ByRequestId & { index: string } }>(`${PATH}/parts/:index`, {
    onRequest: noStore,
    schema: {
      ...described,
      summary: 'Download a part of a multipart body',
      params: PART_PARAMS,
      response: { 200: BYTES, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      const part = partsOfRequest(await captured(request, request.params)).parts[Number(request.params.index)];
      if (!part) throw new ProblemError('NOT_FOUND', 'Part not found');
      answers.begin(reply, peers.addressOf(request.raw), part.bytes.length);
      return sendBytes(asAttachment(reply, part.filename || part.name || `part-${part.index}`), part.bytes);
    },
  });

  app.get<{ Params: ByRequestId }>(`${PATH}/curl`, {
    onRequest: noStore,
    schema: {
      ...described,
      summary: 'Get a curl command that repeats a captured request',
      description: 'For a POSIX shell.',
      response: { 200: TEXT, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      const found = await captured(request, request.params);
      answers.begin(reply, peers.addressOf(request.raw), found.bodySize);
      const command = pace.of(inChunks(curlCommand(found, baseOf(request, peers))));
      const headers = { 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' };
      return sendChunks(reply.type('text/plain; charset=utf-8').headers(headers), command);
    },
  });

  app.get<{ Params: { id: string }; Querystring: FilterQuery & { format: ExportFormatName } }>(
    '/api/webhooks/:id/export',
    {
      onRequest: noStore,
      exposeHeadRoute: false, // it would read all of it
      schema: {
        summary: 'Download captured requests as a HAR archive, as JSON, or as a script of curl commands',
        description: 'Oldest first. The filters are those of the list.',
        tags,
        params: WEBHOOK_PARAMS,
        headers: WATCHER_HEADERS,
        querystring: EXPORT_QUERY,
        response: { 200: DOWNLOAD, ...PROBLEMS },
      },
      handler: async (request, reply) => {
        const { format: name, ...filters } = request.query;
        const webhook = await may.watched(request, request.params.id);
        const address = peers.addressOf(request.raw);
        onceGone(reply.raw, exports.take(address));
        const format = EXPORT_FORMATS[name];
        const base = baseOf(request, peers);
        const subject = { webhookId: webhook.id, epoch: epochOf(webhook.room), base, version };
        const [filter, signal] = [filterOf(filters), goneSignal(reply.raw)];
        const chunks = exportRequests({ webhooks, webhook, filter, format, subject, pace, signal });
        const first = await chunks.next(); // what cannot be read is answered as a problem, while it can
        answers.begin(reply, address, EXPORT_BYTES);
        return sendChunks(
          asAttachment(reply, `${webhook.id}.${format.extension}`, format.type),
          following(first, chunks),
        );
      },
    },
  );
}

function partsOfRequest(request: CapturedRequest) {
  return partsOf(headerOf(request, 'content-type'), bodyBytes(request));
}

async function* following(first: IteratorResult<Buffer, void>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (!first.done) yield first.value;
  yield* rest;
}
