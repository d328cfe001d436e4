/** JSON Schemas of the outbox's addresses. */

const string = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const dateTime = { type: 'string', format: 'date-time' } as const;
const orNull = <Type extends string>(type: Type) => ({ anyOf: [{ type }, { type: 'null' }] }) as const;

export const OUTBOX_QUERY = {
  type: 'object',
  properties: {
    limit: {
      type: 'string',
      pattern: '^([1-9][0-9]?|[1-4][0-9]{2}|500)$',
      description: 'Dead letters per page, 1 to 500. Default 100.',
    },
    cursor: { type: 'string', pattern: '^[0-9]{1,15}$', description: 'What the page before gave.' },
  },
} as const;

export const OUTBOX = {
  type: 'object',
  required: ['sink', 'breaker', 'waiting', 'waitingBytes', 'oldestAge', 'dead', 'deadBytes', 'deadLetters', 'cursor'],
  properties: {
    sink: { ...orNull('string'), description: 'Where events go, without credentials; null = nowhere.' },
    breaker: { enum: ['closed', 'open', 'half-open'], description: 'Open: the backend is away, nothing is sent.' },
    waiting: { ...integer, description: 'Events that the backend does not have yet.' },
    waitingBytes: integer,
    oldestAge: { type: 'number', description: 'Seconds for which the oldest event has waited.' },
    dead: { ...integer, description: 'Events that the backend refused for good.' },
    deadBytes: integer,
    deadLetters: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: string,
          userId: string,
          event: string,
          bytes: integer,
          createdAt: dateTime,
          deadAt: dateTime,
          attempts: integer,
          status: { ...orNull('integer'), description: 'That the backend answered.' },
          reason: string,
        },
      },
    },
    cursor: { ...orNull('string'), description: 'For the next page; null = there is none.' },
  },
} as const;

export const CHOICE_BODY = {
  type: 'object',
  properties: {
    ids: {
      type: 'array',
      minItems: 1,
      maxItems: 1000,
      items: { type: 'string', minLength: 1, maxLength: 1024 },
      description: 'Ids of dead letters. Those that are none are passed over.',
    },
    all: { const: true, description: 'All of them, instead of `ids`.' },
  },
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  examples: [{ all: true }],
} as const;

export const COUNT = {
  type: 'object',
  required: ['count'],
  properties: { count: { ...integer, description: 'How many dead letters it were.' } },
} as const;
