import { Readable } from 'node:stream';
import type { CapturedRequest } from '@roomcast/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem.ts';
import { bodyBytes, headerOf } from '../webhooks/export/body.ts';
import { curlCommand } from '../webhooks/export/curl.ts';
import { exportRequests } from '../webhooks/export/export.ts';
import { EXPORT_FORMATS, type ExportFormatName } from '../webhooks/export/formats.ts';
import { partsOf } from '../webhooks/multipart.ts';
import { PROBLEMS } from './schemas.ts';
import { asAttachment } from './webhook-attachment.ts';
import { noStore, type WebhookRoutesContext } from './webhook-context.ts';
import { type FilterQuery, filterOf } from './webhook-query.ts';
import { BYTES, DOWNLOAD, EXPORT_QUERY, PART_PARAMS, PARTS, REQUEST_PARAMS, TEXT } from './webhook-request-schemas.ts';
import type { ByRequestId } from './webhook-requests.ts';
import { WATCHER_HEADERS, WEBHOOK_PARAMS } from './webhook-schemas.ts';
import { baseOf } from './webhook-views.ts';

const PATH = '/api/webhooks/:id/requests/:requestId';
const tags = ['Webhooks'];

/** What was captured, in other forms: the bytes, the parts of a form, a command that sends it again, archives of all. */
export function webhookDownloadRoutes(app: FastifyInstance, context: WebhookRoutesContext): void {
  const { may, webhooks, peers, epochOf, version } = context;
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
      return asAttachment(reply, `${found.webhookId}-${found.id}.bin`).send(bodyBytes(found));
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
      return asAttachment(reply, part.filename || part.name || `part-${part.index}`).send(part.bytes);
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
      const command = curlCommand(await captured(request, request.params), baseOf(request, peers));
      return reply
        .type('text/plain; charset=utf-8')
        .headers({ 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' })
        .send(command);
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
        const format = EXPORT_FORMATS[name];
        const base = baseOf(request, peers);
        const subject = { webhookId: webhook.id, epoch: epochOf(webhook.room), base, version };
        const chunks = exportRequests({ webhooks, webhook, filter: filterOf(filters), format, subject });
        const first = await chunks.next(); // what cannot be read is answered as a problem, while it can
        const stream = Readable.from(following(first, chunks), { objectMode: false });
        return asAttachment(reply, `${webhook.id}.${format.extension}`, format.type).send(stream);
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
