import type { IncomingMessage } from 'node:http';
import { bridgeRoomName, LIMITS, parseRoomName, type RoomName } from '@roomcast/protocol';
import { ProblemError } from '../http/problem.ts';

/** What a reader asks for. */
export interface SseWish {
  readonly room: RoomName;
  /** The id of the last event that it has got; null where it begins anew. */
  readonly lastEventId: string | null;
  /** Publications of the recent past that it wants; null where it names no number. */
  readonly limit: number | null;
}

const SSE_PATH = '/sse';
const WEBHOOK_PATH = /^\/api\/webhooks\/([^/]+)\/events$/;
const WEBHOOK = 'webhook';
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
  const given = headers['last-event-id'] || query.get('lastEventId');
  return typeof given === 'string' && given !== '' ? given.slice(0, EVENT_ID) : null;
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
