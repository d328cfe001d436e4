import type { IncomingMessage } from 'node:http';
import { bridgeRoomName, LIMITS, type Position, parseRoomName, type RoomName } from '@roomcast/protocol';
import { ProblemError } from '../http/problem.ts';

/** What a reader asks for. */
export interface SseWish {
  readonly room: RoomName;
  /** The id of the last event that it has got; null where it begins anew. */
  readonly lastEventId: string | null;
  /** Publications of the recent past that it wants; null where it names no number. */
  readonly limit: number | null;
}

/** What opens a webhook that is locked. */
export interface WebhookProof {
  readonly secret?: string;
  readonly password?: string;
}

const SSE_PATH = '/sse';
const WEBHOOK_PATH = /^\/api\/webhooks\/([^/]+)\/events$/;
const WEBHOOK = 'webhook';
const SECRET = /^bearer +(whsec_\S+) *$/i;
/** Longest id of an event; a longer one is none of ours. */
const EVENT_ID = 100;

/** Whether a request is for a stream of events, by its path. */
export function isForEvents({ url = '' }: IncomingMessage): boolean {
  const [path = ''] = url.split('?', 1);
  return path === SSE_PATH || WEBHOOK_PATH.test(path);
}

export function isWebhook({ room }: SseWish): boolean {
  return room.namespace === WEBHOOK;
}

/** What stands behind the question mark. */
export function queryOf({ url = '' }: IncomingMessage): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** @throws ProblemError METHOD_NOT_ALLOWED, VALIDATION_ERROR, NOT_FOUND, NOT_ACCEPTABLE */
export function readWish(request: IncomingMessage): SseWish {
  if (request.method !== 'GET') {
    throw new ProblemError('METHOD_NOT_ALLOWED', 'Events are read with GET.', { allow: ['GET'] });
  }
  if (!acceptsEvents(request.headers.accept)) {
    const detail = 'What is here is text/event-stream, and the header "accept" does not allow for it.';
    throw new ProblemError('NOT_ACCEPTABLE', detail);
  }
  const query = new URLSearchParams(queryOf(request));
  return { room: roomOf(request, query), lastEventId: lastEventIdOf(request, query), limit: limitOf(query) };
}

/** The place in a log that the id of an event names. Null where it names none. */
export function placeOf(eventId: string): Position | null {
  const dash = eventId.lastIndexOf('-');
  const offset = eventId.slice(dash + 1);
  return dash > 0 && /^\d{1,15}$/.test(offset) ? { epoch: eventId.slice(0, dash), offset: Number(offset) } : null;
}

/** What a request shows in order to watch a webhook; of several secrets the first. */
export function proofOf({ headers }: IncomingMessage): WebhookProof {
  const [listed = ''] = (single(headers['x-webhook-secret']) ?? '').split(',');
  const secret = listed.trim() || SECRET.exec(headers.authorization ?? '')?.[1];
  const password = single(headers['x-webhook-password']);
  return {
    ...(secret === undefined ? {} : { secret }),
    ...(password === undefined ? {} : { password: textOf(password) }),
  };
}

/** Header values are bytes: those of UTF-8, or else of ISO 8859-1. */
function textOf(header: string): string {
  const text = Buffer.from(header, 'latin1').toString();
  return text.includes('\uFFFD') ? header : text;
}

function roomOf({ url = '' }: IncomingMessage, query: URLSearchParams): RoomName {
  const [path = ''] = url.split('?', 1);
  const [, webhookId] = WEBHOOK_PATH.exec(path) ?? [];
  if (webhookId !== undefined) return webhookRoom(webhookId);
  const [given, ...others] = query.getAll('room');
  if (given === undefined) throw badRoom('is missing: read /sse?room=NAME');
  if (others.length > 0) throw badRoom('is given more than once, and a stream is of one room');
  const name = given.includes(':') ? parseRoomName(given) : bridgeRoomName(given);
  if ('fault' in name) throw badRoom(name.fault);
  return name;
}

function webhookRoom(given: string): RoomName {
  try {
    const name = decodeURIComponent(given);
    return { namespace: WEBHOOK, name, full: `${WEBHOOK}:${name}` };
  } catch {
    throw new ProblemError('NOT_FOUND', 'Webhook not found');
  }
}

function badRoom(fault: string): ProblemError {
  return new ProblemError('VALIDATION_ERROR', `The room ${fault}.`, { field: 'query.room' });
}

/** The header is the newer of the two: a browser sends it when it comes back, to the address that it was given first. */
function lastEventIdOf({ headers }: IncomingMessage, query: URLSearchParams): string | null {
  const given = single(headers['last-event-id']) || query.get('lastEventId');
  return given ? given.slice(0, EVENT_ID) : null;
}

function limitOf(query: URLSearchParams): number | null {
  const given = query.get('limit');
  if (given === null) return null;
  if (/^\d{1,4}$/.test(given) && Number(given) <= LIMITS.historyPage) return Number(given);
  const detail = `limit must be a whole number up to ${LIMITS.historyPage}.`;
  throw new ProblemError('VALIDATION_ERROR', detail, { field: 'query.limit' });
}

/** Whether a header `accept` allows for events; without one everything is allowed (RFC 9110 §12.5.1). */
export function acceptsEvents(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  const ranges = new Map<string, boolean>();
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    ranges.set(type, !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter)));
  }
  // The most specific one decides.
  return ranges.get('text/event-stream') ?? ranges.get('text/*') ?? ranges.get('*/*') ?? false;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
