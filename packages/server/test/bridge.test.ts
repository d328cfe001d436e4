import { CLOSE_CODES } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { bridgePath, joinBridge } from './support/bridge.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';
import { Socket } from './support/socket.ts';
import { type Face, transportContract } from './transport-contract.ts';

const raw: Face = {
  async enter(server, room, options) {
    const socket = await joinBridge(server, room, options);
    return { socket, say: (json) => socket.send(json), heard: () => socket.next() };
  },
  bad: {
    'text that is not JSON': { message: '{"a":', code: 4002 },
    'an empty message': { message: '', code: 4002 },
    'a list': { message: '[1]', code: 4003 },
    'a string': { message: '"text"', code: 4003 },
    null: { message: 'null', code: 4003 },
    'a binary message': { message: Buffer.from('{"a":1}'), code: 1003 },
    'an object that is nested too deep': { message: `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, code: 4003 },
    'thousands of brackets': { message: '['.repeat(4000), code: 4002 },
  },
};

transportContract('raw bridge', raw);

test('B1 a client that names a room is in it, and the room comes to be', async () => {
  const server = await serve();
  const [first, second] = [await joinBridge(server, 'lobby'), await joinBridge(server, 'lobby')];
  first.send('{"hello":"world"}');
  expect(await second.next()).toBe('{"hello":"world"}');
  expect((await server.get('/api/rooms/lobby')).json).toMatchObject({ id: 'bridge:lobby', memberCount: 2 });
});

test('B2 a message reaches its own room alone, and nothing is stored for later', async () => {
  const server = await serve();
  const [a, b, elsewhere] = [
    await joinBridge(server, 'here'),
    await joinBridge(server, 'here'),
    await joinBridge(server, 'there'),
  ];
  a.send('{"n":1}');
  expect(await b.next()).toBe('{"n":1}');
  const late = await joinBridge(server, 'here');
  await server.emit({ room: 'here', data: { n: 2 } });
  await server.emit({ room: 'there', data: { n: 3 } });
  expect(await late.next()).toBe('{"n":2}');
  expect(await elsewhere.next()).toBe('{"n":3}');
});

test('B3 an emit reaches all clients of the room, those that send as well', async () => {
  const server = await serve();
  const clients = [await joinBridge(server, 'lobby'), await joinBridge(server, 'lobby')];
  const { status, json } = await server.emit('{"room":"lobby","data": { "n" : 1.0 } }');
  expect(status).toBe(200);
  expect(json).toMatchObject({ room: 'bridge:lobby', delivered: 2, id: null, offset: null, epoch: null });
  for (const client of clients) expect(await client.next()).toBe('{ "n" : 1.0 }');
});

test('B4 a room is gone with its last client, not before', async () => {
  const server = await serve();
  const [first, last] = [await joinBridge(server, 'lobby'), await joinBridge(server, 'lobby')];
  await first.close();
  await server.buried();
  expect(await server.rooms()).toEqual(['bridge:lobby']);
  await last.close();
  await server.buried();
  expect(await server.rooms()).toEqual([]);
  expect((await server.emit({ room: 'lobby', data: 1 })).json).toMatchObject({ delivered: 0 });
  expect(await server.rooms()).toEqual([]);
});

test('B6 clients from one address are separate clients, without a login', async () => {
  const server = await serve();
  const tabs = await Promise.all(Array.from({ length: 20 }, () => joinBridge(server, 'tabs')));
  tabs[0]?.send('{"from":0}');
  for (const tab of tabs.slice(1)) expect(await tab.next()).toBe('{"from":0}');
});

const BAD_NAMES = {
  'no room': '/bridge',
  'an empty room': '/bridge?room=',
  'a name of 129 characters': bridgePath('x'.repeat(129)),
  'a name of 10 kB': bridgePath('x'.repeat(10_000)),
  'a control character': bridgePath('a\u0000b'),
  'a line break': bridgePath('a\nb'),
  'a bidirectional override': bridgePath('a\u202eb'),
  'white space at the end': bridgePath('a '),
  'the namespace alone': bridgePath('bridge:'),
} as const;

for (const [fault, path] of Object.entries(BAD_NAMES)) {
  test(`B7 ${fault} is closed with 4000 and a reason that fits a close frame`, async () => {
    const server = await serve();
    const bystander = await joinBridge(server, 'lobby');
    const { code, reason } = await (await Socket.open(server.ws(path))).closed;
    expect(code).toBe(4000);
    expect(reason).toMatch(/^The room .+\.$/);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    expect(await server.rooms()).toEqual(['bridge:lobby']);
    await server.emit({ room: 'lobby', data: { unharmed: true } });
    expect(await bystander.next()).toBe('{"unharmed":true}');
  });
}

test('B7 names of 128 characters are fine, whatever the script', async () => {
  const server = await serve();
  for (const name of ['x'.repeat(128), '😀'.repeat(128), 'Ünï cödé', '100% & more?#/']) {
    await joinBridge(server, name);
    expect(await server.rooms()).toContain(`bridge:${name}`);
  }
});

test('B7 a name that looks like another namespace is a room of the bridge', async () => {
  const server = await serve({ namespaces: { orders: { history: false } } });
  const client = await joinBridge(server, 'chat:x');
  await joinBridge(server, 'orders:1');
  await joinBridge(server, 'bridge:plain');
  expect(await server.rooms()).toEqual(['bridge:chat:x', 'bridge:orders:1', 'bridge:plain']);
  expect((await server.emit({ room: 'chat:x', data: 1 })).json).toMatchObject({ room: 'bridge:chat:x', delivered: 1 });
  expect(await client.next()).toBe('1');
});

test('B7 too many messages are closed with 4102, and a client may come back after', async () => {
  const server = await serve({ messageRate: 1, messageBurst: 5 });
  const [flood, watcher] = [await joinBridge(server, 'lobby'), await joinBridge(server, 'lobby')];
  for (let n = 0; n < 10; n++) flood.send(`{"n":${n}}`);
  expect((await flood.closed).code).toBe(4102);
  for (let n = 0; n < 5; n++) expect(await watcher.next()).toBe(`{"n":${n}}`);
  expect(CLOSE_CODES[4102].reconnect).toBe(true);
  (await joinBridge(server, 'lobby')).send('{"back":true}');
  expect(await watcher.next()).toBe('{"back":true}');
});

test('B7 where no further room has a place, the client is closed with 4103', async () => {
  const server = await serve({ maxRooms: 1 });
  await joinBridge(server, 'one');
  expect((await (await joinBridge(server, 'two')).closed).code).toBe(4103);
  await joinBridge(server, 'one');
  expect(await server.rooms()).toEqual(['bridge:one']);
});

test('B7 the bridge sends no frames of its own: what arrives is what a peer has sent', async () => {
  const server = await serve();
  const raws = [await joinBridge(server, 'quiet'), await joinBridge(server, 'quiet')];
  const native = await NativeClient.connect(server);
  await native.join('bridge:quiet');
  await native.expect('room_left', 'leave_room', { roomId: 'bridge:quiet' });
  await raws[1]?.close();
  await server.emit({ room: 'quiet', data: { only: 'this' } });
  expect(await raws[0]?.next()).toBe('{"only":"this"}');
});
