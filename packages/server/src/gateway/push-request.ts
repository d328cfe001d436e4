import { isReservedEvent, nameFault } from '@roomcast/protocol';
import Schema from 'typebox/schema';
import { ProblemError } from '../http/problem.ts';
import { describeFault } from '../util/schema-fault.ts';

/** What a backend wants to be sent, and to whom: the body of `POST /api/push`. One of the five targets. */
export interface PushRequest {
  readonly userId?: string;
  readonly userIds?: readonly string[];
  readonly room?: string;
  readonly rooms?: readonly string[];
  readonly broadcast?: boolean;
  readonly event: string;
  readonly data?: unknown;
  /** `{"$base64": "…"}` values in `data` are binary. */
  readonly binary?: boolean;
  /** In place of `data`: it is all binary. */
  readonly dataBase64?: string;
  /** The same again is the same push. */
  readonly id?: string;
}

/** Targets of one push. */
const MOST_TARGETS = 1000;
/** Characters. */
const LONGEST_EVENT = 128;
const LONGEST_ID = 200;
const ID = /^[\x20-\x7e]+$/;

const TARGETS = ['userId', 'userIds', 'room', 'rooms', 'broadcast'] as const;

const name = { type: 'string', minLength: 1 } as const;
const names = { type: 'array', items: name, minItems: 1, maxItems: MOST_TARGETS } as const;

export const PUSH_BODY = {
  type: 'object',
  required: ['event'],
  additionalProperties: false,
  properties: {
    userId: { ...name, description: 'To all connections of this user.' },
    userIds: { ...names, description: `To several users, at most ${MOST_TARGETS}.` },
    room: {
      ...name,
      description:
        'To everybody in this room, as `namespace:name`; a name without a namespace is a room of the bridge.',
    },
    rooms: { ...names, description: `To several rooms, at most ${MOST_TARGETS}.` },
    broadcast: { type: 'boolean', description: 'To everybody who has registered.' },
    event: {
      type: 'string',
      minLength: 1,
      maxLength: LONGEST_EVENT,
      description: 'The name of the event at the clients. Reserved names are refused.',
    },
    data: { description: 'Any JSON value; delivered byte for byte.' },
    binary: { type: 'boolean', description: 'Whether `{"$base64": "…"}` values in `data` are binary.' },
    dataBase64: { type: 'string', description: 'In place of `data`: one binary value.' },
    id: {
      type: 'string',
      minLength: 1,
      maxLength: LONGEST_ID,
      description: 'Idempotency id, as the header `Idempotency-Key`: the same again is not delivered again.',
    },
  },
  examples: [{ userId: '42', event: 'order_shipped', data: { order: 1001 }, id: 'order-1001-shipped' }],
} as const;

const BODY = Schema.Compile(PUSH_BODY);

/**
 * Checks what says that it is a push.
 * @param at what it is called, as `body`
 * @throws ProblemError VALIDATION_ERROR naming the field
 */
export function readPush(given: unknown, at: string): PushRequest {
  if (!BODY.Check(given)) {
    const [, errors] = BODY.Errors(given);
    const { field, message } = describeFault(errors, at);
    throw new ProblemError('VALIDATION_ERROR', message, { field });
  }
  const request = given as PushRequest;
  checkTarget(request, at);
  checkEvent(request.event, at);
  checkData(request, at);
  if (request.id !== undefined) requireId(request.id, `${at}.id`);
  return request;
}

/** @throws ProblemError VALIDATION_ERROR */
export function requireId(id: string, field: string): void {
  if (id.length <= LONGEST_ID && ID.test(id)) return;
  throw invalid(field, `must be 1 to ${LONGEST_ID} printable ASCII characters.`);
}

/** @throws ProblemError VALIDATION_ERROR */
export function requireUserId(id: string, field: string): void {
  const fault = nameFault(id);
  if (fault !== null) throw invalid(field, `${fault}; user ids are 1 to 128 characters.`);
}

function checkTarget(request: PushRequest, at: string): void {
  const [first, second] = TARGETS.filter((target) => request[target] !== undefined);
  const rule = `give exactly one of ${TARGETS.join(', ')}`;
  if (first === undefined) throw invalid(at, `names no target: ${rule}.`);
  if (second !== undefined) throw invalid(`${at}.${second}`, `is a second target beside ${first}: ${rule}.`);
  if (request.broadcast === false) throw invalid(`${at}.broadcast`, 'must be true, or be left out.');
  if (request.userId !== undefined) requireUserId(request.userId, `${at}.userId`);
  for (const [index, id] of (request.userIds ?? []).entries()) requireUserId(id, `${at}.userIds.${index}`);
}

function checkEvent(event: string, at: string): void {
  if (!event.isWellFormed()) throw invalid(`${at}.event`, 'has a lone surrogate.');
  if (!isReservedEvent(event)) return;
  throw invalid(`${at}.event`, `is ${event}, a reserved name: clients take it for a message of Roomcast itself.`);
}

function checkData({ data, dataBase64, binary }: PushRequest, at: string): void {
  if (data !== undefined && dataBase64 !== undefined) {
    throw invalid(`${at}.dataBase64`, 'stands beside data: give one of them.');
  }
  if (data === undefined && dataBase64 === undefined) throw invalid(`${at}.data`, 'is missing.');
  if (binary !== undefined && data === undefined) throw invalid(`${at}.binary`, 'is about data, and there is none.');
}

export function invalid(field: string, fault: string): ProblemError {
  return new ProblemError('VALIDATION_ERROR', `${field} ${fault}`, { field });
}
