import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket as OtherWebSocket } from 'ws';
import { type Room, Roomcast, type RoomcastOptions, type RoomEvents } from '../src/index.ts';
import { Cable } from './cable.ts';
import { type Gathered, gather, next } from './events.ts';
import { RealServer } from './real-server.ts';

/** For the tests that do not kill it. */
let shared: RealServer;

beforeAll(async () => {
  shared = await RealServer.start();
});
afterAll(() => shared.stop());

/** A server of the test's own. */
async function startServer(): Promise<RealServer> {
  const server = await RealServer.start();
  onTestFinished(() => server.stop());
  return server;
}

function connect(url: string, options: RoomcastOptions = {}): Roomcast {
  const client = new Roomcast(url, { backoff: { min: 50, max: 200 }, ...options });
  onTestFinished(() => client.close());
  return client;
}

async function joined(client: Roomcast, name: string) {
  const room = client.join(name);
  await next(room, 'joined');
  return room;
}

/** What a page would show of a room. */
function showing(room: Room): { all: unknown[]; shows(data: unknown): Promise<void> } {
  const all: unknown[] = [];
  let check = () => {};
  room.on('joined', ({ recovered, history }) => {
    if (!recovered) all.splice(0, all.length, ...history.map(({ data }) => data));
    check();
  });
  room.on('message', (data) => {
    all.push(data);
    check();
  });
  const shows = (data: unknown) =>
    new Promise<void>((resolve) => {
      check = () => all.includes(data) && resolve();
      check();
    });
  return { all, shows };
}

const dataOf = (messages: Gathered<RoomEvents['message']>) => messages.all.map(([data]) => data);

test('B1 B2 two clients of a bridge room hear each other and not themselves', async () => {
  const [ann, bob] = [connect(shared.url), connect(shared.url, { webSocket: OtherWebSocket })];
  const [fromAnn, fromBob] = [ann.joinBridge('lobby'), bob.joinBridge('lobby')];
  const [atAnn, atBob] = [gather(fromAnn, 'message'), gather(fromBob, 'message')];
  await Promise.all([next(fromAnn, 'joined'), next(fromBob, 'joined')]);
  expect((await fromAnn.send({ from: 'ann' })).delivered).toBe(1);
  expect((await fromBob.send({ from: 'bob' })).delivered).toBe(1);
  await Promise.all([atAnn.upTo(1), atBob.upTo(1)]);
  expect([dataOf(atAnn), dataOf(atBob)]).toEqual([[{ from: 'bob' }], [{ from: 'ann' }]]);
});

test('members of a room see each other come and go', async () => {
  const [ann, bob] = [connect(shared.url), connect(shared.url)];
  const room = await joined(ann, 'live:news');
  expect(room.members).toEqual([expect.objectContaining({ connectionId: ann.connectionId })]);
  const came = next(room, 'member_joined');
  const other = await joined(bob, 'live:news');
  expect((await came)[0].connectionId).toBe(bob.connectionId);
  const went = next(room, 'member_left');
  await other.leave();
  await went;
  expect(room.members).toHaveLength(1);
});

test('W8 D5 after a cut connection it joins again and has missed nothing, doubled nothing, own messages included', async () => {
  const cable = await Cable.to(shared.port);
  onTestFinished(() => cable.close());
  const [reader, writer] = [connect(cable.url), connect(shared.url)];
  const [here, there] = [await joined(reader, 'live:cut'), await joined(writer, 'live:cut')];
  const messages = gather(here, 'message');
  for (let n = 1; n <= 3; n++) await there.publish(n);
  await here.publish('own');
  await messages.upTo(3);

  const lost = next(reader, 'disconnect');
  cable.cut();
  await lost;
  const own = here.publish('own, while away');
  for (let n = 4; n <= 6; n++) await there.publish(n);
  const heard = next(there, 'message');
  const back = next(here, 'joined');
  cable.mend();
  expect((await back)[0]).toMatchObject({ recovered: true, history: [] });
  expect((await own).duplicate).toBe(false);
  expect((await heard)[0]).toBe('own, while away');

  await there.publish(7);
  await messages.upTo(7);
  expect(dataOf(messages)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('D5 D16 under cuts at any moment, everything published arrives once and in order', async () => {
  const cable = await Cable.to(shared.port);
  onTestFinished(() => cable.close());
  const [writer, reader] = [connect(cable.url), connect(shared.url)];
  const [here, there] = [await joined(writer, 'live:cuts'), await joined(reader, 'live:cuts')];
  const messages = gather(there, 'message');
  const acks: Promise<unknown>[] = [];
  for (let n = 0; n < 200; n++) {
    const ack = here.publish(n);
    acks.push(ack);
    // Cut while some are on their way: after the third message of every fifty, without waiting for its answer.
    if (n % 50 !== 3) continue;
    await messages.upTo(n - 2);
    cable.cut();
    cable.mend();
  }
  await Promise.all(acks);
  await messages.upTo(200);
  expect(dataOf(messages)).toEqual(Array.from({ length: 200 }, (_, n) => n));
});

test('D16 a server killed and started again: what was written meanwhile arrives once, in order', async () => {
  const server = await startServer();
  const [writer, reader] = [connect(server.url), connect(server.url)];
  const [here, there] = [await joined(writer, 'live:news'), await joined(reader, 'live:news')];
  const screen = showing(there);
  await here.publish('before');
  await screen.shows('before');
  const gone = [next(writer, 'disconnect'), next(reader, 'disconnect')];
  await server.kill();
  await Promise.all(gone);
  const writes = Array.from({ length: 30 }, (_, n) => here.publish(n));
  await server.start();
  await Promise.all(writes);
  await here.publish('after');
  await screen.shows('after');
  // (Fewer than a page of history, in case that the reader comes back last.) The log was in memory and has died with the server: the page that the reader gets replaces what it had.
  expect(screen.all).toEqual([...Array.from({ length: 30 }, (_, n) => n), 'after']);
});

test('W8 two servers killed and restarted in turn: each client comes back to its own, in its rooms', async () => {
  const servers = [await startServer(), await startServer()];
  const clients = servers.map(({ url }) => [connect(url), connect(url)] as const);
  const rooms = await Promise.all(
    clients.map(([a, b]) => Promise.all([joined(a, 'live:news'), joined(b, 'live:news')])),
  );
  for (const server of servers) {
    const [a, b] = rooms[servers.indexOf(server)] ?? [];
    const [other] = rooms[1 - servers.indexOf(server)] ?? [];
    if (!a || !b || !other) throw new Error('rooms are missing');
    const back = [next(a, 'joined'), next(b, 'joined')];
    await server.kill();
    expect((await other.publish('still here')).delivered).toBe(1);
    await server.start();
    for (const [{ recovered }] of await Promise.all(back)) expect(recovered).toBe(false);
    const heard = next(b, 'message');
    await a.publish('hello again');
    expect((await heard)[0]).toBe('hello again');
  }
});

test('W7 D17 a server that is shut down says why and when to come back, and the client does', async () => {
  const server = await startServer();
  const client = connect(server.url);
  const room = await joined(client, 'live:news');
  const lost = next(client, 'disconnect');
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  await server.kill('SIGTERM');
  const [{ code, reason, reconnect, reconnectAfter }] = await lost;
  expect({ code, reconnect }).toEqual({ code: 1001, reconnect: true });
  expect(reason).not.toBe('');
  expect((await waiting)[0].delay).toBe(reconnectAfter);
  await server.start();
  const back = next(room, 'joined');
  client.reconnectNow();
  await back;
});

test('W10 a hundred clients connecting at once are all served, each in its own room', async () => {
  const rooms = await Promise.all(Array.from({ length: 100 }, (_, n) => joined(connect(shared.url), `live:room-${n}`)));
  expect(rooms.every(({ members }) => members?.length === 1)).toBe(true);
});
