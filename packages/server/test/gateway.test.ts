import * as msgpack from 'socket.io-msgpack-parser';
import { expect, test } from 'vitest';
import { Backend } from './support/backend.ts';
import { serve } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';
import { hs256, SECRET } from './support/tokens.ts';

test('G3.1 G3.4 forwards events as they were sent, and acknowledges them when they are stored', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url });
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  expect(await backend.next('connected')).toMatchObject({ kind: 'connected', userId: '42', sequence: 1 });
  const data = { text: 'Grüße', list: [1, null], deep: { a: true } };
  expect(await client.ask('order', data, 'second', 3)).toEqual({ ok: true, id: expect.any(String) });
  expect(await backend.next('order')).toMatchObject({
    ...{ kind: 'event', event: 'order', data, args: [data, 'second', 3] },
    ...{ userId: '42', sequence: 2, room: null, time: expect.stringMatching(/^\d{4}-.*Z$/) },
  });
  await client.ask('picture', { bytes: Buffer.from([0, 255, 1]) });
  expect(await backend.next('picture')).toMatchObject({ binary: true, data: { bytes: { $base64: 'AP8B' } } });
  client.socket.emit('nothing');
  expect(await backend.next('nothing')).toMatchObject({ data: null, args: [] });
});

test('G3.4 forwards dates as JSON has them, also where there are bytes beside them', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url });
  const client = await SocketIoClient.connect(server, { parser: msgpack });
  await client.register('42');
  const when = new Date(0);
  await client.ask('plain', { when });
  expect(await backend.next('plain')).toMatchObject({ data: { when: when.toISOString() } });
  await client.ask('mixed', { when, list: [when], bytes: Buffer.from([0, 255, 1]) }, when);
  const data = { when: when.toISOString(), list: [when.toISOString()], bytes: { $base64: 'AP8B' } };
  expect(await backend.next('mixed')).toMatchObject({ binary: true, data, args: [data, when.toISOString()] });
});

test('G2.1a refuses events of who has not registered, and does not forward them', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url });
  const client = await SocketIoClient.connect(server);
  expect(await client.ask('order', {})).toMatchObject({ ok: false, code: 'NOT_REGISTERED' });
  await client.register('1');
  await client.ask('later', {});
  await backend.next('later');
  expect(backend.events.waiting.map(({ event }) => event)).toEqual(['connected']);
});

test("G3.2 answers clients with the backend's answer, and carries out its pushes once", async () => {
  const backend = await Backend.start();
  backend.answers.set('ask', { body: { ack: { price: 7 }, push: [{ userId: '2', event: 'told', data: [1, 2] }] } });
  backend.answers.set('never', { status: 422 });
  const server = await serve({ forwardUrl: backend.url, forwardReply: 'backend' });
  const [one, two] = [await SocketIoClient.connect(server), await SocketIoClient.connect(server)];
  await one.register('1');
  await two.register('2');
  expect(await one.ask('ask', {})).toEqual({ price: 7 });
  expect(await two.next('told')).toEqual([1, 2]);
  expect(await one.ask('never', {})).toMatchObject({ ok: false, code: 'REFUSED', status: 422 });
  expect(one.received('told')).toEqual([]);
});

test('G4.1 G4.3 G4.4 pushes to users, rooms and everybody, and to nobody else', async () => {
  const server = await serve();
  const clients = await Promise.all(['1', '2', '3'].map(() => SocketIoClient.connect(server)));
  for (const [index, client] of clients.entries()) await client.register(String(index + 1));
  const [one, two, three] = clients as [SocketIoClient, SocketIoClient, SocketIoClient];
  await three.join('live:news');
  expect((await server.postJson('/api/push', { userId: '1', event: 'a', data: { x: 1 } })).json).toMatchObject({
    delivered: 1,
    results: [{ room: 'user:1', delivered: 1, offset: 1, duplicate: false }],
  });
  await server.postJson('/api/push', { userIds: ['2', '3'], event: 'b', data: 'text' });
  await server.postJson('/api/push', { room: 'live:news', event: 'c', data: null });
  await server.postJson('/api/push', { broadcast: true, event: 'd', dataBase64: 'AP8B' });
  expect(await one.next('a')).toEqual({ x: 1 });
  for (const client of [two, three]) expect(await client.next('b')).toBe('text');
  expect(await three.next('c')).toBe(null);
  for (const client of clients) expect(await client.next('d')).toEqual(Buffer.from([0, 255, 1]));
  for (const client of clients) expect(client.events.waiting).toEqual([]);
});

test('G5.3 G5.4 G5.5 puts users into rooms and takes them out, and says who is where', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url, namespaces: { team: { join: 'nobody' } } });
  const [one, two] = [await SocketIoClient.connect(server), await SocketIoClient.connect(server)];
  await one.register('1');
  await two.register('2');
  expect(await one.ask('join_room', { roomId: 'team:a' })).toMatchObject({ ok: false, code: 'FORBIDDEN' });
  const path = `/api/rooms/${encodeURIComponent('team:a')}/members`;
  expect((await server.postJson(path, { userIds: ['1', 'nobody'] })).status).toBe(200);
  await server.postJson('/api/push', { room: 'team:a', event: 'hello', data: 1 });
  expect(await one.next('hello')).toBe(1);
  expect(two.received('hello')).toEqual([]);
  expect((await server.get(path)).json).toMatchObject({ members: [{ userId: '1' }], users: 1 });
  expect((await server.get('/api/users/1/rooms')).json).toMatchObject({
    rooms: expect.arrayContaining([{ room: 'team:a', connections: 1 }]),
  });
  expect(await backend.next('joined')).toMatchObject({ userId: '1', room: 'team:a' });
  await server.postJson(path, { userIds: ['1'] }, 'DELETE');
  expect(await one.next('room_left')).toEqual({ roomId: 'team:a' });
  expect(await backend.next('left')).toMatchObject({ userId: '1', room: 'team:a' });
  await server.postJson('/api/users/2/disconnect', { reason: 'banned' });
  expect(await two.next('server_disconnect')).toMatchObject({ reason: 'banned' });
  await two.states.next(({ state }) => state === 'disconnect', 'the end');
  expect(await backend.next('disconnected')).toMatchObject({ userId: '2', reason: 'banned' });
});

test('G4.3 nobody gets out of reach of the backend by leaving the rooms of the user and of everybody', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url });
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  await server.postJson('/api/push', { userId: '42', event: 'tick', data: 0 });
  await client.next('tick');
  for (const roomId of ['user:42', 'all:everyone']) {
    expect(await client.ask('leave_room', { roomId })).toMatchObject({ ok: false, code: 'FORBIDDEN' });
  }
  await client.drop();
  expect(await client.return()).toMatchObject({ recovered: true, rooms: ['user:42', 'all:everyone'] });
  expect((await server.postJson('/api/push', { broadcast: true, event: 'all', data: 1 })).json).toMatchObject({
    delivered: 1,
  });
  expect((await server.postJson('/api/users/42/disconnect', { reason: 'banned' })).json).toMatchObject({
    disconnected: 1,
  });
  expect(await client.next('server_disconnect')).toMatchObject({ reason: 'banned' });
});

test('G2.3 tells the backend of users who come and go, and not of those who are back at once', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url, lifecycleGrace: '100ms', recoveryWindow: '5s' });
  const client = await SocketIoClient.connect(server);
  await client.register('42');
  const { session } = await backend.next('connected');
  await client.drop();
  await client.return();
  await client.ask('still here');
  expect(await backend.next('still here')).toMatchObject({ session, sequence: 2 });
  await client.drop();
  expect(await backend.next('disconnected')).toMatchObject({ session, sequence: 3, reason: 'connection_lost' });
  expect(await client.return()).toMatchObject({ recovered: true });
  const again = await backend.next('connected');
  expect(again.session).toBeGreaterThan(session);
  client.socket.disconnect();
  expect(await backend.next('disconnected')).toMatchObject({ session: again.session });
});

test('G2.5 G8.1 G8.4 lets in whose token is good, and says why not otherwise', async () => {
  const now = Math.floor(Date.now() / 1000);
  const server = await serve({ jwtSecret: SECRET });
  const refusals = [
    { auth: {}, code: 'UNAUTHENTICATED' },
    { auth: { token: 'nonsense' }, code: 'TOKEN_INVALID' },
    { auth: { token: hs256({ sub: '42', exp: now - 60 }) }, code: 'TOKEN_EXPIRED' },
  ];
  for (const { auth, code } of refusals) {
    const refused = await new SocketIoClient(server, { auth }).refused();
    expect(refused.data).toMatchObject({ code, message: refused.message });
  }
  const token = hs256({ sub: '42', exp: now + 60, rooms: ['team:a'] });
  const client = await SocketIoClient.connect(server, { auth: { token } });
  expect(await client.ask('register', { userId: '43' })).toMatchObject({ ok: false, code: 'FORBIDDEN' });
  await client.register('42');
  const other = hs256({ sub: '43', exp: now + 60 });
  expect(await client.ask('authenticate', { token: other })).toMatchObject({ ok: false, code: 'FORBIDDEN' });
});

test('G2.5 closes a connection whose token runs out, unless it is renewed', async () => {
  const server = await serve({ jwtSecret: SECRET });
  const now = Math.floor(Date.now() / 1000);
  const token = (exp: number) => hs256({ sub: '42', exp });
  const renewed = await SocketIoClient.connect(server, { auth: { token: token(now + 2) } });
  const expiring = await SocketIoClient.connect(server, { auth: { token: token(now + 2) } });
  for (const client of [renewed, expiring]) await client.register('42');
  expect(await renewed.ask('authenticate', { token: token(now + 600) })).toMatchObject({ ok: true, userId: '42' });
  expect(await expiring.next('server_disconnect')).toMatchObject({ code: 4005, reason: 'token_expired' });
  const { detail } = await expiring.states.next(({ state }) => state === 'disconnect', 'the end');
  expect(detail).toBe('io server disconnect');
  await renewed.join('live:room');
});
