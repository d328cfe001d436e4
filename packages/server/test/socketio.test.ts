import { once } from 'node:events';
import * as msgpack from 'socket.io-msgpack-parser';
import { describe, expect, test } from 'vitest';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

const LIVE = 'live:room';

const WAYS = [
  { way: 'the newest client over WebSocket', client: 'newest', transports: ['websocket'] },
  { way: 'the newest client over polling', client: 'newest', transports: ['polling'] },
  { way: 'the newest client, polling first', client: 'newest', transports: ['polling', 'websocket'] },
  { way: 'the oldest client of version 4', client: 'oldest', transports: ['websocket'] },
  { way: 'the oldest client over polling', client: 'oldest', transports: ['polling'] },
  { way: 'the msgpack parser', client: 'newest', transports: ['websocket'], parser: msgpack },
  { way: 'the msgpack parser over polling', client: 'newest', transports: ['polling'], parser: msgpack },
] as const;

describe.each(WAYS)('$way', (options) => {
  test('G1.1 G1.2 G1.3 connects, sends and receives', async () => {
    const server = await serve();
    const [writer, reader] = [await SocketIoClient.connect(server, options), await SocketIoClient.connect(server)];
    await writer.register('1');
    await reader.join(LIVE);
    await writer.join(LIVE);
    const data = { text: 'Grüße, 世界 🎉', list: [1, null, true], nested: { 'odd "key"': '\\' } };
    expect(await writer.ask('publish', { roomId: LIVE, event: 'said "so"', data })).toMatchObject({
      ok: true,
      offset: 1,
    });
    expect(await reader.next('said "so"')).toEqual(data);
    await reader.ask('publish', { roomId: LIVE, event: 'said "so"', data });
    expect(await writer.next('said "so"')).toEqual(data);
  });

  test('G1.5 leaves nothing behind when it goes', async () => {
    const server = await serve();
    const client = await SocketIoClient.connect(server, options);
    await client.register('1');
    await client.join(LIVE);
    expect(await server.metric('roomcast_connections')).toBe(1);
    client.socket.disconnect();
    await server.buried();
    expect(await server.metric('roomcast_connections')).toBe(0);
  });
});

describe('a room with clients of several kinds', () => {
  test('G3.3 gives Socket.IO and native clients the same publications in the same order', async () => {
    const server = await serve();
    const native = await NativeClient.connect(server);
    const clients = await Promise.all(WAYS.map((options) => SocketIoClient.connect(server, options)));
    await native.join(LIVE);
    for (const client of clients) await client.join(LIVE);
    const writer = await NativeClient.connect(server);
    await writer.join(LIVE);
    const numbers = Array.from({ length: 300 }, (_, i) => i);
    await Promise.all(numbers.map((n) => writer.publish(LIVE, n)));
    for (const client of clients) {
      const heard: unknown[] = [];
      for (const _ of numbers) heard.push(await client.next('message'));
      expect(heard).toEqual(numbers);
    }
  });
});

/** What the official client keeps, to come back. */
function recoveryOf({ socket }: SocketIoClient): { readonly pid: string; readonly offset: string } {
  const { _pid: pid, _lastOffset: offset } = socket as unknown as { _pid: string; _lastOffset: string };
  return { pid, offset };
}

describe('recovery', () => {
  test('G2.4 brings exactly what was missed, once, under the same id', async () => {
    const server = await serve();
    const [client, writer] = [await SocketIoClient.connect(server), await SocketIoClient.connect(server)];
    await client.register('42');
    await client.join(LIVE);
    await writer.join(LIVE);
    const { id } = client.socket;
    await writer.ask('publish', { roomId: LIVE, data: 0 });
    expect(await client.next('message')).toBe(0);
    for (let round = 0; round < 5; round++) {
      await client.drop();
      for (let n = 1; n <= 20; n++) await writer.ask('publish', { roomId: LIVE, data: `${round}.${n}` });
      const greeting = await client.return();
      expect(greeting).toMatchObject({ recovered: true, userId: '42' });
      expect(client.socket).toMatchObject({ recovered: true, id });
      for (let n = 1; n <= 20; n++) expect(await client.next('message')).toBe(`${round}.${n}`);
      expect(client.received('message')).toEqual([]);
    }
  });

  test('G2.4 does not repeat what the client said itself', async () => {
    const server = await serve();
    const client = await SocketIoClient.connect(server);
    await client.join(LIVE);
    await client.ask('publish', { roomId: LIVE, data: 'mine' });
    await client.drop();
    expect(await client.return()).toMatchObject({ recovered: true });
    expect(client.received('message')).toEqual([]);
  });

  test('G2.3 G2.4 repeats what was lost on a connection that the server takes for alive, and closes that one', async () => {
    const server = await serve({ namespaces: { orders: { history: { size: 100, age: '5m', durable: true } } } });
    const [client, writer] = [await SocketIoClient.connect(server), await SocketIoClient.connect(server)];
    const rooms = ['live:a', 'orders:a'];
    for (const room of rooms) {
      await client.join(room);
      await writer.join(room);
    }
    await client.drop();
    for (const room of rooms) await writer.ask('publish', { roomId: room, data: room });
    // The client hears nothing of its next connection, as after a change of network; the server does not know.
    const { pid, offset } = recoveryOf(client);
    const lost = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`);
    const sent: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    lost.onmessage = ({ data }) => {
      sent.push(String(data));
      if (String(data).startsWith('0')) lost.send(`40${JSON.stringify({ pid, offset })}`);
      if (String(data).includes('"connected"')) resolve();
    };
    await promise;
    expect(sent.filter((text) => text.startsWith('42["message"'))).toHaveLength(2);
    expect(await client.return()).toMatchObject({ recovered: true });
    expect(client.received('message').toSorted()).toEqual(rooms);
    expect(await server.metric('roomcast_connections')).toBe(2);
  });

  test('G2.4 is there for each of several devices of a user, whatever the others do', async () => {
    const server = await serve();
    const phone = await SocketIoClient.connect(server);
    await phone.register('42');
    await phone.drop();
    const laptop = await SocketIoClient.connect(server);
    await laptop.register('42');
    await server.postJson('/api/push', { userId: '42', event: 'hello', data: 1 });
    expect(await laptop.next('hello')).toBe(1);
    expect(await phone.return()).toMatchObject({ recovered: true, userId: '42' });
    expect(await phone.next('hello')).toBe(1);
  });

  test('G2.4 goes over rooms of all kinds in the order in which things were said', async () => {
    const server = await serve({
      namespaces: { orders: { history: { size: 100, age: '5m', durable: true } } },
      flushWindow: '10ms',
    });
    const [client, writer] = [await SocketIoClient.connect(server), await SocketIoClient.connect(server)];
    const rooms = ['live:a', 'live:b', 'orders:a', 'orders:b'];
    for (const room of rooms) await client.join(room);
    for (const room of rooms) await writer.join(room);
    await client.drop();
    for (let n = 0; n < 40; n++) await writer.ask('publish', { roomId: rooms[n % 4], data: n });
    expect(await client.return()).toMatchObject({ recovered: true });
    const heard = client.received('message') as number[];
    const stored = heard.filter((n) => n % 4 >= 2);
    const inMemory = heard.filter((n) => n % 4 < 2);
    expect(stored).toEqual(stored.toSorted((a, b) => a - b));
    expect(inMemory).toEqual(inMemory.toSorted((a, b) => a - b));
    expect(heard).toHaveLength(40);
    await writer.ask('publish', { roomId: 'live:a', data: 'live again' });
    expect(await client.next('message')).toBe(heard[0]);
  });

  test('G2.4 is refused, and said to be, where too much has happened', async () => {
    const server = await serve({ namespaces: { brief: { history: { size: 5, age: '5m' } } } });
    const [client, writer] = [await SocketIoClient.connect(server), await SocketIoClient.connect(server)];
    await client.join('brief:room');
    await writer.join('brief:room');
    const { id } = client.socket;
    await client.drop();
    for (let n = 0; n < 6; n++) await writer.ask('publish', { roomId: 'brief:room', data: n });
    expect(await client.return()).toMatchObject({ recovered: false, reason: 'history_gone', rooms: [] });
    expect(client.socket.recovered).toBe(false);
    expect(client.socket.id).not.toBe(id);
    expect(client.received('message')).toEqual([]);
  });

  test('G2.4 is refused, and said to be, where the client was away for too long', async () => {
    const server = await serve({ recoveryWindow: '50ms', lifecycleGrace: '10ms' });
    const client = await SocketIoClient.connect(server);
    await client.register('42');
    await client.drop();
    await expect
      .poll(async () => (await server.get('/metrics')).text.includes('roomcast_client_sessions 0'), { timeout: 10_000 })
      .toBe(true);
    expect(await client.return()).toMatchObject({ recovered: false, reason: 'session_expired' });
  });

  test('G2.4 is not known to clients before 4.6, which are told that they begin anew', async () => {
    const server = await serve();
    const client = await SocketIoClient.connect(server, { client: 'oldest' });
    await client.join(LIVE);
    await client.drop();
    expect(await client.return()).toMatchObject({ recovered: false, rooms: [] });
  });
});

test('G1.2 answers nonsense with an error, and harms nobody', async () => {
  const server = await serve();
  const client = await SocketIoClient.connect(server);
  for (const payload of [
    null,
    7,
    'x',
    [],
    { roomId: 7 },
    { roomId: '' },
    { roomId: 'nowhere:x' },
    { roomId: 'user:1' },
  ]) {
    expect(await client.ask('join_room', payload)).toMatchObject({ ok: false });
  }
  for (const payload of [null, {}, [], { userId: {} }, { userId: '' }, { userId: 'a\nb' }, 1.5]) {
    expect(await client.ask('register', payload)).toMatchObject({ ok: false, code: 'VALIDATION_ERROR' });
  }
  client.socket.emit('join_room', { roomId: 7 });
  expect(await client.next('error')).toMatchObject({ code: 'VALIDATION_ERROR', originalType: 'join_room' });
  const raw = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`);
  await once(raw, 'open');
  raw.send('40');
  raw.send('42{"not":"a list"}');
  await once(raw, 'close');
  await client.join(LIVE);
});
