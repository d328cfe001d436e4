import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ClientSessions } from '../src/gateway/client-sessions.ts';
import type { StoredClientSession } from '../src/store/client-session-store.ts';
import { Backend } from './support/backend.ts';
import { ManualClock } from './support/core.ts';
import { NativeClient } from './support/native.ts';
import { serve, TestServer } from './support/server.ts';
import type { Settings } from './support/settings.ts';
import { SocketIoClient } from './support/socketio.ts';
import { TIMED } from './support/timed.ts';
import { hs256, SECRET } from './support/tokens.ts';

const soon = () => Math.floor(Date.now() / 1000) + 60;
const membersOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}/members`;

/** A client can come back once it has got something that has a position. */
async function tick(server: TestServer, client: SocketIoClient, userId: string): Promise<void> {
  await server.postJson('/api/push', { userId, event: 'tick', data: 0 });
  await client.next('tick');
}

async function sessionsIn(server: TestServer): Promise<string | undefined> {
  const { text } = await server.get('/metrics');
  return /^roomcast_client_sessions (\d+)$/m.exec(text)?.[1];
}

/** Its connection breaks as soon as the command is on its way. */
function sendAndGo({ socket }: NativeClient, type: string, payload: object): Promise<void> {
  return new Promise((resolve) => {
    socket.ws.send(JSON.stringify({ type, payload }), () => {
      socket.ws.terminate();
      resolve();
    });
  });
}

test('G2.4 nobody cuts off a native client with the connection id that everybody in its rooms knows', async () => {
  const server = await serve();
  const native = await NativeClient.connect(server);
  await native.expect('registered', 'register', { userId: '42' });
  await native.join('live:lobby');
  const auth = { pid: native.connectionId, offset: 'aaaaaaaa.0.0' };
  const stranger = new SocketIoClient(server, { auth });
  expect(await stranger.connected()).toMatchObject({ recovered: false, userId: null });
  await server.postJson('/api/push', { userId: '42', event: 'mine', data: 1 });
  expect((await native.next('publication')).payload).toMatchObject({ event: 'mine' });
  expect(stranger.events.waiting).toEqual([]);
});

test('G2.4 a connection is not broken off before its successor has proven who it is', async () => {
  const server = await serve({ jwtSecret: SECRET });
  const token = (sub: string) => hs256({ sub, exp: soon() });
  const client = await SocketIoClient.connect(server, { auth: { token: token('42') } });
  await client.register('42');
  await server.postJson('/api/push', { userId: '42', event: 'tick', data: 0 });
  await client.next('tick');
  const { _pid: pid, _lastOffset: offset } = client.socket as unknown as { _pid: string; _lastOffset: string };
  const thief = new SocketIoClient(server, { auth: { pid, offset, token: token('43') } });
  expect((await thief.refused()).data).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await client.join('live:still-here')).toMatchObject({ ok: true });
});

test('G5.3 a user whom the backend takes out of a room while away does not come back into it', async () => {
  const server = await serve();
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  await server.postJson(membersOf('live:secret'), { userIds: ['42'] });
  await tick(server, client, '42');
  await client.drop();
  await server.buried();
  await server.postJson(membersOf('live:secret'), { userIds: ['42'] }, 'DELETE');
  await server.postJson(membersOf('live:other'), { userIds: ['42'] });
  await server.postJson('/api/push', { room: 'live:secret', event: 'confidential', data: 1 });
  await server.postJson('/api/push', { room: 'live:other', event: 'meanwhile', data: 2 });
  expect(await client.return()).toMatchObject({ recovered: true, rooms: expect.not.arrayContaining(['live:secret']) });
  expect(client.received('confidential')).toEqual([]);
  expect(client.received('meanwhile')).toEqual([2]);
});

test('G8.4 a session that has not registered is nevertheless of the user of its token', async () => {
  const server = await serve({ jwtSecret: SECRET });
  const client = await SocketIoClient.connect(server, { auth: { token: hs256({ sub: '42', exp: soon() }) } });
  await client.join('live:room');
  await server.postJson('/api/push', { room: 'live:room', event: 'tick', data: 0 });
  await client.next('tick');
  await client.drop();
  client.socket.auth = { token: hs256({ sub: '43', exp: soon() }) };
  client.socket.connect();
  expect((await client.refused()).data).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('G8.4 a token that grants a room no more takes the client out of it, on return and on renewal', async () => {
  const server = await serve({
    jwtSecret: SECRET,
    namespaces: { team: { join: 'nobody', history: { size: 9, age: '5m' } } },
  });
  const token = (rooms: readonly string[]) => hs256({ sub: '42', exp: soon(), rooms });
  const client = await SocketIoClient.connect(server, { auth: { token: token(['team:a']) } });
  await client.register('42');
  await client.join('team:a');
  await server.postJson(membersOf('team:placed'), { userIds: ['42'] });
  await tick(server, client, '42');
  await client.drop();
  await server.postJson('/api/push', { room: 'team:a', event: 'secret', data: 1 });
  client.socket.auth = { token: token([]) };
  const { rooms } = await client.return();
  expect(rooms).toEqual(expect.arrayContaining(['user:42', 'all:everyone', 'team:placed']));
  expect(rooms).not.toContain('team:a');
  expect(client.received('secret')).toEqual([]);
  expect(await client.ask('authenticate', { token: token(['team:a']) })).toMatchObject({ ok: true });
  await client.join('team:a');
  await client.ask('authenticate', { token: token([]) });
  expect(await client.next('room_left')).toEqual({ roomId: 'team:a' });
  await server.postJson('/api/push', { rooms: ['team:a', 'team:placed'], event: 'later', data: 2 });
  await client.next('later');
  expect(client.received('later')).toEqual([]);
});

test('G8.1 a native client that goes while its token is verified leaves no session behind', async () => {
  const server = await serve({ jwtSecret: SECRET, lifecycleGrace: '50ms' });
  for (const userId of ['1', '2', '3', '4', '5']) {
    const client = await NativeClient.connect(server);
    await sendAndGo(client, 'register', { userId, token: hs256({ sub: userId, exp: soon() }) });
    await server.buried();
  }
  const other = await NativeClient.connect(server);
  await other.expect('registered', 'register', { userId: '43', token: hs256({ sub: '43', exp: soon() }) });
  await expect.poll(() => sessionsIn(server), { timeout: 5000 }).toBe('1');
});

test('G2.3 without recovery too every client has a session of its own', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url, recoveryWindow: 0, lifecycleGrace: '50ms' });
  const clients = await Promise.all(['1', '2'].map(() => SocketIoClient.connect(server)));
  for (const [index, client] of clients.entries()) await client.register(String(index + 1));
  expect(await sessionsIn(server)).toBe('2');
  for (const client of clients) await client.drop();
  const gone = [await backend.next('disconnected'), await backend.next('disconnected')];
  expect(gone.map(({ userId }) => userId).toSorted()).toEqual(['1', '2']);
});

test('G2.3 who goes while registering is told of as gone only after having been told of as here', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url, lifecycleGrace: '50ms' });
  for (const userId of ['1', '2', '3', '4', '5']) {
    await sendAndGo(await NativeClient.connect(server), 'register', { userId });
    const { sequence } = await backend.events.next((event) => event.userId === userId, 'the first that is told');
    expect(sequence).toBe(1);
    const { kind } = await backend.events.next((event) => event.userId === userId, 'the end');
    expect(kind).toBe('disconnected');
  }
});

test('G2.3 tells of the rooms from before the registration, and of all again after a return beyond the grace', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url, lifecycleGrace: '50ms' });
  const client = await SocketIoClient.connect(server);
  await client.join('live:early');
  await client.register('42');
  const { session } = await backend.next('connected');
  expect(await backend.next('joined')).toMatchObject({ session, room: 'live:early' });
  await tick(server, client, '42');
  await client.drop();
  expect(await backend.next('disconnected')).toMatchObject({ session });
  expect(await client.return()).toMatchObject({ recovered: true });
  const again = await backend.next('connected');
  expect(await backend.next('joined')).toMatchObject({ session: again.session, room: 'live:early' });
  await client.ask('leave_room', { roomId: 'live:early' });
  expect(await backend.next('left')).toMatchObject({ session: again.session, room: 'live:early' });
});

test('G2.3 a page that is loaded anew is in its rooms for the backend as it was before', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url, lifecycleGrace: '1m' });
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  const { session } = await backend.next('connected');
  await client.join('live:x');
  await backend.next('joined');
  await client.drop();
  await server.buried();
  const reloaded = await SocketIoClient.connect(server);
  await reloaded.register('42');
  await reloaded.join('live:x');
  await reloaded.ask('leave_room', { roomId: 'live:x' });
  expect(await backend.next('left')).toMatchObject({ session, room: 'live:x' });
  expect(backend.events.waiting).toEqual([]);
});

test('G2.1 who finds no place for the rooms of a user is not registered, and may try again', async () => {
  const server = await serve({ maxRoomsPerConnection: 3 });
  const client = await SocketIoClient.connect(server);
  for (const room of ['live:1', 'live:2']) await client.join(room);
  for (let tries = 0; tries < 2; tries++) {
    expect(await client.ask('register', { userId: '42' })).toMatchObject({ ok: false, code: 'LIMIT_EXCEEDED' });
  }
  await client.ask('leave_room', { roomId: 'live:1' });
  await client.register('42');
  await tick(server, client, '42');
});

test('G5.3 a user for whom a room has no place does not come back into it', async () => {
  const server = await serve({ maxRoomsPerConnection: 3 });
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  await client.join('live:a');
  expect((await server.postJson(membersOf('live:b'), { userIds: ['42'] })).status).toBeGreaterThanOrEqual(400);
  await tick(server, client, '42');
  await client.drop();
  expect(await client.return()).toMatchObject({ recovered: true, rooms: expect.not.arrayContaining(['live:b']) });
});

test('G2.1 who registers twice at once is answered when it is true', async () => {
  const server = await serve();
  const client = await NativeClient.connect(server);
  client.tell('register', { userId: '42' }, 'first');
  client.tell('register', { userId: '42' }, 'second');
  const answers = [await client.next('registered'), await client.next('registered')];
  expect(answers.map(({ id }) => id)).toEqual(['first', 'second']);
  expect(await server.postJson('/api/push', { userId: '42', event: 'x', data: 1 })).toMatchObject({
    json: { delivered: 1 },
  });
});

test('G2.5 a token that is taken because clocks differ is not closed for that at once', TIMED, async () => {
  const server = await serve({ jwtSecret: SECRET });
  const token = (exp: number) => hs256({ sub: '42', exp });
  const now = Math.floor(Date.now() / 1000);
  const client = await SocketIoClient.connect(server, { auth: { token: token(now - 2) } });
  const old = await SocketIoClient.connect(server, { auth: { token: token(now - 4) } });
  expect(await old.next('server_disconnect')).toMatchObject({ code: 4005 });
  expect(await client.join('live:room')).toMatchObject({ ok: true });
});

/** Servers of one data directory, one after the other. */
function lives(settings: Settings): () => Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'roomcast-'));
  let last: TestServer | null = null;
  onTestFinished(async () => {
    await last?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return async () => {
    await last?.stop();
    last = null;
    last = await TestServer.start({ dataDir, ...settings });
    return last;
  };
}

/** Somebody who comes and goes now: what was due before has been told by then. */
async function passerBy(server: TestServer, backend: Backend, userId: string): Promise<void> {
  const client = await SocketIoClient.connect(server);
  await client.register(userId);
  await client.drop();
  await backend.events.next((event) => event.userId === userId && event.kind === 'connected', 'their coming');
  await backend.events.next((event) => event.userId === userId && event.kind === 'disconnected', 'their going');
}

test('G2.3 a server that is started again does not tell once more who was gone before', async () => {
  const backend = await Backend.start();
  const start = lives({ forwardUrl: backend.url, lifecycleGrace: '100ms', recoveryWindow: '1m' });
  const client = await SocketIoClient.connect(await start());
  await client.register('42');
  await client.drop();
  await backend.next('connected');
  await backend.next('disconnected');
  await passerBy(await start(), backend, '43');
  expect(backend.events.waiting).toEqual([]);
});

test('G2.3 a session that lives on in another one is told of as gone once, also after a restart', async () => {
  const backend = await Backend.start();
  const start = lives({ forwardUrl: backend.url, lifecycleGrace: '500ms', recoveryWindow: '1m' });
  const server = await start();
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  const { session } = await backend.next('connected');
  await client.drop();
  await server.buried();
  await (await SocketIoClient.connect(server)).register('42');
  const next = await start();
  expect(await backend.next('disconnected')).toMatchObject({ session, userId: '42' });
  await passerBy(next, backend, '43');
  expect(backend.events.waiting).toEqual([]);
});

test('G2.4 says that history is gone where more was missed than is sent at once', async () => {
  const server = await serve({ maxBuffer: '1MiB', maxFrameSize: '512KiB' });
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  await tick(server, client, '42');
  await client.drop();
  for (let n = 0; n < 4; n++) {
    await server.postJson('/api/push', { userId: '42', event: 'big', data: 'x'.repeat(400_000) });
  }
  client.socket.connect();
  const { detail: isRecovered } = await client.states.next(({ state }) => state === 'connect', 'a connection');
  if (isRecovered) {
    await client.states.next(({ state }) => state === 'disconnect', 'the end');
    client.socket.connect();
  }
  expect(await client.next('connected')).toMatchObject({ recovered: false, reason: 'history_gone' });
});

test('G9.4 what the disk did not take of a session is written when it takes again', async () => {
  const disk = new Map<string, StoredClientSession>();
  let isAway = false;
  const guard = async (): Promise<void> => {
    if (isAway) throw new Error('The disk is away');
  };
  const store = {
    load: async () => [],
    put: (session: StoredClientSession) => guard().then(() => void disk.set(session.pid, session)),
    delete: (pids: readonly string[]) => guard().then(() => pids.forEach((pid) => void disk.delete(pid))),
  };
  const clock = new ManualClock();
  const sessions = await ClientSessions.load({ store, clock, log: { warn: () => {} } });
  const connection = { id: 'c' } as never;
  const begin = (pid: string) => sessions.begin({ pid, sid: pid, restorable: true, subject: null }, connection);
  const [changed, ended] = [begin('changed'), begin('ended')];
  for (const session of [changed, ended]) {
    sessions.register(session, '42');
    await sessions.save(session);
  }
  isAway = true;
  changed.rooms.set('live:room', 'aaaaaaaa.0.0');
  await sessions.save(changed);
  await sessions.end(ended);
  await sessions.flush();
  expect([...disk.keys()]).toEqual(['changed', 'ended']);
  isAway = false;
  await sessions.flush();
  expect([...disk.values()]).toMatchObject([{ pid: 'changed', rooms: [['live:room', 'aaaaaaaa.0.0']] }]);
});
