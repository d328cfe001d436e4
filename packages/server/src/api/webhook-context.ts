import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import type { Config } from '../config/config.ts';
import type { Peers } from '../http/peer.ts';
import type { WebhookService } from '../webhooks/service.ts';
import type { WebhookAccess } from './webhook-access.ts';
import type { Answers } from './webhook-answers.ts';

export interface WebhookRoutesOptions {
  readonly access: Access;
  readonly keys: ApiKeys;
  readonly webhooks: WebhookService;
  readonly peers: Peers;
  readonly settings: Pick<Config, 'webhooks' | 'webhookReplay' | 'webhookRequests' | 'webhookAge' | 'host'>;
  /** The epoch of a webhook's log, by the full name of its room. */
  readonly epochOf: (room: string) => string;
  /** Of this program, for archives. */
  readonly version: string;
}

/** What all routes of webhooks need. */
export interface WebhookRoutesContext extends WebhookRoutesOptions {
  readonly may: WebhookAccess;
  readonly answers: Answers;
}

/** For `onRequest`: what webhooks capture is nobody else's, and the next moment it is out of date. */
export async function noStore(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('cache-control', 'no-store');
}
