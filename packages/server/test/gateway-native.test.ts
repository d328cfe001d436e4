import { expect, test } from 'vitest';
import { Backend } from './support/backend.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';
import { hs256, SECRET } from './support/tokens.ts';

const soon = () => Math.floor(Date.now() / 1000) + 60;

test('G2.1 G3.1 lets native clients register, and forwards what they send', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url });
  const client = await NativeClient.connect(server);
  client.tell('order', { n: 1 }, 'a');
  expect((await client.next('error')).payload).toMatchObject({ code: 'NOT_REGISTERED', originalType: 'order' });
  client.tell('register', { userId: 42 }, 'b');
  expect(await client.next('registered')).toMatchObject({ id: 'b', payload: { userId: '42', room: 'user:42' } });
  client.tell('order', { n: 2, clientMessageId: 'mine' }, 'c');
  expect(await client.next('event_reply')).toMatchObject({ id: 'c', payload: { ok: true, eventId: '42:mine' } });
  expect(await backend.next('order')).toMatchObject({ id: '42:mine', data: { n: 2 }, args: [{ n: 2 }], userId: '42' });
  await server.emit({ room: 'x', data: 1 });
});

test('G3.2 events of two users never have the same id', async () => {
  const backend = await Backend.start();
  const server = await serve({ forwardUrl: backend.url });
  const ids: string[] = [];
  for (const [userId, clientMessageId] of [
    ['acme', 'bob:order-1'],
    ['acme:bob', 'order-1'],
    ['acme%3Abob', 'order-1'],
  ]) {
    const client = await NativeClient.connect(server);
    await client.expect('registered', 'register', { userId });
    client.tell('order', { clientMessageId });
    await client.next('event_reply');
    const { id } = await backend.events.next(({ event }) => event === 'order', 'the order');
    ids.push(id);
  }
  expect(ids).toEqual(['acme:bob:order-1', 'acme%3Abob:order-1', 'acme%253Abob:order-1']);
});

test('G4.3 a native client does not leave the room of its user either', async () => {
  const server = await serve();
  const client = await NativeClient.connect(server);
  client.tell('register', { userId: '42' });
  await client.next('registered');
  client.tell('leave_room', { roomId: 'user:42' }, 'a');
  expect(await client.next('error')).toMatchObject({ id: 'a', payload: { code: 'FORBIDDEN' } });
  expect((await server.postJson('/api/users/42/disconnect', {})).json).toMatchObject({ disconnected: 1 });
});

test('G8.4 takes the token of native clients at the upgrade or later', async () => {
  const server = await serve({ jwtSecret: SECRET, namespaces: { team: { join: 'nobody' } } });
  const authorization = `Bearer ${hs256({ sub: '42', exp: soon(), rooms: ['team:a'] })}`;
  const client = await NativeClient.connect(server, { headers: { authorization } });
  client.tell('register', {});
  expect((await client.next('registered')).payload).toEqual({ userId: '42', room: 'user:42' });
  await client.join('team:a');
  const later = await NativeClient.connect(server);
  later.tell('register', { userId: '42' });
  expect((await later.next('error')).payload).toMatchObject({ code: 'UNAUTHENTICATED' });
  later.tell('register', { token: hs256({ sub: '42', exp: soon() }), userId: '42' });
  expect((await later.next('registered')).payload).toEqual({ userId: '42', room: 'user:42' });
  await expect(NativeClient.connect(server, { headers: { authorization: `${authorization}x` } })).rejects.toThrow(
    '401',
  );
});

test('G3.2 gives native and Socket.IO clients of one user the same pushes', async () => {
  const server = await serve();
  const [native, socket] = [await NativeClient.connect(server), await SocketIoClient.connect(server)];
  native.tell('register', { userId: '42' });
  await native.next('registered');
  await socket.register('42');
  await server.postJson('/api/push', { userId: '42', event: 'hello', data: { to: 'you' } });
  expect((await native.next('publication')).payload).toMatchObject({
    ...{ roomId: 'user:42', event: 'hello', data: { to: 'you' }, offset: 1 },
  });
  expect(await socket.next('hello')).toEqual({ to: 'you' });
  await server.postJson('/api/push', { userId: '42', event: 'bytes', dataBase64: 'AP8B' });
  expect((await native.next('publication')).payload).toMatchObject({ binary: true, data: { $base64: 'AP8B' } });
});
