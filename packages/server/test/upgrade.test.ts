import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { aProblem, call, problemOf, UPGRADE } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve, type TestServer } from './support/server.ts';
import { Socket } from './support/socket.ts';

/** Tries to upgrade; `more` goes over the headers of a proper handshake. */
function upgrade(server: TestServer, path: string, more: Record<string, string | string[]> = {}) {
  return call(server.port, { path, headers: { ...UPGRADE, ...more } });
}

async function connections(server: TestServer): Promise<unknown> {
  return ((await server.get('/health')).json as { connections: number }).connections;
}

describe('subprotocols and versions', () => {
  test('W1 a client that offers ours, or none, is accepted and gets a connection id', async () => {
    const server = await serve();
    const silent = await Socket.open(server.ws('/ws'));
    expect(silent.ws.protocol).toBe('');
    expect(JSON.parse(await silent.next())).toMatchObject({ payload: { subprotocol: 'roomcast.v1' } });
    const eager = await Socket.open(server.ws('/ws'), {}, ['graphql-ws', 'roomcast.v1']);
    expect(eager.ws.protocol).toBe('roomcast.v1');
    expect(JSON.parse(await eager.next())).toMatchObject({ payload: { connectionId: expect.any(String) } });
  });

  test('W1 other subprotocols alone are refused with the list of ours, and no WebSocket comes to be', async () => {
    const server = await serve();
    for (const offered of ['roomcast.v2', 'graphql-ws, mqtt', 'ROOMCAST.V1', 'roomcast.v1x', 'roomcast.v1,,']) {
      const answer = await upgrade(server, '/ws', { 'sec-websocket-protocol': offered });
      const supported = ['roomcast.v1'];
      expect(problemOf(answer)).toEqual(aProblem(400, 'UNSUPPORTED_SUBPROTOCOL', { supported }));
      expect((answer.json as { detail: string }).detail).toContain('roomcast.v1');
    }
    const onBridge = await upgrade(server, '/bridge?room=a', { 'sec-websocket-protocol': 'chat' });
    expect(problemOf(onBridge)).toEqual(aProblem(400, 'UNSUPPORTED_SUBPROTOCOL', { supported: [] }));
    expect(await connections(server)).toBe(0);
    expect(await server.metric('roomcast_connections_opened_total')).toBe(0);
    expect(await server.metric('roomcast_refusals_total{code="UNSUPPORTED_SUBPROTOCOL"}')).toBe(6);
  });

  test('W1 another WebSocket version is refused with the one that is spoken', async () => {
    const server = await serve();
    for (const version of ['8', '14', '', 'x'.repeat(100)]) {
      const answer = await upgrade(server, '/ws', { 'sec-websocket-version': version });
      expect(problemOf(answer)).toEqual(aProblem(400, 'UNSUPPORTED_SUBPROTOCOL'));
      expect(answer.headers['sec-websocket-version']).toBe('13');
      expect(answer.json).toMatchObject({ supportedVersions: [13] });
    }
  });

  test('W1 a handshake that is broken in another way is refused as well', async () => {
    const server = await serve();
    expect(problemOf(await upgrade(server, '/nowhere'))).toEqual(aProblem(404, 'NOT_FOUND'));
    for (const key of ['short', '', 'dGhlIHNhbXBsZSBub25jZQ']) {
      const answer = await upgrade(server, '/ws', { 'sec-websocket-key': key });
      expect(problemOf(answer)).toEqual(aProblem(400, 'VALIDATION_ERROR'));
    }
    const posted = await call(server.port, { path: '/ws', method: 'POST', headers: UPGRADE });
    expect(problemOf(posted)).toEqual(aProblem(405, 'METHOD_NOT_ALLOWED'));
    expect(await connections(server)).toBe(0);
  });
});

test('another upgrade is not asked for here: the request is answered as any other', async () => {
  const server = await serve();
  expect(problemOf(await upgrade(server, '/ws', { upgrade: 'h2c' }))).toEqual(aProblem(400, 'VALIDATION_ERROR'));
  expect((await upgrade(server, '/health', { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' })).status).toBe(
    200,
  );
});

describe('origins', () => {
  test('pages of other origins may not connect, those of this machine and those that are allowed may', async () => {
    const server = await serve({ allowedOrigins: 'https://app.example' });
    const from = async (origin: string) => problemOf(await upgrade(server, '/ws', { origin }));
    for (const origin of ['https://evil.example', 'null', 'https://app.example:444', 'http://app.example', 'garbage']) {
      expect(await from(origin)).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
    }
    for (const origin of ['https://app.example', 'http://localhost:5173', 'http://[::1]:1', 'http://a.localhost']) {
      expect(await from(origin)).toMatchObject({ status: 101 });
    }
    expect(await server.metric('roomcast_refusals_total{code="ORIGIN_NOT_ALLOWED"}')).toBe(5);
  });

  test('a page on a name that was bent to loopback may not connect', async () => {
    const server = await serve();
    const host = `evil.example:${server.port}`;
    for (const path of ['/ws', '/bridge?room=a']) {
      const answer = await upgrade(server, path, { host, origin: `http://${host}` });
      expect(problemOf(answer)).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
    }
  });
});

describe('places', () => {
  test('D13 a full server answers 503 "Server busy", until somebody leaves', async () => {
    const server = await serve({ maxConnections: 2 });
    const [first] = [await joinBridge(server, 'a'), await NativeClient.connect(server)];
    const refused = await upgrade(server, '/ws');
    expect(problemOf(refused)).toEqual(aProblem(503, 'SERVER_BUSY'));
    expect(refused.json).toMatchObject({ detail: 'Server busy' });
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    await first.close();
    await server.buried();
    await joinBridge(server, 'a');
  });

  test('D13 one address has so many places, another one its own', async () => {
    const server = await serve({ maxConnectionsPerAddress: 2, trustedProxies: '127.0.0.1', allowedOrigins: '*' });
    const from = (address: string) =>
      Socket.open(server.ws('/ws'), { headers: { 'x-forwarded-for': address } }).then(
        () => 'admitted',
        (error: Error) => error.message,
      );
    expect([await from('192.0.2.1'), await from('192.0.2.1')]).toEqual(['admitted', 'admitted']);
    expect(await from('192.0.2.1')).toContain('503');
    expect(await from('10.0.0.1, 192.0.2.1')).toContain('503'); // what a client writes itself counts for nothing
    expect(await from('192.0.2.2')).toBe('admitted');
    expect([await from('2001:db8::1'), await from('2001:db8::2')]).toEqual(['admitted', 'admitted']);
    expect(await from('2001:db8::3')).toContain('503'); // one customer has a whole /64
    expect(await from('2001:db8:0:1::1')).toBe('admitted');
  });

  test('D13 a forwarded address is believed of trusted proxies only', async () => {
    const server = await serve({ maxConnectionsPerAddress: 1 });
    await Socket.open(server.ws('/ws'), { headers: { 'x-forwarded-for': '192.0.2.1' } });
    const refused = await upgrade(server, '/ws', { 'x-forwarded-for': '192.0.2.2' });
    expect(problemOf(refused)).toEqual(aProblem(503, 'SERVER_BUSY'));
  });

  test('D13 handshakes that fail give their place back', async () => {
    const server = await serve({ maxConnections: 1 });
    for (let i = 0; i < 5; i++)
      expect((await upgrade(server, '/ws', { 'sec-websocket-version': '8' })).status).toBe(400);
    await joinBridge(server, 'a');
  });
});

describe('slow handshakes', () => {
  test('D13 headers that drip byte by byte are cut off, and others are served meanwhile', async () => {
    const server = await serve({ handshakeTimeout: 300 });
    const request = `GET /ws HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nx-padding: ${'x'.repeat(5000)}`;
    const tcp = connect(server.port, '127.0.0.1');
    let answer = '';
    tcp.on('data', (chunk) => {
      answer += chunk;
    });
    tcp.on('error', () => {});
    let sent = 0;
    const drip = setInterval(() => tcp.write(request[sent++] ?? 'x'), 5);
    onTestFinished(() => clearInterval(drip));
    await once(tcp, 'connect');
    const closed = new Promise((resolve) => tcp.once('close', resolve)); // be it by a reset
    await joinBridge(server, 'served');
    await closed;
    expect(answer === '' || answer.startsWith('HTTP/1.1 408')).toBe(true);
    expect(sent).toBeLessThan(request.length);
  });

  test('D13 a connection that says nothing at all is cut off', async () => {
    const server = await serve({ handshakeTimeout: 200 });
    const tcp = connect(server.port, '127.0.0.1');
    tcp.on('error', () => {});
    tcp.resume();
    await new Promise((resolve) => tcp.once('close', resolve));
  });
});
