import { LIMITS } from '@roomcast/protocol';
import { PROBLEM } from './schemas.ts';

/** JSON Schemas of the routes for backends. */

const string = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const nullable = <Type extends string>(type: Type) => ({ anyOf: [{ type }, { type: 'null' }] }) as const;

/** Messages of one batch. */
const MOST_MESSAGES = 100;
/** Users of one request. */
const MOST_USERS = 1000;
/** Bytes: what fits into a close frame (RFC 6455 §5.5). */
export const LONGEST_REASON = 123;

const ERROR = {
  type: 'object',
  required: ['code', 'detail'],
  properties: { code: string, detail: string, field: string },
} as const;

const PUSHED_PROPERTIES = {
  results: {
    type: 'array',
    description: 'One for each target; one that is named twice counts once.',
    items: {
      type: 'object',
      required: ['target', 'room', 'delivered', 'offset', 'epoch', 'duplicate'],
      properties: {
        target: { ...string, description: 'As it was named; `everyone` of a broadcast.' },
        room: { ...string, description: 'Full name of the room that it went through.' },
        delivered: { ...integer, description: 'Connections that it was sent to.' },
        offset: { ...nullable('integer'), description: 'Null in rooms without a log, as is epoch.' },
        epoch: nullable('string'),
        duplicate: { type: 'boolean', description: 'It had been pushed before with this id, and was not again.' },
        error: ERROR,
      },
    },
  },
  delivered: { ...integer, description: 'Connections, all targets together.' },
  id: { ...nullable('string'), description: 'The idempotency id, where there was one.' },
} as const;

export const PUSHED = {
  type: 'object',
  required: ['results', 'delivered', 'id'],
  properties: PUSHED_PROPERTIES,
} as const;

export const IDEMPOTENCY_HEADER = {
  type: 'object',
  properties: {
    'idempotency-key': { ...string, description: 'As `id` in the body. 1 to 200 printable ASCII characters.' },
  },
} as const;

export const BATCH_BODY = {
  type: 'object',
  required: ['messages'],
  additionalProperties: false,
  properties: {
    messages: {
      type: 'array',
      minItems: 1,
      maxItems: MOST_MESSAGES,
      description: `At most ${MOST_MESSAGES}, each as the body of \`POST /api/push\`.`,
      items: {},
    },
  },
  examples: [
    {
      messages: [
        { userId: '42', event: 'paid', data: null },
        { room: 'live:news', event: 'news', data: 'Rain' },
      ],
    },
  ],
} as const;

export const BATCH_PUSHED = {
  type: 'object',
  required: ['results'],
  properties: {
    results: {
      type: 'array',
      description: 'One for each message, in their order: what `POST /api/push` would have answered, or `error`.',
      items: { type: 'object', properties: { ...PUSHED_PROPERTIES, error: ERROR } },
    },
  },
} as const;

export const USERS_BODY = {
  type: 'object',
  required: ['userIds'],
  additionalProperties: false,
  properties: {
    userIds: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, maxItems: MOST_USERS },
  },
  examples: [{ userIds: ['42'] }],
} as const;

export const ROOM_PARAMS = {
  type: 'object',
  properties: { room: { ...string, description: 'Full name; a name without a namespace is a room of the bridge.' } },
} as const;

export const USER_PARAMS = { type: 'object', properties: { id: string } } as const;

export const MOVED = {
  type: 'object',
  required: ['room', 'results', 'connections'],
  properties: {
    room: { ...string, description: 'Full name.' },
    results: {
      type: 'array',
      items: {
        type: 'object',
        required: ['userId', 'connections'],
        properties: { userId: string, connections: integer, error: ERROR },
      },
    },
    connections: { ...integer, description: 'All users together. Who is not connected has none.' },
  },
} as const;

export const MEMBERS_QUERY = {
  type: 'object',
  properties: {
    limit: {
      type: 'string',
      pattern: '^[1-9][0-9]{0,2}$',
      description: `Per page, 1 to ${LIMITS.roomsPage}. Default 100.`,
    },
    cursor: { type: 'string', pattern: '^[\\w-]{1,64}$', description: 'What the page before gave.' },
  },
} as const;

export const MEMBERS = {
  type: 'object',
  required: ['room', 'members', 'cursor', 'users', 'connections'],
  properties: {
    room: string,
    members: {
      type: 'array',
      items: {
        type: 'object',
        required: ['connectionId', 'userId', 'username', 'transport'],
        properties: {
          connectionId: string,
          userId: nullable('string'),
          username: nullable('string'),
          transport: string,
        },
      },
    },
    cursor: { ...nullable('string'), description: 'For the next page; null = there is none.' },
    users: { ...integer, description: 'Different users in the whole room.' },
    connections: { ...integer, description: 'Connections in the whole room.' },
  },
} as const;

export const USER_ROOMS = {
  type: 'object',
  required: ['userId', 'connections', 'rooms'],
  properties: {
    userId: string,
    connections: { ...integer, description: 'Of this user; 0 = not connected.' },
    rooms: {
      type: 'array',
      items: { type: 'object', required: ['room', 'connections'], properties: { room: string, connections: integer } },
    },
  },
} as const;

export const DISCONNECT_BODY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    reason: {
      ...string,
      minLength: 1,
      maxLength: LONGEST_REASON,
      description: `Told to the clients. At most ${LONGEST_REASON} bytes.`,
    },
  },
  examples: [{ reason: 'Account closed.' }],
} as const;

export const DISCONNECTED = {
  type: 'object',
  required: ['userId', 'disconnected'],
  properties: { userId: string, disconnected: { ...integer, description: 'Connections that were ended.' } },
} as const;

/** As `PROBLEM`, where there are several targets: `errors` says what befell each. */
export const PUSH_PROBLEM = {
  ...PROBLEM,
  properties: {
    ...PROBLEM.properties,
    errors: {
      type: 'array',
      items: { type: 'object', properties: { target: string, error: ERROR } },
    },
  },
} as const;
