import type { CapturedRequest } from '@roomcast/protocol';
import type { FastifyInstance } from 'fastify';
import { isLoopback } from '../config/texts.ts';
import { isForwarded } from '../http/peer.ts';
import { Replayer } from '../webhooks/replay/replayer.ts';
import type { ReplayMode } from '../webhooks/replay/target.ts';
import { PROBLEMS } from './schemas.ts';
import { noStore, type WebhookRoutesContext } from './webhook-context.ts';
import { REPLAY_BODY, REPLAYED, REQUEST_PARAMS } from './webhook-request-schemas.ts';
import type { ByRequestId } from './webhook-requests.ts';
import { OWNER_HEADERS } from './webhook-schemas.ts';

interface ReplayBody {
  readonly url: string;
  readonly timeout?: number;
}

/** `POST /api/webhooks/{id}/requests/{requestId}/replay` */
export function webhookReplayRoute(app: FastifyInstance, { may, webhooks, settings }: WebhookRoutesContext): void {
  const replayer = new Replayer({ mode: modeOf(settings) });
  const closed = new Replayer({ mode: 'off' });

  app.post<{ Params: ByRequestId; Body: ReplayBody }>('/api/webhooks/:id/requests/:requestId/replay', {
    onRequest: noStore,
    schema: {
      summary: 'Send a captured request on to another address',
      description:
        'As it came: method, headers (without those of its connection and its way) and exact body; `Via` is added. Where to is the ' +
        'operator’s decision; see the option `webhookReplay`.',
      tags: ['Webhooks'],
      params: REQUEST_PARAMS,
      headers: OWNER_HEADERS,
      body: REPLAY_BODY,
      response: { 200: REPLAYED, ...PROBLEMS },
    },
    handler: async (request) => {
      const { params, body } = request;
      const { data } = await webhooks.request(may.owned(request, params.id), params.requestId);
      const captured = JSON.parse(Buffer.from(data).toString()) as CapturedRequest;
      const isClosed = settings.webhookReplay === 'auto' && isForwarded(request.raw);
      return (isClosed ? closed : replayer).replay(captured, body.url, body.timeout);
    },
  });
}

/**
 * `auto`: a server that everybody can reach sends nothing where everybody wants it. One on loopback does, but not for who
 * comes through a proxy: whoever has a tunnel to this server in order to receive webhooks has strangers there.
 */
function modeOf({ webhookReplay, host }: WebhookRoutesContext['settings']): ReplayMode {
  if (webhookReplay !== 'auto') return webhookReplay;
  return isLoopback(host) ? 'public' : 'off';
}
