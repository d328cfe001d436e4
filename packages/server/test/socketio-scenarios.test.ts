import { io } from 'socket.io-client';
import * as msgpack from 'socket.io-msgpack-parser';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Backend } from './support/backend.ts';
import { serve } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

/** What Socket.IO's own client is tested for, where there is a server like ours at the other end. */

const LIVE = 'live:room';
const ENCODINGS = [
  { encoding: 'its own encoding', options: {} },
  { encoding: 'msgpack', options: { parser: msgpack } },
  { encoding: 'polling', options: { transports: ['polling'] as const } },
];

const VALUES: readonly unknown[] = [
  ...['', 'てすと Я Б Ü İ I О', '\u0000\u2028\u2029', '"quoted" \\ back', 0, -1.5, 2 ** 53, true, false, null],
  ...[
    [],
    {},
    [[[]]],
    { a: { b: [{ c: null }] } },
    { __proto__: null, constructor: 'x' },
    { _placeholder: true, num: 0 },
  ],
];

describe.each(ENCODINGS)('in $encoding', ({ options }) => {
  test('G3.4 values of every kind arrive as they were sent', async () => {
    const backend = await Backend.start();
    backend.answers.set('echo', { body: { ack: 'heard' } });
    const server = await serve({ forwardUrl: backend.url, forwardReply: 'backend' });
    const [writer, reader] = [
      await SocketIoClient.connect(server, options),
      await SocketIoClient.connect(server, options),
    ];
    await writer.register('1');
    await writer.join(LIVE);
    await reader.join(LIVE);
    for (const value of VALUES) {
      await writer.ask('publish', { roomId: LIVE, event: 'value', data: value });
      expect(await reader.next('value')).toEqual(JSON.parse(JSON.stringify(value)));
      expect(await writer.ask('echo', value, 'and more')).toBe('heard');
      expect((await backend.next('echo')).args).toEqual(JSON.parse(JSON.stringify([value, 'and more'])));
    }
  });

  test('G3.4 binary values arrive as bytes, wherever they stand in the data', async () => {
    const server = await serve();
    const [writer, reader] = [
      await SocketIoClient.connect(server, options),
      await SocketIoClient.connect(server, options),
    ];
    await writer.join(LIVE);
    await reader.join(LIVE);
    const bytes = Buffer.from([0, 1, 127, 128, 255]);
    for (const data of [bytes, { image: bytes, more: [{ deep: bytes }, 'text'] }, Buffer.alloc(100_000, 7)]) {
      expect(await writer.ask('publish', { roomId: LIVE, event: 'bytes', data })).toMatchObject({ ok: true });
      expect(await reader.next('bytes')).toEqual(data);
    }
    await reader.drop();
    await writer.ask('publish', { roomId: LIVE, event: 'bytes', data: { bytes } });
    expect(await reader.return()).toMatchObject({ recovered: true });
    expect(await reader.next('bytes')).toEqual({ bytes });
  });
});

test('the client reconnects by itself, and goes on', async () => {
  const server = await serve();
  const socket = io(`http://127.0.0.1:${server.port}`, { reconnectionDelay: 10, forceNew: true });
  onTestFinished(() => void socket.disconnect());
  await new Promise<void>((resolve) => socket.once('connected', () => resolve()));
  const { id } = socket;
  expect(await socket.emitWithAck('join_room', { roomId: LIVE })).toMatchObject({ ok: true });
  const again = new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.io.engine.close();
  await again;
  expect({ id: socket.id, recovered: socket.recovered }).toEqual({ id, recovered: true });
  expect(await socket.timeout(5000).emitWithAck('get_members', { roomId: LIVE })).toMatchObject({ ok: true });
});

test('what is sent while there is no connection is sent afterwards, in order', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url });
  const client = await SocketIoClient.connect(server);
  await client.register('1');
  await client.drop();
  for (let n = 0; n < 5; n++) client.socket.emit('later', n);
  await client.return();
  for (let n = 0; n < 5; n++) expect(await backend.next('later')).toMatchObject({ data: n, userId: '1' });
});

test('an event with retries is sent again until it is acknowledged, and in order', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url });
  const socket = io(`http://127.0.0.1:${server.port}`, { retries: 3, ackTimeout: 2000, forceNew: true });
  onTestFinished(() => void socket.disconnect());
  socket.emit('register', '1');
  for (let n = 0; n < 5; n++) socket.emit('important', n);
  for (let n = 0; n < 5; n++) expect(await backend.next('important')).toMatchObject({ data: n });
});

test('another namespace than the main one is refused, and says so', async () => {
  const server = await serve();
  const socket = io(`http://127.0.0.1:${server.port}/admin`, { forceNew: true, reconnection: false });
  onTestFinished(() => void socket.disconnect());
  const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
  expect(error.message).toBe('Invalid namespace');
});

test('a disconnect on purpose is final, and a new connection is a new one', async () => {
  const server = await serve();
  const client = await SocketIoClient.connect(server);
  await client.join(LIVE);
  const { id } = client.socket;
  client.socket.disconnect();
  await server.buried();
  expect(await client.return()).toMatchObject({ recovered: false, rooms: [] });
  expect(client.socket.id).not.toBe(id);
});

test('G1.1 an upgrade from polling to WebSocket loses nothing and keeps the order', async () => {
  const server = await serve();
  const writer = await SocketIoClient.connect(server);
  await writer.join(LIVE);
  for (let round = 0; round < 5; round++) {
    const reader = new SocketIoClient(server, { transports: ['polling', 'websocket'] });
    await reader.connected();
    const isUpgraded = (): boolean => reader.socket.io.engine.transport.name === 'websocket';
    await reader.join(LIVE);
    const sent: number[] = [];
    for (let n = 0; !isUpgraded() || n < 50; n++) {
      await writer.ask('publish', { roomId: LIVE, data: n });
      sent.push(n);
    }
    for (const n of sent) expect(await reader.next('message')).toBe(n);
    reader.socket.disconnect();
  }
});
