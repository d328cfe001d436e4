import type { WebhookDetails } from '@roomcast/protocol';
import type { FastifyRequest } from 'fastify';
import type { Peers } from '../http/peer.ts';
import type { StoredRequest } from '../store/webhook-store.ts';
import { isoTime } from '../util/clock.ts';
import { placedJson } from '../webhooks/placed-json.ts';
import type { Webhook } from '../webhooks/service.ts';
import { type RetentionBounds, retentionLimitsOf } from '../webhooks/settings.ts';

/** A webhook as the API shows it. @param base see `baseOf` */
export function detailsOf(webhook: Webhook, base: string, bounds: RetentionBounds): WebhookDetails {
  const { id, named, hasPassword, createdAt, requests, bytes, lastAt, response, retention } = webhook;
  return {
    id,
    url: `${base}/hooks/${id}`,
    named,
    locked: named || hasPassword,
    createdAt: isoTime(createdAt),
    requests,
    bytes,
    lastRequestAt: lastAt === null ? null : isoTime(lastAt),
    response,
    retention,
    retentionLimits: retentionLimitsOf(bounds),
  };
}

/** Scheme and host under which the caller sees this server: what it has asked for is what it can be told. */
export function baseOf({ raw }: FastifyRequest, peers: Peers): string {
  const scheme = peers.isSecure(raw) ? 'https' : 'http';
  const { localAddress = 'localhost', localPort } = raw.socket;
  const named = raw.headers.host === undefined ? null : URL.parse(`${scheme}://${raw.headers.host}`);
  if (named) return named.origin;
  return `${scheme}://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}

/** The answer of a list of requests. */
export function pageJson(requests: readonly StoredRequest[], epoch: string, rest: object): Buffer {
  const items = requests.flatMap((request, index) => {
    const item = placedJson(request, epoch);
    return index === 0 ? [item] : [COMMA, item];
  });
  return Buffer.concat([Buffer.from('{"requests":['), ...items, Buffer.from(`],${JSON.stringify(rest).slice(1)}`)]);
}

const COMMA = Buffer.from(',');
