import type { FastifyInstance } from 'fastify';
import { placedJson } from '../webhooks/placed-json.ts';
import { NOTHING, PROBLEMS } from './schemas.ts';
import { sendBytes } from './webhook-answers.ts';
import { noStore, type WebhookRoutesContext } from './webhook-context.ts';
import { cursorOf, filterOf, type ListQuery, placeOf } from './webhook-query.ts';
import { LIST_QUERY, REQUEST, REQUEST_LIST, REQUEST_PARAMS } from './webhook-request-schemas.ts';
import { OWNER_HEADERS, WATCHER_HEADERS, WEBHOOK_PARAMS } from './webhook-schemas.ts';
import { Searches } from './webhook-searches.ts';
import { pageJson } from './webhook-views.ts';

export interface ByRequestId {
  readonly id: string;
  readonly requestId: string;
}

const tags = ['Webhooks'];
const JSON_TYPE = 'application/json; charset=utf-8';

/** `/api/webhooks/{id}/requests…`: what a webhook has captured, to be listed, searched, looked at and deleted. */
export function webhookRequestRoutes(app: FastifyInstance, context: WebhookRoutesContext): void {
  const { may, webhooks, peers, answers, epochOf } = context;
  const searches = new Searches();

  app.get<{ Params: { id: string }; Querystring: ListQuery }>('/api/webhooks/:id/requests', {
    onRequest: noStore,
    schema: {
      summary: 'List and search captured requests',
      description:
        'All filters that are given must hold. A page has at most 1 MiB (but one request at least), and a search looks ' +
        'for a moment at a time: it may have fewer than `limit`, or none. Follow `cursor` until it is null.',
      tags,
      params: WEBHOOK_PARAMS,
      headers: WATCHER_HEADERS,
      querystring: LIST_QUERY,
      response: { 200: REQUEST_LIST, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      const webhook = await may.watched(request, request.params.id);
      const [place, filter] = [placeOf(request.query), filterOf(request.query)];
      const address = peers.addressOf(request.raw);
      const found = await searches.run(reply, address, filter, (signal) => {
        return webhooks.requests(webhook, { ...place, filter, signal });
      });
      if (!found) return reply.hijack();
      const rest = { cursor: cursorOf(found.cursor, place.order), total: webhooks.get(webhook.id).requests };
      const page = pageJson(found.requests, epochOf(webhook.room), rest);
      answers.begin(reply, address, page.length);
      return sendBytes(reply.type(JSON_TYPE), page);
    },
  });

  app.get<{ Params: ByRequestId }>('/api/webhooks/:id/requests/:requestId', {
    onRequest: noStore,
    schema: {
      summary: 'Look at a captured request',
      tags,
      params: REQUEST_PARAMS,
      headers: WATCHER_HEADERS,
      response: { 200: REQUEST, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      const webhook = await may.watched(request, request.params.id);
      const found = await webhooks.request(webhook, request.params.requestId);
      const json = placedJson(found, epochOf(webhook.room));
      answers.begin(reply, peers.addressOf(request.raw), json.length);
      return sendBytes(reply.type(JSON_TYPE), json);
    },
  });

  app.delete<{ Params: ByRequestId }>('/api/webhooks/:id/requests/:requestId', {
    onRequest: noStore,
    schema: {
      summary: 'Delete a captured request',
      tags,
      params: REQUEST_PARAMS,
      headers: OWNER_HEADERS,
      response: { 204: NOTHING, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      await webhooks.removeRequest(may.owned(request, request.params.id), request.params.requestId);
      return reply.code(204).send();
    },
  });

  app.delete<{ Params: { id: string } }>('/api/webhooks/:id/requests', {
    onRequest: noStore,
    schema: {
      summary: 'Delete all captured requests',
      tags,
      params: WEBHOOK_PARAMS,
      headers: OWNER_HEADERS,
      response: { 204: NOTHING, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      await webhooks.clear(may.owned(request, request.params.id));
      return reply.code(204).send();
    },
  });
}
