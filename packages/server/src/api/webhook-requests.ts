import type { FastifyInstance } from 'fastify';
import { placedJson } from '../webhooks/placed-json.ts';
import { NOTHING, PROBLEMS } from './schemas.ts';
import { noStore, type WebhookRoutesContext } from './webhook-context.ts';
import { cursorOf, filterOf, type ListQuery, placeOf } from './webhook-query.ts';
import { LIST_QUERY, REQUEST, REQUEST_LIST, REQUEST_PARAMS } from './webhook-request-schemas.ts';
import { OWNER_HEADERS, WATCHER_HEADERS, WEBHOOK_PARAMS } from './webhook-schemas.ts';
import { pageJson } from './webhook-views.ts';

export interface ByRequestId {
  readonly id: string;
  readonly requestId: string;
}

const tags = ['Webhooks'];
const JSON_TYPE = 'application/json; charset=utf-8';

/** `/api/webhooks/{id}/requests…`: what a webhook has captured, to be listed, searched, looked at and deleted. */
export function webhookRequestRoutes(app: FastifyInstance, { may, webhooks, epochOf }: WebhookRoutesContext): void {
  app.get<{ Params: { id: string }; Querystring: ListQuery }>('/api/webhooks/:id/requests', {
    onRequest: noStore,
    schema: {
      summary: 'List and search captured requests',
      description: 'All filters that are given must hold. Follow `cursor` until it is null.',
      tags,
      params: WEBHOOK_PARAMS,
      headers: WATCHER_HEADERS,
      querystring: LIST_QUERY,
      response: { 200: REQUEST_LIST, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      const webhook = await may.watched(request, request.params.id);
      const place = placeOf(request.query);
      const found = await webhooks.requests(webhook, { ...place, filter: filterOf(request.query) });
      const rest = { cursor: cursorOf(found.cursor, place.order), total: webhooks.get(webhook.id).requests };
      return reply.type(JSON_TYPE).send(pageJson(found.requests, epochOf(webhook.room), rest));
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
      return reply.type(JSON_TYPE).send(placedJson(found, epochOf(webhook.room)));
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
