import { once } from 'node:events';
import { Encoder } from 'socket.io-msgpack-parser';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { aProblem, problemOf } from './support/http.ts';
import { serve, type TestServer } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

/** A client that sends packets as they are given, once it is connected. Resolves when the server has closed it. */
async function send(server: TestServer, ...packets: readonly (string | Uint8Array)[]): Promise<void> {
  const socket = new WebSocket(`${server.ws('/socket.io/')}?EIO=4&transport=websocket`);
  await once(socket, 'message');
  for (const packet of packets) socket.send(packet);
  await once(socket, 'close');
}

test('G8.5 what is no event ends its sender alone', async () => {
  const server = await serve();
  const witness = await SocketIoClient.connect(server);
  const [connect] = new Encoder().encode({ type: 0, nsp: '/', data: {} }) as unknown as [Uint8Array];
  const packed = (data: unknown) =>
    new Uint8Array((new Encoder().encode({ type: 2, nsp: '/', data }) as unknown as [ArrayBuffer])[0]);
  await send(server, '40', '42[1,"x"]');
  await send(server, '40', '42["disconnect","forged"]');
  await send(server, '40', '42{"length":1}');
  for (const data of [['disconnect', {}], [7], [{}], [null], 'text']) {
    await send(server, new Uint8Array(connect), packed(data));
  }
  await witness.join('live:x');
  await expect.poll(() => server.metric('roomcast_connections')).toBe(1);
});

test('G8.5 a client connects once, and not three hundred thousand times', async () => {
  const server = await serve();
  await send(server, '40', '40');
  await send(server, ...Array.from({ length: 20 }, (_, n) => `40/nowhere${n},`));
  expect(await server.metric('roomcast_client_sessions')).toBeLessThan(3);
});

test('G8.1 the origin is checked however the address is written', async () => {
  const server = await serve({ allowedOrigins: 'https://good.example' });
  for (const query of ['sid=', 'sid', 'x=1?sid=1', 'SID=1']) {
    const path = `/socket.io/?EIO=4&transport=polling&${query}`;
    const answer = await server.get(path, { origin: 'https://evil.example' });
    expect(problemOf(answer), query).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
  }
});

test('G8.5 names that clients would take for something else are refused, whoever publishes', async () => {
  const server = await serve();
  const client = await SocketIoClient.connect(server);
  await client.join('live:x');
  for (const event of ['connect', 'disconnect', 'connect_error', 'server_disconnect', 'user_left', 'connected']) {
    expect(await client.ask('publish', { roomId: 'live:x', event, data: 1 })).toMatchObject({
      ...{ ok: false, code: 'VALIDATION_ERROR' },
    });
    expect((await server.emit({ room: 'x', event, data: 1 })).status).toBe(400);
  }
});

test('G8.5 attachments count with their packet', async () => {
  const server = await serve({ maxFrameSize: '64KiB' });
  const client = await SocketIoClient.connect(server);
  const data = Array.from({ length: 3 }, () => Buffer.alloc(30_000));
  client.socket.emit('publish', { roomId: 'live:x', data });
  await client.states.next(({ state }) => state === 'disconnect', 'the end');
});

test('G9.5 who asks for more than he reads is refused, then closed, and costs no more memory than that', async () => {
  const server = await serve({ maxBuffer: '1MiB', maxFrameSize: '512KiB', messageRate: 0 });
  const writer = await SocketIoClient.connect(server);
  await writer.join('live:x');
  for (let n = 0; n < 20; n++) await writer.ask('publish', { roomId: 'live:x', data: 'x'.repeat(10_000) });
  const greedy = await SocketIoClient.connect(server);
  await greedy.join('live:x');
  let overloaded = 0;
  for (let n = 0; n < 500; n++) {
    greedy.socket.emit('get_history', { roomId: 'live:x' }, (answer: { code?: string }) => {
      if (answer.code === 'OVERLOADED') overloaded++;
    });
  }
  await greedy.ask('get_members', { roomId: 'live:x' });
  expect(overloaded).toBeGreaterThan(100);
});

test('G2.1 nobody registers without a token through a proxy', async () => {
  const server = await serve();
  const client = await SocketIoClient.connect(server, { extraHeaders: { 'x-forwarded-for': '203.0.113.7' } });
  expect(await client.ask('register', { userId: 'victim' })).toMatchObject({ ok: false, code: 'FORBIDDEN' });
});
