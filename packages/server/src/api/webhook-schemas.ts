/** JSON Schemas of webhooks themselves. Those of what they capture are in webhook-request-schemas.ts. */

const string = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const boolean = { type: 'boolean' } as const;
const dateTime = { type: 'string', format: 'date-time' } as const;
const nullable = <Type extends string>(type: Type) => ({ anyOf: [{ type }, { type: 'null' }] }) as const;

const HEADERS = {
  type: 'array',
  maxItems: 100,
  items: { type: 'array', minItems: 2, maxItems: 2, items: string },
  description: 'Name and value of each. Some are the server’s own, and are refused by name.',
} as const;

const RESPONSE = {
  type: 'object',
  additionalProperties: false,
  properties: {
    status: { type: 'integer', minimum: 200, maximum: 599 },
    headers: HEADERS,
    body: string,
    delay: { type: 'integer', minimum: 0, maximum: 30_000, description: 'Milliseconds.' },
    cors: { ...boolean, description: 'Whether pages of any origin may send and read the answer. Default true.' },
  },
} as const;

const RETENTION = {
  type: 'object',
  additionalProperties: false,
  properties: {
    requests: { type: 'integer', minimum: 1, description: 'Most requests that are kept. The oldest go.' },
    age: { type: 'integer', minimum: 0, description: 'Their greatest age in milliseconds; 0 = any.' },
  },
} as const;

const PASSWORD = {
  type: 'string',
  minLength: 1,
  description: 'Whoever wants to watch needs it, or the secret.',
} as const;

export const CREATE_BODY = {
  type: 'object',
  additionalProperties: false,
  description: 'Everything is optional, the body too.',
  properties: {
    name: {
      ...string,
      description:
        'Becomes the id: 3 to 64 characters of a-z, 0-9, "-", "_" and ".", with a letter or digit at both ends. ' +
        'Names can be guessed, so a named webhook is locked. Without one the id is random.',
    },
    password: PASSWORD,
    response: RESPONSE,
    retention: RETENTION,
  },
  examples: [{}, { name: 'orders', password: 'correct horse battery' }],
} as const;

export const UPDATE_BODY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    response: { ...RESPONSE, description: 'What is left out stays as it is.' },
    retention: RETENTION,
    password: { anyOf: [PASSWORD, { type: 'null' }], description: 'Null takes it away.' },
    rotateSecret: { ...boolean, description: 'Whether to have a new secret, which the answer shows.' },
  },
  examples: [{ response: { status: 202, headers: [['content-type', 'application/json']], body: '{"ok":true}' } }],
} as const;

const WEBHOOK_PROPERTIES = {
  id: string,
  url: { ...string, description: 'Where requests are captured; anything below it, too.' },
  named: { ...boolean, description: 'Whether somebody chose the id.' },
  locked: { ...boolean, description: 'Whether watching takes its secret or password.' },
  createdAt: dateTime,
  requests: { ...integer, description: 'Captured requests that are kept.' },
  bytes: integer,
  lastRequestAt: nullable('string'),
  response: RESPONSE,
  retention: RETENTION,
  retentionLimits: { ...RETENTION, description: 'The most that it can be set to on this server.' },
} as const;

export const WEBHOOK = { type: 'object', properties: WEBHOOK_PROPERTIES } as const;

export const CREATED_WEBHOOK = {
  type: 'object',
  properties: {
    ...WEBHOOK_PROPERTIES,
    secret: { ...string, description: 'Needed for changes. It is shown this once.' },
  },
} as const;

export const UPDATED_WEBHOOK = {
  type: 'object',
  properties: {
    ...WEBHOOK_PROPERTIES,
    secret: { ...string, description: 'The new one, with `rotateSecret`. It is shown this once.' },
  },
} as const;

export const WEBHOOKS_QUERY = {
  type: 'object',
  properties: {
    limit: { type: 'string', pattern: '^([1-9][0-9]?|100)$', description: 'Per page, 1 to 100. Default 100.' },
    cursor: { type: 'string', maxLength: 64, description: 'What the page before gave.' },
  },
} as const;

export const WEBHOOK_LIST = {
  type: 'object',
  properties: {
    webhooks: { type: 'array', items: WEBHOOK },
    cursor: { ...nullable('string'), description: 'For the next page; null = there is none.' },
  },
} as const;

export const WEBHOOK_PARAMS = { type: 'object', properties: { id: string } } as const;

const secret = { ...string, description: 'Of the webhook; or `Authorization: Bearer whsec_…`.' } as const;

/** What changes something takes. */
export const OWNER_HEADERS = { type: 'object', properties: { 'x-webhook-secret': secret } } as const;

/** What watching takes, where the webhook is locked. */
export const WATCHER_HEADERS = {
  type: 'object',
  properties: {
    'x-webhook-secret': { ...secret, description: `${secret.description} Of a locked webhook, this or its password.` },
    'x-webhook-password': { ...string, description: 'In UTF-8.' },
  },
} as const;

export const SECRETS_HEADERS = {
  type: 'object',
  properties: { 'x-webhook-secret': { ...string, description: 'At most 100 of them, with commas between.' } },
} as const;
