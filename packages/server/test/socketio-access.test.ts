import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { aProblem, call, problemOf } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve, type TestServer } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';

/** Asks for a session by polling. Returns its id. */
async function session(server: TestServer): Promise<string> {
  const { text } = await server.get(HANDSHAKE);
  return (JSON.parse(text.slice(1)) as { sid: string }).sid;
}

/** Keeps the event loop busy until load is shed. */
async function overload(server: TestServer, level: number): Promise<void> {
  for (;;) {
    const until = performance.now() + 100;
    while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve));
    const line = server.log.waiting.findLast(({ msg }) => msg === 'load is shed') as { level: unknown } | undefined;
    if (line && Number((line as { shedding?: number }).shedding) >= level) return;
  }
}

test('G8.1 pages of other origins are refused, over polling and over WebSocket', async () => {
  const server = await serve({ allowedOrigins: 'https://good.example' });
  const evil = { origin: 'https://evil.example' };
  expect(problemOf(await server.get(HANDSHAKE, evil))).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
  const good = await server.get(HANDSHAKE, { origin: 'https://good.example' });
  expect(good.headers['access-control-allow-origin']).toBe('https://good.example');
  const socket = new WebSocket(`${server.ws('/socket.io/')}?EIO=4&transport=websocket`, { headers: evil });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('403');
});

test('G8.5 what is too large ends its sender alone', async () => {
  const server = await serve({ maxFrameSize: '64KiB' });
  const [victim, other] = [await SocketIoClient.connect(server), await SocketIoClient.connect(server)];
  victim.socket.emit('publish', { roomId: 'live:x', data: 'x'.repeat(100_000) });
  await victim.states.next(({ state }) => state === 'disconnect', 'the end');
  await other.join('live:x');
  const sid = await session(server);
  const { status } = await call(server.port, {
    method: 'POST',
    path: `${HANDSHAKE}&sid=${sid}`,
    headers: { 'content-type': 'text/plain' },
    body: `4${'x'.repeat(100_000)}`,
  });
  expect(status).toBe(413);
});

test('G8.5 nonsense at the address of Socket.IO is refused, and harms nobody', async () => {
  const server = await serve();
  const client = await SocketIoClient.connect(server);
  for (const path of ['/socket.io/', '/socket.io/?EIO=4', '/socket.io/?EIO=4&transport=carrier-pigeon']) {
    expect((await server.get(path)).status).toBe(400);
  }
  expect((await server.get(`${HANDSHAKE}&sid=nonsense`)).status).toBe(400);
  expect((await server.get('/socket.io/?EIO=3&transport=polling')).status).toBe(400);
  const sid = await session(server);
  const post = (body: string) =>
    call(server.port, {
      method: 'POST',
      path: `${HANDSHAKE}&sid=${sid}`,
      headers: { 'content-type': 'text/plain' },
      body,
    });
  await post('40');
  await post('451-["x",{"_placeholder":true,"num":9}]');
  await post('bAAECAw==');
  await client.join('live:x');
});

test('G9.5 connections over the limit are answered 503, and places come back', async () => {
  const server = await serve({ maxConnections: 2 });
  const clients = [await SocketIoClient.connect(server, { transports: ['polling', 'websocket'] })];
  clients.push(await SocketIoClient.connect(server));
  const full = await server.get(HANDSHAKE);
  expect(problemOf(full)).toEqual(aProblem(503, 'SERVER_BUSY'));
  expect(full.headers['retry-after']).toBe('5');
  clients[0]?.socket.disconnect();
  await expect.poll(async () => (await server.get(HANDSHAKE)).status, { timeout: 10_000 }).toBe(200);
});

test('G9.5 with too much to do, typing is dropped first, then new connections are refused, then new events', async () => {
  const server = await serve({ shedDelay: '20ms' });
  const [socket, native] = [await SocketIoClient.connect(server), await NativeClient.connect(server)];
  await socket.join('live:x');
  await native.join('live:x');
  await overload(server, 3);
  const refused = await server.get(HANDSHAKE);
  expect(problemOf(refused)).toEqual(aProblem(503, 'OVERLOADED'));
  expect(refused.headers['retry-after']).toBe('5');
  await expect(NativeClient.connect(server)).rejects.toThrow('503');
  expect(await server.metric('roomcast_refusals_total{code="OVERLOADED"}')).toBe(2);
  expect(await socket.ask('publish', { roomId: 'live:x', data: 1 })).toMatchObject({
    ...{ ok: false, code: 'OVERLOADED', retryAfter: 1000 },
  });
  expect((await native.ask('publish', { roomId: 'live:x', data: 1 })).payload).toMatchObject({ code: 'OVERLOADED' });
  expect(await server.metric('roomcast_shed_total{what="events"}')).toBe(2);
  expect(await server.metric('roomcast_shedding_level')).toBeGreaterThan(0);
  await server.log.next(({ msg }) => msg === 'no more load is shed', 'the end of the overload');
  expect(await socket.ask('publish', { roomId: 'live:x', data: 1 })).toMatchObject({ ok: true });
});

test('G8.4 a page whose name an attacker has pointed at loopback (DNS rebinding) cannot begin by polling', async () => {
  const server = await serve();
  const path = '/socket.io/?EIO=4&transport=polling';
  const foreign = await call(server.port, { path, headers: { host: `evil.example:${server.port}` } });
  expect(problemOf(foreign)).toMatchObject({ status: 403, code: 'ORIGIN_NOT_ALLOWED' });
  for (const host of ['localhost', '127.0.0.1', '[::1]', 'app.localhost']) {
    expect((await call(server.port, { path, headers: { host: `${host}:${server.port}` } })).status).toBe(200);
  }
});
