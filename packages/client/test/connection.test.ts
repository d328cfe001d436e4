import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket as OtherWebSocket } from 'ws';
import { Roomcast } from '../src/index.ts';
import { gather, next } from './events.ts';
import { FakeServer } from './fake-server.ts';
import { ManualClock } from './manual-clock.ts';
import { withFakeServer } from './setup.ts';

test('B5 W8 shows connecting, connected, disconnected, reconnecting and connected again', async () => {
  const { server, clock, client } = await withFakeServer({ autoConnect: false });
  const states = gather(client, 'state');
  client.connect();
  const first = await server.peer();
  await first.welcome();
  await states.upTo(2);
  first.die();
  await states.upTo(4);
  clock.advance(1000);
  await (await server.peer()).welcome();
  await states.upTo(5);
  expect(states.all.map(([{ state }]) => state)).toEqual([
    'connecting',
    'connected',
    'disconnected',
    'reconnecting',
    'connected',
  ]);
  expect(states.all[3]?.[0]).toMatchObject({ previous: 'disconnected', attempt: 1, delay: 1000 });
});

test('W9 tells the connection id with `connected`, and forgets it with the connection', async () => {
  const { server, client } = await withFakeServer();
  expect(client.connectionId).toBeNull();
  const connected = next(client, 'connected');
  const peer = await server.peer();
  await peer.welcome({ connectionId: 'abc' });
  expect((await connected)[0].connectionId).toBe('abc');
  expect(client.connectionId).toBe('abc');
  const lost = next(client, 'disconnect');
  peer.die();
  expect((await lost)[0]).toMatchObject({ code: 1006, reconnect: true, reconnectAfter: null });
  expect(client.connectionId).toBeNull();
});

test('W9 D16 gives details of each failed attempt and waits longer from one to the next', async () => {
  const server = await FakeServer.start();
  server.stop();
  const clock = new ManualClock();
  const client = new Roomcast(server.url, { clock, random: () => 0 });
  onTestFinished(() => client.close());
  const waits = gather(client, 'state');
  const errors = gather(client, 'connect_error');
  for (let count = 1; count <= 4; count++) {
    await waits.upTo(count);
    clock.advance(waits.all.at(-1)?.[0].delay ?? 0);
  }
  await errors.upTo(5);
  expect(waits.all.map(([{ attempt, delay }]) => [attempt, delay]).slice(0, 4)).toEqual([
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [4, 8000],
  ]);
  expect(errors.all.map(([{ attempt }]) => attempt)).toEqual([0, 1, 2, 3, 4]);
  expect(errors.all[0]?.[0]).toMatchObject({ code: 1006, message: expect.stringMatching(/./) });
});

test('UI-012 is offline once the attempts are used up, and leaves that by reconnectNow', async () => {
  const { server, clock, client } = await withFakeServer({ maxAttempts: 1 });
  (await server.peer()).die();
  await next(client, 'state');
  const offline = next(client, 'state', ({ state }) => state === 'offline');
  clock.advance(1000);
  (await server.peer()).die();
  await offline;
  expect(clock.waiting).toBe(0);
  const connected = next(client, 'connected');
  client.reconnectNow();
  expect(client.state).toBe('reconnecting');
  await (await server.peer()).welcome();
  await connected;
});

test('counts attempts from the start again once a server has said `connected`', async () => {
  const { server, clock, client } = await withFakeServer();
  (await server.peer()).die();
  await next(client, 'state');
  clock.advance(1000);
  const peer = await server.peer();
  const connected = next(client, 'connected');
  await peer.welcome();
  await connected;
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  peer.die();
  expect((await waiting)[0]).toMatchObject({ attempt: 1, delay: 1000 });
});

test('D12 asks a silent server, stays with one that answers, and leaves one that does not', async () => {
  const { server, clock, client } = await withFakeServer();
  const connected = next(client, 'connected');
  const peer = await server.peer();
  await peer.welcome({ pingInterval: 25_000 });
  await connected;
  clock.advance(25_000);
  const { id, payload } = await peer.expect('heartbeat');
  expect(payload.sequence).toBe(1);
  const answered = next(client, 'error');
  peer.send('heartbeat', payload, id);
  // What comes behind shows that the answer has arrived.
  peer.send('error', { code: 'INTERNAL_ERROR', message: '', originalType: null });
  await answered;
  clock.advance(10_000);
  expect(client.state).toBe('connected');
  clock.advance(15_000);
  await peer.expect('heartbeat');
  const lost = next(client, 'disconnect');
  clock.advance(10_000);
  expect((await lost)[0].reason).toMatch(/silent/);
  expect(client.state).toBe('reconnecting');
});

test('gives up an attempt that gets no `connected` within ten seconds', async () => {
  const { server, clock, client } = await withFakeServer();
  await server.peer();
  const failed = next(client, 'connect_error');
  clock.advance(10_000);
  expect((await failed)[0].message).toMatch(/in time/);
  expect(client.state).toBe('reconnecting');
});

test('W7 waits as long as a server that goes away asks, and tells why', async () => {
  const { server, client } = await withFakeServer();
  const peer = await server.peer();
  await peer.welcome();
  const lost = next(client, 'disconnect');
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  peer.send('disconnect', { reason: 'maintenance', code: 1001, reconnect: true, reconnectAfter: 3210 });
  peer.close(1001);
  expect((await lost)[0]).toEqual({ code: 1001, reason: 'maintenance', reconnect: true, reconnectAfter: 3210 });
  expect((await waiting)[0]).toMatchObject({ attempt: 1, delay: 3210 });
});

test.each([1000, 1009, 4001])('does not come back after close code %i, except when told to', async (code) => {
  const { server, clock, client } = await withFakeServer();
  const peer = await server.peer();
  await peer.welcome();
  const lost = next(client, 'disconnect');
  peer.close(code, 'why');
  expect((await lost)[0]).toMatchObject({ code, reason: 'why', reconnect: false });
  expect(client.state).toBe('disconnected');
  expect(clock.waiting).toBe(0);
  client.reconnectNow();
  await (await server.peer()).welcome();
});

test('close() ends it: no timers, no attempts, and connect() begins anew', async () => {
  const { server, clock, client } = await withFakeServer();
  const connected = next(client, 'connected');
  await (await server.peer()).welcome();
  await connected;
  const lost = next(client, 'disconnect');
  client.close();
  expect((await lost)[0]).toMatchObject({ code: 1000, reconnect: false });
  expect(client.state).toBe('disconnected');
  expect(clock.waiting).toBe(0);
  const again = next(client, 'connected');
  client.connect();
  await (await server.peer()).welcome();
  await again;
});

test('a listener that closes the client at the loss keeps it from coming back', async () => {
  const { server, clock, client } = await withFakeServer();
  client.on('disconnect', () => client.close());
  const peer = await server.peer();
  await peer.welcome();
  const lost = next(client, 'disconnect');
  peer.die();
  await lost;
  expect(client.state).toBe('disconnected');
  expect(clock.waiting).toBe(0);
});

test('takes what is no frame for nothing', async () => {
  const { server, client } = await withFakeServer({ webSocket: OtherWebSocket });
  const peer = await server.peer();
  await peer.welcome();
  const odd = ['', '[]', 'null', '{"type":1}', '{"type":"from_the_future","payload":{}}'];
  const error = next(client, 'error');
  for (const text of odd) peer.raw(text);
  peer.send('error', { code: 'INTERNAL_ERROR', message: 'last', originalType: null });
  expect((await error)[0].message).toBe('last');
});

test('D16 tries again at once when the browser comes online or somebody looks at the page', async () => {
  onTestFinished(() => void vi.unstubAllGlobals());
  const page = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('document', document);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  const { server, client } = await withFakeServer();
  for (const wake of [
    () => page.dispatchEvent(new Event('online')),
    () => document.dispatchEvent(new Event('visibilitychange')),
  ]) {
    const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
    (await server.peer()).die();
    await waiting;
    wake();
  }
  const connected = next(client, 'connected');
  const peer = await server.peer();
  await peer.welcome();
  await connected;
  page.dispatchEvent(new Event('offline'));
  await peer.expect('heartbeat');
});
