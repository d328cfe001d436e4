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
    storage: { enum: ['ok', 'unavailable'], description: 'Whether chat messages can be saved just now.' },
    memoryBytes: integer,
  },
} as const;

export const READY = {
  type: 'object',
  properties: { status: { enum: ['ready'] }, storage: { enum: ['ok'] } },
} as const;

/** An answer without a body. */
export const NOTHING = { type: 'null', description: 'Done.' } as const;

const USERNAME = {
  ...string,
  description: `${LIMITS.usernameMin} to ${LIMITS.usernameMax} letters, digits, "_" and "-"; unique whatever the case.`,
} as const;
const NEW_PASSWORD = { ...string, description: `At least ${LIMITS.passwordMin} characters, whichever.` } as const;

export const REGISTER_BODY = {
  type: 'object',
  required: ['username'],
  properties: {
    username: USERNAME,
    password: { ...NEW_PASSWORD, description: `${NEW_PASSWORD.description} Not needed with the preset \`open\`.` },
  },
  examples: [{ username: 'ada', password: 'correct horse battery' }],
} as const;

export const LOGIN_BODY = {
  type: 'object',
  required: ['username'],
  properties: {
    username: string,
    password: { ...string, description: 'Not needed with the preset `open`.' },
  },
  examples: REGISTER_BODY.examples,
} as const;

export const PASSWORD_BODY = {
  type: 'object',
  required: ['newPassword'],
  properties: {
    currentPassword: { ...string, description: 'Left out by a user who has none yet.' },
    newPassword: NEW_PASSWORD,
  },
} as const;

const PRESET = { enum: ['accounts', 'open'] } as const;
const USER = {
  type: 'object',
  required: ['id', 'username', 'createdAt'],
  properties: { id: string, username: string, createdAt: dateTime },
} as const;
const EXPIRES_AT = { ...dateTime, description: 'Moves on with each use.' } as const;

export const LOGIN = {
  type: 'object',
  required: ['token', 'user', 'expiresAt'],
  properties: {
    token: { ...string, description: 'As good as the password until it expires: `Authorization: Bearer TOKEN`.' },
    user: USER,
    expiresAt: EXPIRES_AT,
  },
} as const;

export const ME = {
  type: 'object',
  required: ['user', 'expiresAt', 'preset'],
  properties: { user: USER, expiresAt: EXPIRES_AT, preset: PRESET },
} as const;

export const TICKET = {
  type: 'object',
  required: ['ticket', 'expiresAt'],
  properties: { ticket: string, expiresAt: dateTime },
} as const;

export const AUTH_CONFIG = {
  type: 'object',
  required: ['preset', 'usernameMin', 'usernameMax', 'passwordMin'],
  properties: { preset: PRESET, usernameMin: integer, usernameMax: integer, passwordMin: integer },
} as const;
