import { CLIENT_COMMANDS } from '@roomcast/protocol';
import fc from 'fast-check';

/** What strangers may send: generators of bad input, most of it nearly right. */

/** One WebSocket message, or a part of one. */
export type Message =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  | { readonly kind: 'fragments'; readonly parts: readonly string[] }
  | { readonly kind: 'ping'; readonly bytes: Uint8Array };

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

const nastyString = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\udfff\ud800',
    '😀'.repeat(200),
  ),
  fc.constantFrom('live:', ':', 'live:x:y', 'bridge:bridge:a', '../../etc/passwd', '%00', 'x'.repeat(10_240), '\u202e'),
);

const roomId = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('live:fuzz', 'live:other', 'bridge:fuzz', 'chat:a', 'user:1', 'nowhere:a') },
  nastyString,
);

const DEPTH = 100_000;
const nastyJson = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 2, arbitrary: nastyString.map((text) => JSON.stringify(text)) },
  fc.constantFrom('1e400', '-0', '9'.repeat(500), '1E-999999', '"\\ud800"', '{"__proto__":{"roomId":"live:fuzz"}}'),
  fc.constantFrom('{"a":1,"a":2,"\\u0061":3}', '[]', '{}', 'null', 'true', '""', '[[[[[[[[]]]]]]]]'),
);
const rarely = fc.constantFrom(
  '['.repeat(DEPTH),
  '{"a":'.repeat(DEPTH / 4),
  '['.repeat(DEPTH) + ']'.repeat(DEPTH),
  `{"type":"publish","payload":{"roomId":"bridge:fuzz","data":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}}`,
  'x'.repeat(300 * 1024),
);

const field = (name: string, value: fc.Arbitrary<string>) => value.map((json) => `${JSON.stringify(name)}:${json}`);
const members = (...fields: fc.Arbitrary<string>[]) => fc.subarray(fields).chain((some) => fc.tuple(...some));
const object = (...fields: fc.Arbitrary<string>[]) => members(...fields).map((texts) => `{${texts.join(',')}}`);

const good = fc.tuple(fc.constantFrom('live:fuzz', 'bridge:fuzz'), nastyJson, nastyJson).map(([id, data, more]) => {
  const since = `{"epoch":"e","offset":${data}}`;
  return `{"roomId":"${id}","data":${data},"sessionId":"session-0123456789","sequence":1,"since":${since},"more":${more}}`;
});
const payload = fc.oneof(
  { weight: 4, arbitrary: good },
  nastyJson,
  object(
    field('roomId', fc.oneof({ weight: 5, arbitrary: roomId.map((id) => JSON.stringify(id)) }, nastyJson)),
    field('data', nastyJson),
    field('event', nastyJson),
    field('clientMessageId', fc.oneof(nastyJson, fc.constant('"same"'))),
    field('sessionId', nastyJson),
    field('since', nastyJson),
    field('limit', fc.oneof(nastyJson, fc.integer().map(String))),
    field('before', fc.oneof(nastyJson, fc.double().map(String))),
    field('sequence', fc.oneof(nastyJson, fc.maxSafeInteger().map(String))),
    field('cursor', nastyJson),
    field('__proto__', nastyJson),
  ),
);

const type = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...CLIENT_COMMANDS).map((name) => JSON.stringify(name)) },
  nastyString.map((text) => JSON.stringify(text)),
  nastyJson,
);

/** A command, more or less. */
const envelope = object(
  field('type', type),
  field('payload', payload),
  field('id', nastyJson),
  field('__proto__', payload),
);
const command = fc.tuple(type, payload).map(([name, body]) => `{"type":${name},"payload":${body}}`);

/** Text with a piece cut out or put in. */
const broken = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.nat(), fc.nat(8), fc.string({ maxLength: 2 })).map(([whole, at, length, piece]) => {
    const start = at % (whole.length + 1);
    return whole.slice(0, start) + piece + whole.slice(start + length);
  });

function messages(text: fc.Arbitrary<string>): fc.Arbitrary<Message> {
  return fc.oneof(
    { weight: 30, arbitrary: text.map((one): Message => ({ kind: 'text', text: one })) },
    { weight: 3, arbitrary: fc.uint8Array().map((bytes): Message => ({ kind: 'binary', bytes })) },
    { weight: 3, arbitrary: fc.array(text, { maxLength: 4 }).map((parts): Message => ({ kind: 'fragments', parts })) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 125 }).map((bytes): Message => ({ kind: 'ping', bytes })) },
  );
}

const common = (text: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 60, arbitrary: text }, { weight: 20, arbitrary: broken(text) }, { weight: 1, arbitrary: rarely });

export const nativeMessage = messages(
  common(fc.oneof({ weight: 4, arbitrary: command }, envelope, nastyJson, nastyString)),
);
export const rawMessage = messages(common(fc.oneof(nastyJson, object(field('a', nastyJson)), nastyString)));

/** A few of these headers. */
function some(headers: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<Record<string, string>> {
  const entry = fc
    .constantFrom(...Object.entries(headers))
    .chain(([name, value]) => fc.tuple(fc.constant(name), value));
  return fc.array(entry, { maxLength: 2 }).map((entries) => Object.fromEntries(entries));
}

/** What HTTP allows in a header's value. */
const headerText = fc.string({ unit: fc.constantFrom(...'aZ09 ,;:/="*-_.'), maxLength: 40 });

const emitBody = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(roomId, nastyJson).map(([id, data]) => `{"room":${JSON.stringify(id)},"data":${data}}`),
  },
  {
    weight: 4,
    arbitrary: object(
      field(
        'room',
        roomId.map((id) => JSON.stringify(id)),
      ),
      field('data', nastyJson),
      field('event', nastyJson),
    ),
  },
  nastyJson,
  nastyString,
);

const path = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('/api/emit', '/api/rooms', '/metrics', '/health', '/ready', '/docs/json') },
  nastyString.map((name) => `/api/rooms/${encodeURIComponent(name.toWellFormed())}`),
  fc.constantFrom(
    '/api/rooms/%',
    '/api/rooms/%ff',
    '//',
    '/api//emit',
    '/assets/%2e%2e/',
    '/?%',
    '/api/emit?__proto__[a]=1',
  ),
  fc.tuple(headerText, headerText).map(([key, value]) => `/api/rooms?${encodeURI(key)}=${encodeURI(value)}`),
  fc.webPath(),
);

/** A request to the HTTP API. */
export const request: fc.Arbitrary<Request> = fc.record({
  method: fc.oneof(
    { weight: 5, arbitrary: fc.constant('POST') },
    fc.constantFrom('GET', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'),
  ),
  path: fc.oneof({ weight: 2, arbitrary: fc.constant('/api/emit') }, path),
  headers: some({
    'content-type': headerText,
    origin: fc.oneof(fc.constantFrom('http://localhost:1', 'https://evil.example', 'null'), headerText),
    host: fc.constantFrom('localhost', 'evil.example', '127.0.0.1:1', ''),
    authorization: headerText,
    'x-api-key': headerText,
    'x-forwarded-for': headerText,
    accept: headerText,
  }).map((headers) => ({ 'content-type': 'application/json', ...headers })),
  body: fc.option(common(emitBody), { nil: undefined, freq: 9 }),
});

/** A WebSocket handshake: where to, and headers over those of a proper one. */
export const handshake = fc.record({
  path: fc.oneof(
    { weight: 2, arbitrary: fc.constant('/ws') },
    roomId.map((id) => `/bridge?room=${encodeURIComponent(id.toWellFormed())}`),
    fc.constantFrom('/bridge', '/bridge?room', '/bridge?room=%ff', '/bridge?room=a&room=b', '/ws/', '/nowhere', '//'),
  ),
  headers: some({
    'sec-websocket-protocol': fc.oneof(
      fc.constantFrom('roomcast.v1', 'roomcast.v2', 'roomcast.v1, x', 'roomcast.v1, roomcast.v1', ',', 'a b'),
      headerText,
    ),
    'sec-websocket-version': fc.constantFrom('13', '8', '0', '', '13, 8'),
    'sec-websocket-key': headerText,
    'sec-websocket-extensions': fc.oneof(fc.constantFrom('permessage-deflate; client_max_window_bits'), headerText),
    upgrade: fc.constantFrom('websocket', 'WebSocket', 'h2c', 'tls/1.0'),
    origin: fc.oneof(fc.constantFrom('http://localhost', 'https://evil.example', 'null'), headerText),
    host: fc.constantFrom('localhost', 'evil.example'),
    'x-forwarded-for': headerText,
  }),
});
