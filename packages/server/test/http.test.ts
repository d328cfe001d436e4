import { ERRORS } from '@roomcast/protocol';
import { describe, expect, test } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { aProblem, call, problemOf } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';

const KEY = 'a-key-of-some-length';
const OTHER_KEY = 'another-key-of-length';

describe('emit', () => {
  test('B3 answers how many clients it reached, raw and native together', async () => {
    const server = await serve();
    const raw = await joinBridge(server, 'lobby');
    const native = await NativeClient.connect(server);
    await native.join('bridge:lobby');
    const { status, json } = await server.emit({ room: 'lobby', data: [1, null], event: 'numbers' });
    expect(status).toBe(200);
    expect(json).toEqual({
      room: 'bridge:lobby',
      delivered: 2,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      id: null,
      offset: null,
      epoch: null,
    });
    expect(await raw.next()).toBe('[1,null]');
    expect((await native.next('publication')).payload).toMatchObject({ event: 'numbers', data: [1, null] });
  });

  test('B3 hands data on byte for byte, wherever it stands in the body', async () => {
    const server = await serve();
    const client = await joinBridge(server, 'exact');
    for (const data of ['{ "a" : 1.0 }', '1e400', '12345678901234567890', '"\\u00e9\\/ é😀"', 'null', '[ ]', '-0']) {
      await server.emit(`{"room":"exact","data":${data}}`);
      await server.emit(` { "data" :\t${data}\n, "room" : "exact" } `);
      expect([await client.next(), await client.next()]).toEqual([data, data]);
    }
  });

  test('B3 into a room that nobody is in reaches nobody, and makes no room', async () => {
    const server = await serve();
    expect((await server.emit({ room: 'void', data: 1 })).json).toMatchObject({ delivered: 0 });
    expect(await server.rooms()).toEqual([]);
  });

  const BAD_BODIES: readonly (readonly [what: string, body: string, code: string, field?: string])[] = [
    ['without room', '{"data":1}', 'VALIDATION_ERROR', 'body.room'],
    ['without data', '{"room":"a"}', 'VALIDATION_ERROR', 'body.data'],
    ['with an empty room', '{"room":"","data":1}', 'VALIDATION_ERROR', 'body.room'],
    ['with a room of 10 kB', `{"room":"${'x'.repeat(10_000)}","data":1}`, 'VALIDATION_ERROR', 'body.room'],
    ['with a control character in its room', '{"room":"a\\u0000","data":1}', 'VALIDATION_ERROR', 'body.room'],
    ['with a lone surrogate in its room', '{"room":"a\\ud800","data":1}', 'VALIDATION_ERROR', 'body.room'],
    ['with a number for a room', '{"room":1,"data":1}', 'VALIDATION_ERROR', 'body.room'],
    [
      'with an event that is too long',
      `{"room":"a","data":1,"event":"${'x'.repeat(65)}"}`,
      'VALIDATION_ERROR',
      'body.event',
    ],
    [
      'that has room and data in `__proto__` only',
      '{"__proto__":{"room":"a","data":1}}',
      'VALIDATION_ERROR',
      'body.room',
    ],
    ['that is a list', '[]', 'VALIDATION_ERROR', 'body'],
    ['that is null', 'null', 'VALIDATION_ERROR', 'body'],
    ['that is not JSON', '{"room":', 'INVALID_JSON'],
    ['that is empty', '', 'INVALID_JSON'],
    ['of a hundred thousand brackets', '['.repeat(100_000), 'INVALID_JSON'],
  ];

  for (const [what, body, code, field] of BAD_BODIES) {
    test(`B7 a body ${what} is refused with 400, its code and the field`, async () => {
      const server = await serve();
      const problem = problemOf(await server.emit(body));
      expect(problem).toEqual(aProblem(400, code, field === undefined ? {} : { field }));
    });
  }

  test('B7 a body over the limit is refused with 413', async () => {
    const server = await serve({ maxFrameSize: 2048 });
    expect(problemOf(await server.emit({ room: 'a', data: 'x'.repeat(3000) }))).toEqual(
      aProblem(413, 'PAYLOAD_TOO_LARGE'),
    );
  });

  test('B7 a body without the content type of JSON is refused with 415', async () => {
    const server = await serve();
    const body = '{"room":"a","data":1}';
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonx',
      'multipart/form-data',
    ]) {
      const answer = await server.emit(body, { 'content-type': type });
      expect(problemOf(answer)).toEqual(aProblem(415, 'UNSUPPORTED_MEDIA_TYPE'));
    }
    const none = await call(server.port, { method: 'POST', path: '/api/emit', body });
    expect(problemOf(none)).toEqual(aProblem(415, 'UNSUPPORTED_MEDIA_TYPE'));
    expect((await server.emit(body, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });
});

describe('web pages', () => {
  test('SR-007 a page of another origin can neither emit nor read on', async () => {
    const server = await serve();
    for (const origin of ['https://evil.example', 'null', `http://evil.example:${server.port}`, 'file://']) {
      const answer = await server.emit({ room: 'a', data: 1 }, { origin });
      expect(problemOf(answer)).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await server.emit({ room: 'a', data: 1 }, { origin: `http://127.0.0.1:${server.port}` })).status).toBe(200);
    expect((await server.emit({ room: 'a', data: 1 }, { origin: 'http://localhost:5173' })).status).toBe(200);
  });

  test('SR-007 a page on a name that was bent to loopback gets nowhere', async () => {
    const server = await serve();
    const host = `evil.example:${server.port}`;
    const headers = { host, origin: `http://${host}` };
    expect(problemOf(await server.emit({ room: 'a', data: 1 }, headers))).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
    // Without an origin, as same-origin GETs of a page are.
    for (const path of ['/api/rooms', '/api/rooms/a', '/metrics']) {
      expect(problemOf(await server.get(path, { host }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    }
    expect(problemOf(await server.emit({ room: 'a', data: 1 }, { host }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('SR-007 pages of an allowed origin may emit', async () => {
    const server = await serve({ allowedOrigins: 'https://app.example' });
    const emit = (origin: string) => server.emit({ room: 'a', data: 1 }, { origin });
    expect((await emit('https://app.example')).status).toBe(200);
    expect((await emit('https://app.example.evil.example')).status).toBe(403);
  });
});

describe('keys', () => {
  const body = { room: 'a', data: 1 };

  test('G8.2 once there are keys, emit, rooms and metrics need one', async () => {
    const server = await serve({ apiKeys: `${KEY},${OTHER_KEY}` });
    for (const path of ['/api/rooms', '/api/rooms/a', '/metrics']) {
      expect(problemOf(await server.get(path))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
      expect((await server.get(path, { 'x-api-key': OTHER_KEY })).status).not.toBe(401);
    }
    const headers = { none: {}, wrong: { 'x-api-key': 'wrong' }, basic: { authorization: `Basic ${KEY}` } };
    for (const given of Object.values(headers)) {
      expect(problemOf(await server.emit(body, given))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    }
    const wrong = await server.emit(body, { authorization: `Bearer ${KEY}x` });
    expect(problemOf(wrong)).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect((await server.emit(body, { authorization: `Bearer ${KEY}` })).status).toBe(200);
    expect((await server.emit(body, { 'x-api-key': OTHER_KEY })).status).toBe(200);
    expect((await server.get('/health')).status).toBe(200);
  });

  test('G8.2 who asks is checked before what is asked', async () => {
    const server = await serve({ apiKeys: KEY });
    expect(problemOf(await server.emit({}))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('G8.2 a wrong key is refused also where none is needed', async () => {
    const server = await serve();
    expect(problemOf(await server.emit(body, { 'x-api-key': 'wrong' }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });

  test('G8.2 behind a proxy nobody is local any more', async () => {
    const server = await serve();
    for (const header of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via', 'x-real-ip']) {
      expect(problemOf(await server.emit(body, { [header]: 'x' }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    }
  });

  test('G8.2 a key opens the namespaces, without one everything is a room of the bridge', async () => {
    const settings = { namespaces: { orders: { history: { size: 5, age: '1m' } } } };
    const keyed = await serve({ ...settings, apiKeys: KEY });
    const orders = async (room: string) => (await keyed.emit({ room, data: 1 }, { 'x-api-key': KEY })).json;
    expect(await orders('orders:1')).toMatchObject({ room: 'orders:1', offset: 1 });
    expect(await orders('live:1')).toMatchObject({ room: 'live:1', offset: 1 });
    expect(await orders('nowhere:1')).toMatchObject({ room: 'bridge:nowhere:1', offset: null });
    expect(await orders('bridge:1')).toMatchObject({ room: 'bridge:1', offset: null });
    const open = await serve(settings);
    expect((await open.emit({ room: 'orders:1', data: 1 })).json).toMatchObject({ room: 'bridge:orders:1' });
  });
});

describe('rooms', () => {
  test('G5.5 are listed page by page, in the order in which they came to be', async () => {
    const server = await serve();
    const client = await NativeClient.connect(server);
    for (let n = 1; n <= 25; n++) await client.join(`live:room-${n}`);
    const ids: string[] = [];
    const sizes: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { json } = await server.get(`/api/rooms?limit=10${query}`);
      const page = json as { rooms: { id: string }[]; cursor: string | null; total: number };
      expect(page.total).toBe(25);
      ids.push(...page.rooms.map(({ id }) => id));
      sizes.push(page.rooms.length);
      cursor = page.cursor;
      // A room that ends between two pages shifts nothing.
      if (sizes.length === 1) await client.expect('room_left', 'leave_room', { roomId: 'live:room-3' });
      if (sizes.length === 1) await client.join('live:again');
    }
    expect(sizes).toEqual([10, 10, 6]);
    expect(ids).toEqual([...Array.from({ length: 25 }, (_, i) => `live:room-${i + 1}`), 'live:again']);
  });

  test('G5.5 can be filtered by namespace and by a part of the name', async () => {
    const server = await serve();
    const client = await NativeClient.connect(server);
    for (const roomId of ['live:apple', 'bridge:apple pie', 'live:pear']) await client.join(roomId);
    const ids = async (query: string) =>
      ((await server.get(`/api/rooms?${query}`)).json as { rooms: { id: string }[] }).rooms.map(({ id }) => id);
    expect(await ids('namespace=live')).toEqual(['live:apple', 'live:pear']);
    expect(await ids('search=apple')).toEqual(['live:apple', 'bridge:apple pie']);
    expect(await ids('search=apple&namespace=bridge')).toEqual(['bridge:apple pie']);
    expect(await ids('namespace=chat')).toEqual([]);
  });

  test('G5.5 show their members and their transport', async () => {
    const server = await serve();
    const client = await NativeClient.connect(server);
    const { epoch } = await client.join('live:a/b c?');
    await client.publish('live:a/b c?', 1);
    expect((await server.get(`/api/rooms/${encodeURIComponent('live:a/b c?')}`)).json).toEqual({
      id: 'live:a/b c?',
      name: 'a/b c?',
      namespace: 'live',
      memberCount: 1,
      createdAt: expect.any(String),
      lastActivity: expect.any(String),
      offset: 1,
      epoch,
      members: [{ connectionId: client.connectionId, userId: null, username: null, transport: 'native' }],
    });
    await joinBridge(server, 'lobby');
    expect((await server.get('/api/rooms/lobby')).json).toMatchObject({
      members: [{ transport: 'raw' }],
      offset: null,
    });
    expect(problemOf(await server.get('/api/rooms/nowhere'))).toEqual(aProblem(404, 'NOT_FOUND'));
  });

  test('B7 a query of the wrong form is refused with its field', async () => {
    const server = await serve();
    const queries = { 'limit=0': 'limit', 'limit=-1': 'limit', 'limit=abc': 'limit', 'cursor=%3F': 'cursor' };
    for (const [query, field] of Object.entries(queries)) {
      const problem = problemOf(await server.get(`/api/rooms?${query}`));
      expect(problem).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: `query.${field}` }));
    }
    expect((await server.get('/api/rooms?limit=999')).status).toBe(200);
  });
});

describe('everything else', () => {
  test('every refusal is a problem with a code of the table', async () => {
    const server = await serve();
    const post = (path: string, method = 'POST') => call(server.port, { path, method });
    expect(problemOf(await server.get('/nowhere'))).toEqual(aProblem(404, 'NOT_FOUND'));
    expect(problemOf(await server.get('/api'))).toEqual(aProblem(404, 'NOT_FOUND'));
    expect(problemOf(await server.get('/../../etc/passwd'))).toEqual(aProblem(404, 'NOT_FOUND'));
    for (const path of ['/assets/../../package.json', '/assets/%2e%2e%2fpackage.json', '/assets/%00']) {
      expect(Object.keys(ERRORS)).toContain((problemOf(await server.get(path)) as { code: string }).code);
    }
    expect(problemOf(await server.get('/api/rooms/%ff'))).toEqual(aProblem(400, 'VALIDATION_ERROR'));
    expect(problemOf(await server.get(`/api/rooms/${'x'.repeat(3000)}`))).toEqual(aProblem(400, 'VALIDATION_ERROR'));
    expect(problemOf(await server.get('/api/emit'))).toEqual(aProblem(405, 'METHOD_NOT_ALLOWED'));
    expect(problemOf(await post('/api/rooms'))).toEqual(aProblem(405, 'METHOD_NOT_ALLOWED'));
    expect(problemOf(await post('/api/emit', 'DELETE'))).toEqual(aProblem(405, 'METHOD_NOT_ALLOWED'));
    expect(problemOf(await post('/health', 'PUT'))).toEqual(aProblem(405, 'METHOD_NOT_ALLOWED'));
  });

  test('G7.5 /metrics is in the form of Prometheus, has every series, and names no room', async () => {
    const server = await serve();
    const client = await NativeClient.connect(server);
    await client.join('live:secret-room');
    await client.publish('live:secret-room', 1);
    await client.ask('nonsense');
    await (await joinBridge(server, '')).closed;
    await server.get('/ws', { connection: 'upgrade', upgrade: 'websocket' });
    const { text, headers } = await server.get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; ?version=/);
    const SAMPLE = /^[a-z_][a-z0-9_]*(\{([a-z_]+="[^"]*",?)+\})? (-?[0-9.e+-]+|NaN|[+-]Inf)$/i;
    for (const line of text.split('\n').filter((line) => line !== ''))
      expect(line).toMatch(line.startsWith('#') ? /^# (HELP|TYPE) / : SAMPLE);
    for (const series of [
      'roomcast_connections 1',
      'roomcast_rooms 1',
      'roomcast_log_bytes ',
      'roomcast_connections_opened_total 2',
      'roomcast_publications_total 1',
      'roomcast_deliveries_total ',
      'roomcast_duplicates_total 0',
      'roomcast_received_bytes_total ',
      'roomcast_sent_bytes_total ',
      'roomcast_flushes_total ',
      'roomcast_recovered_total 0',
      'roomcast_not_recovered_total 0',
      'roomcast_catch_ups_total 0',
      'roomcast_errors_total{code="UNKNOWN_TYPE"} 1',
      'roomcast_closes_total{code="4000"} 1',
      'roomcast_refusals_total{code="UNSUPPORTED_SUBPROTOCOL"} 1',
      'roomcast_fanout_duration_seconds_count ',
      'roomcast_event_loop_delay_seconds{quantile="0.99"} ',
      'process_cpu_seconds_total ',
    ]) {
      expect(text).toContain(`\n${series}`);
    }
    expect(text).not.toContain('secret');
  });

  test('the API describes itself, every endpoint of it', async () => {
    const server = await serve();
    const { json } = await server.get('/docs/json');
    const { openapi, paths } = json as { openapi: string; paths: Record<string, object> };
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths).sort()).toEqual(
      ['/api/emit', '/api/rooms', '/api/rooms/{room}', '/health', '/metrics', '/ready'].sort(),
    );
    const page = await server.get('/docs/');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
  });

  test('/health has figures, /ready says yes', async () => {
    const server = await serve({ maxConnections: 7 });
    await joinBridge(server, 'lobby');
    expect((await server.get('/health')).json).toEqual({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      uptimeSeconds: expect.any(Number),
      connections: 1,
      maxConnections: 7,
      rooms: 1,
      memoryBytes: expect.any(Number),
    });
    expect(await server.get('/ready')).toMatchObject({ status: 200, json: { status: 'ready' } });
  });

  test('SR-002 pages may load nothing but what is ours', async () => {
    const server = await serve();
    for (const path of ['/', '/bridge']) {
      const { status, headers } = await server.get(path);
      expect(status).toBe(200);
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});
