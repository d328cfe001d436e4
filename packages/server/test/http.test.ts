import { ERRORS } from '@roomcast/protocol';
import { describe, expect, test } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { aProblem, call, problemOf } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';

describe('rooms', () => {
  test('are listed page by page, in the order in which they came to be', async () => {
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

  test('can be filtered by namespace and by a part of the name', async () => {
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

  test('show their members and their transport', async () => {
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
    expect((await post('/api/emit', 'DELETE')).headers['allow']).toBe('POST');
    expect(problemOf(await post('/health', 'PUT'))).toEqual(aProblem(405, 'METHOD_NOT_ALLOWED'));
  });

  test('/metrics is in the form of Prometheus, has every series, and names no room', async () => {
    const server = await serve();
    const client = await NativeClient.connect(server);
    await client.join('live:secret-room');
    await client.publish('live:secret-room', 1);
    await client.ask('nonsense');
    await client.ask('join_room', { roomId: 'nowhere:x' });
    await server.get('/nothing/here');
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
      'roomcast_errors_total{code="NOT_FOUND"} 2',
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
      [
        ...['config', 'login', 'logout', 'logout-all', 'me', 'password', 'register', 'ticket'].map(
          (name) => `/api/auth/${name}`,
        ),
        ...['/api/emit', '/api/rooms', '/api/rooms/{room}', '/health', '/metrics', '/ready'],
        ...['/api/push', '/api/push/batch', '/api/rooms/{room}/members'],
        ...['/api/users/{id}/rooms', '/api/users/{id}/disconnect'],
        ...['/api/outbox', '/api/outbox/redrive', '/api/outbox/purge'],
        ...['', '/{id}', '/{id}/export', '/{id}/requests', '/{id}/requests/{requestId}'].map(
          (rest) => `/api/webhooks${rest}`,
        ),
        ...['body', 'curl', 'parts', 'parts/{index}', 'replay'].map(
          (part) => `/api/webhooks/{id}/requests/{requestId}/${part}`,
        ),
      ].sort(),
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
      storage: 'ok',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      uptimeSeconds: expect.any(Number),
      connections: 1,
      maxConnections: 7,
      rooms: 1,
      memoryBytes: expect.any(Number),
    });
    expect(await server.get('/ready')).toMatchObject({ status: 200, json: { status: 'ready', storage: 'ok' } });
  });

  test('pages may load nothing but what is ours, and no scripts from where webhooks answer', async () => {
    const server = await serve();
    const own = `localhost:${server.port}`;
    const cases: [headers: Record<string, string>, code: string][] = [
      [{ host: own }, `${own}/assets/ ${own}/theme.js`],
      [{ host: 'rooms.example' }, 'rooms.example/assets/ rooms.example/theme.js'],
      [{ host: 'rooms.example', 'x-forwarded-for': '192.0.2.1' }, "'self'"],
      [{ host: '[::1]:3000' }, "'self'"],
      [{ host: '192.0.2.1:3000' }, "'self'"],
      [{ host: "x; script-src 'unsafe-inline'" }, "'self'"],
    ];
    for (const path of ['/', '/bridge', '/inspect']) {
      for (const [sent, code] of cases) {
        const { status, headers } = await call(server.port, { path, headers: sent });
        expect(status).toBe(200);
        const policy = headers['content-security-policy'] ?? '';
        expect(policy).toContain(`default-src 'none'; script-src ${code}; style-src ${code}; img-src 'self' data:;`);
        expect(policy).toContain("frame-ancestors 'none'");
        expect(headers['x-content-type-options']).toBe('nosniff');
      }
    }
  });

  test("G1.1 the official Socket.IO client is served where Socket.IO's own server serves it", async () => {
    const server = await serve();
    for (const variant of ['js', 'min.js', 'esm.min.js', 'msgpack.min.js']) {
      const path = `/socket.io/socket.io.${variant}`;
      const { status, headers, text } = await server.get(path);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': expect.stringMatching(/^(application|text)\/javascript/),
        'access-control-allow-origin': '*',
      });
      expect(text).toContain('Socket.IO v4');
      expect((await server.get(`${path}.map`)).json).toMatchObject({ version: 3 });
      const again = { path: `${path}?v=1`, headers: { 'if-none-match': String(headers.etag) } };
      expect((await call(server.port, again)).status).toBe(304);
    }
    for (const other of ['socket.io.css', '..%2fpackage.json', 'socket.io.js/x', '../package.json', '']) {
      expect((await server.get(`/socket.io/${other}`)).status).toBeGreaterThanOrEqual(400);
    }
  });
});
