import { WEBHOOK_PARAMS } from './webhook-schemas.ts';

/** JSON Schemas of captured requests. */

const string = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const boolean = { type: 'boolean' } as const;
const dateTime = { type: 'string', format: 'date-time' } as const;
const nullable = <Type extends string>(type: Type) => ({ anyOf: [{ type }, { type: 'null' }] }) as const;
const PAIRS = { type: 'array', items: { type: 'array', minItems: 2, maxItems: 2, items: string } } as const;
const BODY_ENCODING = { enum: ['utf8', 'base64', null], description: 'How `body` is to be read.' } as const;

const FILTER_PROPERTIES = {
  method: { type: 'string', pattern: '^[A-Za-z-]{1,32}$' },
  path: { type: 'string', minLength: 1, maxLength: 500, description: 'Part of the path and query below the webhook.' },
  header: { type: 'string', maxLength: 1000, description: '`name`, or `name:part of its value`.' },
  json: {
    type: 'string',
    maxLength: 1000,
    description:
      'A place in a JSON body: `$.user.id`, `$.items[0]`, `$["any name"]`; or `place=value`: a text, number, `true`, `false` or `null`. ' +
      'Only bodies that are UTF-8 text are read; compressed ones are not unpacked.',
  },
  text: {
    type: 'string',
    minLength: 1,
    maxLength: 500,
    description:
      'Part of the body, the URL or a header’s value. Only bodies that are UTF-8 text are searched; compressed ones are not unpacked.',
  },
  from: { type: 'string', maxLength: 40, description: 'ISO 8601. Included.' },
  to: { type: 'string', maxLength: 40, description: 'ISO 8601. Not included.' },
} as const;

export const LIST_QUERY = {
  type: 'object',
  additionalProperties: false,
  properties: {
    limit: {
      type: 'string',
      pattern: '^([1-9][0-9]?|1[0-9]{2}|200)$',
      description: 'Most per page, 1 to 200. Default 50.',
    },
    cursor: { type: 'string', maxLength: 64, description: 'What the page before gave.' },
    order: { enum: ['newest', 'oldest'], description: 'What comes first. Default `newest`.' },
    after: { type: 'string', pattern: '^[0-9]{1,15}$', description: 'With `order=oldest`: behind this offset.' },
    ...FILTER_PROPERTIES,
  },
} as const;

export const EXPORT_QUERY = {
  type: 'object',
  additionalProperties: false,
  required: ['format'],
  properties: { format: { enum: ['har', 'json', 'curl'] }, ...FILTER_PROPERTIES },
} as const;

export const REQUEST_PARAMS = {
  type: 'object',
  properties: { ...WEBHOOK_PARAMS.properties, requestId: string },
} as const;

export const PART_PARAMS = {
  type: 'object',
  properties: { ...REQUEST_PARAMS.properties, index: { type: 'string', pattern: '^[0-9]{1,4}$' } },
} as const;

export const REQUEST = {
  type: 'object',
  properties: {
    offset: { ...integer, description: 'Its place in the webhook’s log.' },
    epoch: string,
    id: string,
    webhookId: string,
    method: string,
    url: { ...string, description: 'Path and query as they were sent.' },
    path: { ...string, description: 'What of the path stands behind the webhook’s id.' },
    query: string,
    httpVersion: string,
    headers: { type: 'object', description: 'Names in lower case, repeats joined.' },
    rawHeaders: { ...PAIRS, description: 'As they were sent: order, case and repeats.' },
    queryParams: { type: 'object', description: 'Decoded; repeated ones as arrays.' },
    body: nullable('string'),
    bodyEncoding: BODY_ENCODING,
    bodySize: { ...integer, description: 'Bytes.' },
    truncated: { ...boolean, description: 'Whether there was more of the body than was kept.' },
    timestamp: dateTime,
    sourceIp: string,
    userAgent: nullable('string'),
    secure: { ...boolean, description: 'Whether it came over TLS.' },
    duration: { type: 'number', description: 'Milliseconds from its headers to the end of its body.' },
  },
} as const;

export const REQUEST_LIST = {
  type: 'object',
  properties: {
    requests: { type: 'array', items: REQUEST },
    cursor: {
      ...nullable('string'),
      description:
        'For the next page; null = there is none. A page may have fewer than `limit`, or none, although more follows.',
    },
    total: { ...integer, description: 'Requests that the webhook keeps, whatever the filter.' },
  },
} as const;

export const PARTS = {
  type: 'object',
  properties: {
    parts: {
      type: 'array',
      description: 'At most 1000. None where the body is not multipart.',
      items: {
        type: 'object',
        properties: {
          index: integer,
          name: nullable('string'),
          filename: nullable('string'),
          contentType: nullable('string'),
          size: { ...integer, description: 'Bytes.' },
        },
      },
    },
    complete: { ...boolean, description: 'Whether all were listed, and the last one ended as it must.' },
  },
} as const;

/** Bytes as they were sent. */
export const BYTES = {
  description: 'The exact bytes, as a download.',
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
} as const;

export const TEXT = { description: 'A command.', content: { 'text/plain': { schema: string } } } as const;

export const DOWNLOAD = {
  description: 'A download in the format that was asked for.',
  content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
} as const;

export const REPLAY_BODY = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: {
    url: { type: 'string', minLength: 1, maxLength: 4096, description: 'Where to: http or https, as it is.' },
    timeout: { type: 'integer', minimum: 1, maximum: 30_000, description: 'Milliseconds. Default 10000.' },
  },
  examples: [{ url: 'https://staging.example.com/webhooks/orders' }],
} as const;

export const REPLAYED = {
  type: 'object',
  properties: {
    status: { ...integer, description: 'Redirects are not followed, but shown.' },
    headers: PAIRS,
    body: nullable('string'),
    bodyEncoding: BODY_ENCODING,
    truncated: { ...boolean, description: 'Whether there was more of the answer than the 256 KiB that are shown.' },
    duration: { type: 'number', description: 'Milliseconds.' },
  },
} as const;
