import { LIMITS } from '@roomcast/protocol';

/** JSON Schemas of the HTTP API: what is validated is what the OpenAPI document shows. */

const string = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const dateTime = { type: 'string', format: 'date-time' } as const;
const nullable = <Type extends string>(type: Type) => ({ anyOf: [{ type }, { type: 'null' }] }) as const;

export const PROBLEM = {
  type: 'object',
  description: 'RFC 9457 problem details; `code` is from the error table of the protocol.',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: { type: string, title: string, status: integer, detail: string, code: string, field: string },
} as const;

/** Any 4xx or 5xx. */
export const PROBLEMS = { '4xx': PROBLEM, '5xx': PROBLEM } as const;

export const EMIT_BODY = {
  type: 'object',
  required: ['room', 'data'],
  properties: {
    room: {
      type: 'string',
      minLength: 1,
      description: 'Name of a bridge room; with an API key also `namespace:name`.',
    },
    data: { description: 'Any JSON value; delivered byte for byte.' },
    event: {
      type: 'string',
      minLength: 1,
      maxLength: LIMITS.eventName,
      description: 'Event of the publication, for native clients. Default `message`.',
    },
  },
  examples: [{ room: 'lobby', data: { text: 'hello' } }],
} as const;

export const EMITTED = {
  type: 'object',
  required: ['room', 'delivered', 'timestamp', 'id', 'offset', 'epoch'],
  properties: {
    room: { ...string, description: 'Full name of the room.' },
    delivered: { ...integer, description: 'Connections that it was sent to.' },
    timestamp: dateTime,
    id: { ...nullable('string'), description: 'Null in rooms without a log, as are offset and epoch.' },
    offset: nullable('integer'),
    epoch: nullable('string'),
  },
} as const;

const ROOM_PROPERTIES = {
  id: { ...string, description: 'Full name, `namespace:name`.' },
  name: string,
  memberCount: integer,
  lastActivity: dateTime,
} as const;

export const ROOMS_QUERY = {
  type: 'object',
  properties: {
    limit: { type: 'string', pattern: '^[1-9][0-9]{0,2}$', description: 'Rooms per page, 1 to 500. Default 100.' },
    cursor: { type: 'string', description: 'What the page before gave.' },
    namespace: { type: 'string', maxLength: LIMITS.namespace, description: 'Rooms of this namespace only.' },
    search: { type: 'string', maxLength: LIMITS.roomName, description: 'Rooms whose name contains this.' },
  },
} as const;

export const ROOM_LIST = {
  type: 'object',
  required: ['rooms', 'cursor', 'total'],
  properties: {
    rooms: { type: 'array', items: { type: 'object', properties: ROOM_PROPERTIES } },
    cursor: { ...nullable('string'), description: 'For the next page; null = there is none.' },
    total: { ...integer, description: 'Rooms on this server, whatever the filter.' },
  },
} as const;

export const ROOM_PARAMS = { type: 'object', properties: { room: string } } as const;

export const ROOM_DETAIL = {
  type: 'object',
  properties: {
    ...ROOM_PROPERTIES,
    namespace: string,
    createdAt: dateTime,
    offset: { ...nullable('integer'), description: 'Top of the log; null where the namespace keeps none.' },
    epoch: nullable('string'),
    members: {
      type: 'array',
      description: 'The first 1000 connections.',
      items: {
        type: 'object',
        properties: {
          connectionId: string,
          userId: nullable('string'),
          username: nullable('string'),
          transport: string,
        },
      },
    },
  },
} as const;

export const HEALTH = {
  type: 'object',
  properties: {
    status: { enum: ['ok', 'draining'] },
    version: string,
    uptimeSeconds: integer,
    connections: integer,
    maxConnections: integer,
    rooms: integer,
    memoryBytes: integer,
  },
} as const;

export const READY = { type: 'object', properties: { status: { enum: ['ready'] } } } as const;
