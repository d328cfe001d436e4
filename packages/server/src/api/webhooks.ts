import type { FastifyInstance, FastifyRequest } from 'fastify';
import { secretsOf } from '../auth/webhook-credentials.ts';
import type { Webhook, WebhookChanges, WebhookWish } from '../webhooks/service.ts';
import { NOTHING, PROBLEMS } from './schemas.ts';
import { WebhookAccess } from './webhook-access.ts';
import { Answers } from './webhook-answers.ts';
import { noStore, type WebhookRoutesContext, type WebhookRoutesOptions } from './webhook-context.ts';
import { webhookDownloadRoutes } from './webhook-downloads.ts';
import { webhookReplayRoute } from './webhook-replay.ts';
import { webhookRequestRoutes } from './webhook-requests.ts';
import {
  CREATE_BODY,
  CREATED_WEBHOOK,
  OWNER_HEADERS,
  SECRETS_HEADERS,
  UPDATE_BODY,
  UPDATED_WEBHOOK,
  WATCHER_HEADERS,
  WEBHOOK,
  WEBHOOK_LIST,
  WEBHOOK_PARAMS,
  WEBHOOKS_QUERY,
} from './webhook-schemas.ts';
import { baseOf, detailsOf } from './webhook-views.ts';

interface ById {
  readonly id: string;
}

const tags = ['Webhooks'];
const DEFAULT_PAGE = 100;

/** `/api/webhooks/…`: to make webhooks, to see what they have captured, and to take it away. */
export function webhookRoutes(app: FastifyInstance, options: WebhookRoutesOptions): void {
  if (options.settings.webhooks === 'off') return;
  const context = { ...options, may: new WebhookAccess(options), answers: new Answers() };
  managementRoutes(app, context);
  webhookRequestRoutes(app, context);
  webhookDownloadRoutes(app, context);
  webhookReplayRoute(app, context);
}

function managementRoutes(app: FastifyInstance, { may, webhooks, peers, settings }: WebhookRoutesContext): void {
  const shown = (request: FastifyRequest, webhook: Webhook) => detailsOf(webhook, baseOf(request, peers), settings);
  const shownAll = async (request: FastifyRequest, found: readonly Webhook[]) => {
    // One that is deleted meanwhile is shown as it was.
    await Promise.allSettled(found.map((webhook) => webhooks.settle(webhook)));
    return found.map((webhook) => shown(request, webhook));
  };

  app.post<{ Body: WebhookWish }>('/api/webhooks', {
    onRequest: noStore,
    config: { bodyIsOptional: true },
    schema: {
      summary: 'Create a webhook',
      description: 'The secret in the answer is what changes to it need later; it cannot be had again.',
      tags,
      body: CREATE_BODY,
      response: { 201: CREATED_WEBHOOK, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      const creator = may.creator(request, settings.webhooks === 'keys');
      const { webhook, secret } = await webhooks.create(request.body, creator);
      const details = shown(request, webhook);
      return reply
        .code(201)
        .header('location', `/api/webhooks/${webhook.id}`)
        .send({ ...details, secret });
    },
  });

  app.get<{ Querystring: { limit?: string; cursor?: string } }>('/api/webhooks', {
    onRequest: noStore,
    schema: {
      summary: 'List webhooks',
      description: 'Those whose secrets are shown; all of them, page by page, with an API key of the scope `admin`.',
      tags,
      headers: SECRETS_HEADERS,
      querystring: WEBHOOKS_QUERY,
      response: { 200: WEBHOOK_LIST, ...PROBLEMS },
    },
    handler: async (request) => {
      const secrets = secretsOf(request.raw);
      if (secrets.length > 0 || !may.isAdmin(request)) {
        const found = webhooks.ofSecrets(secrets);
        return { webhooks: await shownAll(request, found), cursor: null };
      }
      const { limit = DEFAULT_PAGE, cursor = null } = request.query;
      const found = webhooks.list(cursor, Number(limit) + 1);
      const page = found.slice(0, Number(limit));
      const next = found.length > page.length ? (page.at(-1)?.id ?? null) : null;
      return { webhooks: await shownAll(request, page), cursor: next };
    },
  });

  app.get<{ Params: ById }>('/api/webhooks/:id', {
    onRequest: noStore,
    schema: {
      summary: 'Look at a webhook',
      tags,
      params: WEBHOOK_PARAMS,
      headers: WATCHER_HEADERS,
      response: { 200: WEBHOOK, ...PROBLEMS },
    },
    handler: async (request) => {
      const webhook = await may.watched(request, request.params.id);
      await webhooks.settle(webhook);
      return shown(request, webhook);
    },
  });

  app.patch<{ Params: ById; Body: WebhookChanges }>('/api/webhooks/:id', {
    onRequest: noStore,
    schema: {
      summary: 'Change what a webhook answers, keeps, and asks of those who watch',
      description:
        'With `rotateSecret`, the answer has a new secret, and the old one opens nothing any more. Who watches a locked ' +
        'webhook is put out when its password or secret changes, or when it becomes locked.',
      tags,
      params: WEBHOOK_PARAMS,
      headers: OWNER_HEADERS,
      body: UPDATE_BODY,
      response: { 200: UPDATED_WEBHOOK, ...PROBLEMS },
    },
    handler: async (request) => {
      const webhook = may.owned(request, request.params.id);
      const { webhook: changed, ...rest } = await webhooks.update(webhook, request.body);
      await webhooks.settle(changed);
      return { ...shown(request, changed), ...rest };
    },
  });

  app.delete<{ Params: ById }>('/api/webhooks/:id', {
    onRequest: noStore,
    schema: {
      summary: 'Delete a webhook and all that it has captured',
      tags,
      params: WEBHOOK_PARAMS,
      headers: OWNER_HEADERS,
      response: { 204: NOTHING, ...PROBLEMS },
    },
    handler: async (request, reply) => {
      await webhooks.delete(may.owned(request, request.params.id));
      return reply.code(204).send();
    },
  });
}
