import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlacedRequest, ServerEvents } from '@roomcast/protocol';
import { expect, onTestFinished, test } from 'vitest';
import type { Api } from './support/api.ts';
import { type Answer, call } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { TestProcess } from './support/process.ts';
import { serve, type TestServer } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

interface Created {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

async function create(server: Api, wish: object = {}): Promise<Created> {
  const { status, json, text } = await server.postJson('/api/webhooks', wish);
  expect(status, text).toBe(201);
  return json as Created;
}

/** Sends one request to a webhook. */
async function hit(server: Api, id: string, body = 'hello', path = ''): Promise<Answer> {
  const answer = await call(server.port, { path: `/hooks/${id}${path}`, method: 'POST', body });
  expect(answer.status).toBe(200);
  return answer;
}

const bodies = (requests: readonly { readonly body: string | null }[]) => requests.map(({ body }) => body);

/** The bodies of the next so many requests. */
async function next(client: NativeClient, count: number): Promise<(string | null)[]> {
  const found: (string | null)[] = [];
  while (found.length < count) found.push((await client.next('new-request')).payload.body);
  return found;
}

function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

test('W2 W2a `join` with a webhook id puts a native client without identity into its room and answers `joined`', async () => {
  const server = await serve();
  const { id } = await create(server);
  const client = await NativeClient.connect(server);
  const joined = await client.expect('joined', 'join', { webhookId: id });
  expect(joined).toMatchObject({ webhookId: id, roomId: `webhook:${id}`, offset: 0, recovered: false });
  expect(joined.watchers).toEqual([{ connectionId: client.connectionId, name: null, requestId: null }]);
});

test('W2 W2a `join` with the bare id, or an object, is answered `joined` to a Socket.IO client that is nobody', async () => {
  const server = await serve();
  const { id } = await create(server);
  const bare = await SocketIoClient.connect(server);
  bare.socket.emit('join', id);
  expect(await bare.next('joined')).toMatchObject({ webhookId: id, roomId: `webhook:${id}` });
  const other = await SocketIoClient.connect(server);
  expect(await other.ask('join', { webhookId: id })).toMatchObject({ ok: true, type: 'joined', webhookId: id });
});

test('W3 `join` of a webhook that does not exist answers `error` with the message "Webhook not found", on either', async () => {
  const server = await serve();
  const native = await NativeClient.connect(server);
  const refused = await native.expect('error', 'join', { webhookId: 'no-such-one' });
  expect(refused).toMatchObject({ code: 'NOT_FOUND', message: 'Webhook not found', originalType: 'join' });
  const socketIo = await SocketIoClient.connect(server);
  socketIo.socket.emit('join', 'no-such-one');
  expect(await socketIo.next('error')).toMatchObject({ code: 'NOT_FOUND', message: 'Webhook not found' });
});

test('W3 what is no webhook id is refused with the field, and the connection goes on', async () => {
  const server = await serve();
  const client = await NativeClient.connect(server);
  for (const payload of [{}, { webhookId: 7 }, { webhookId: '' }, { webhookId: 'x'.repeat(65) }]) {
    expect(await client.expect('error', 'join', payload)).toMatchObject({
      code: 'VALIDATION_ERROR',
      field: 'payload.webhookId',
    });
  }
  const socketIo = await SocketIoClient.connect(server);
  socketIo.socket.emit('join', 7);
  expect(await socketIo.next('error')).toMatchObject({ code: 'VALIDATION_ERROR' });
});

test('W4 `leave` takes a client out and answers `left`; no request comes any more', async () => {
  const server = await serve();
  const { id } = await create(server);
  const native = await NativeClient.connect(server);
  const socketIo = await SocketIoClient.connect(server);
  await native.expect('joined', 'join', { webhookId: id });
  await socketIo.ask('join', id);
  expect(await native.expect('left', 'leave', { webhookId: id })).toEqual({ webhookId: id });
  socketIo.socket.emit('leave', id);
  expect(await socketIo.next('left')).toEqual({ webhookId: id });
  await hit(server, id);
  // What they are sent later is behind it.
  await native.ask('heartbeat', { sequence: 1 });
  await socketIo.ask('get_rooms');
  expect(native.frames.waiting.filter(({ type }) => type === 'new-request')).toEqual([]);
  expect(socketIo.received('new-request')).toEqual([]);
});

test('W4 a `leave` right behind its `join` is the last word', async () => {
  const server = await serve();
  const { id, secret } = await create(server, { name: 'in-and-out', password: 'a long password' });
  const client = await NativeClient.connect(server);
  client.tell('join', { webhookId: id, secret }, 1);
  client.tell('leave', { webhookId: id }, 2);
  await client.next('joined');
  await client.next('left');
  await hit(server, id);
  await client.ask('heartbeat', { sequence: 1 });
  expect(client.frames.waiting.filter(({ type }) => type === 'new-request')).toEqual([]);
});

test('W5 W6 a captured request reaches all of its watchers, native and Socket.IO, the same and whole, and nobody else', async () => {
  const server = await serve();
  const watched = await create(server);
  const other = await create(server);
  const natives = [await NativeClient.connect(server), await NativeClient.connect(server)];
  const socketIo = await SocketIoClient.connect(server);
  const polling = await SocketIoClient.connect(server, { transports: ['polling'] });
  const elsewhere = await NativeClient.connect(server);
  for (const client of natives) await client.expect('joined', 'join', { webhookId: watched.id });
  for (const client of [socketIo, polling]) await client.ask('join', watched.id);
  await elsewhere.expect('joined', 'join', { webhookId: other.id });

  const { status } = await call(server.port, {
    method: 'PUT',
    path: `/hooks/${watched.id}/a%20b?x=1&y=%C3%A9&x=2`,
    headers: { 'X-Custom': 'One', 'content-type': 'text/plain', 'user-agent': 'tester/1' },
    body: 'grüße',
  });
  expect(status).toBe(200);
  const requests: unknown[] = [];
  for (const client of natives) requests.push((await client.next('new-request')).payload);
  for (const client of [socketIo, polling]) requests.push(await client.next('new-request'));
  const [first] = requests as PlacedRequest[];
  expect(first).toMatchObject({
    webhookId: watched.id,
    method: 'PUT',
    url: `/hooks/${watched.id}/a%20b?x=1&y=%C3%A9&x=2`,
    path: '/a%20b',
    query: 'x=1&y=%C3%A9&x=2',
    queryParams: { x: ['1', '2'], y: 'é' },
    headers: { 'x-custom': 'One', 'content-type': 'text/plain' },
    body: 'grüße',
    bodyEncoding: 'utf8',
    userAgent: 'tester/1',
    sourceIp: '127.0.0.1',
    secure: false,
    truncated: false,
    offset: 1,
  });
  expect(first?.rawHeaders).toContainEqual(['X-Custom', 'One']);
  expect(Date.parse(first?.timestamp ?? '')).not.toBeNaN();
  for (const request of requests) expect(request).toEqual(first);
  await elsewhere.ask('heartbeat', { sequence: 1 });
  expect(elsewhere.frames.waiting.filter(({ type }) => type === 'new-request')).toEqual([]);
});

test('W5 not even a member of the namespace gets in by `join_room`, and nobody publishes into it', async () => {
  const server = await serve({ apiKeys: 'a-key-of-the-backend' });
  const { id } = await create(server);
  const client = await NativeClient.connect(server);
  expect(await client.ask('join_room', { roomId: `webhook:${id}` })).toMatchObject({
    type: 'join_room_error',
    payload: { code: 'FORBIDDEN' },
  });
  await client.expect('joined', 'join', { webhookId: id });
  const publish = { roomId: `webhook:${id}`, data: {}, event: 'new-request' };
  expect(await client.expect('error', 'publish', publish)).toMatchObject({ code: 'FORBIDDEN' });
  const key = { authorization: 'Bearer a-key-of-the-backend' };
  const push = await server.push({ room: `webhook:${id}`, event: 'new-request', data: {} }, key);
  expect(push.text).toContain('FORBIDDEN');
  const rooms = await client.expect('room_list', 'get_rooms', {});
  expect(rooms.rooms).toEqual([]);
});

test('W5 a webhook that is locked is watched with its secret or password alone', async () => {
  const server = await serve();
  const { id, secret } = await create(server, { name: 'Payments', password: 'correct horse' });
  expect(id).toBe('payments');
  const client = await NativeClient.connect(server);
  const socketIo = await SocketIoClient.connect(server);
  for (const wrong of [{}, { secret: 'whsec_wrong' }, { password: 'wrong horse' }]) {
    expect(await client.expect('error', 'join', { webhookId: id, ...wrong })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await socketIo.ask('join', id, wrong)).toMatchObject({ ok: false, code: 'UNAUTHENTICATED' });
  }
  await hit(server, id, 'unseen');
  await client.expect('joined', 'join', { webhookId: id, secret });
  expect(await socketIo.ask('join', id, { password: 'correct horse' })).toMatchObject({ ok: true });
  await hit(server, id, 'seen');
  expect((await client.next('new-request')).payload.body).toBe('seen');
  expect(await socketIo.next('new-request')).toMatchObject({ body: 'seen' });
  expect(socketIo.received('new-request')).toEqual([]);
});

test('W5 who was refused at a locked webhook does not get in by coming back', async () => {
  const server = await serve();
  const { id } = await create(server, { name: 'locked-one' });
  const client = await SocketIoClient.connect(server);
  await client.ask('join', id);
  await client.drop();
  expect(await client.return()).toMatchObject({ recovered: true, rooms: [] });
});

test('W8 W5 what was missed comes behind `joined`, in order and once, and live goes on behind it', async () => {
  const server = await serve();
  const { id } = await create(server);
  const client = await NativeClient.connect(server);
  await client.expect('joined', 'join', { webhookId: id });
  await hit(server, id, '1');
  const { epoch, offset } = (await client.next('new-request')).payload;
  await client.close();
  for (const body of numbers(2, 20)) await hit(server, id, body);

  const again = await NativeClient.connect(server);
  const joined = await again.expect('joined', 'join', { webhookId: id, since: { epoch, offset } });
  expect(joined).toMatchObject({ recovered: true, epoch });
  await hit(server, id, '21');
  expect(await next(again, 20)).toEqual(numbers(2, 21));
  const { payload } = await again.next('caught_up');
  expect(payload).toMatchObject({ roomId: `webhook:${id}`, recovered: true });
});

test('W8 `lastEventId` is the id of an event or of a request, on either', async () => {
  const server = await serve();
  const { id } = await create(server);
  const watcher = await NativeClient.connect(server);
  await watcher.expect('joined', 'join', { webhookId: id });
  for (const body of ['1', '2', '3']) await hit(server, id, body);
  const { payload: first } = await watcher.next('new-request');
  for (const lastEventId of [first.id, `${first.epoch}-${first.offset}`]) {
    const native = await NativeClient.connect(server);
    expect(await native.expect('joined', 'join', { webhookId: id, lastEventId })).toMatchObject({ recovered: true });
    expect(await next(native, 2)).toEqual(['2', '3']);
    const socketIo = await SocketIoClient.connect(server);
    socketIo.socket.emit('join', id, { lastEventId });
    expect(await socketIo.next('joined')).toMatchObject({ recovered: true });
    expect([await socketIo.next('new-request'), await socketIo.next('new-request')]).toMatchObject([
      { body: '2' },
      { body: '3' },
    ]);
  }
  const lost = await NativeClient.connect(server);
  const answer = await lost.expect('joined', 'join', { webhookId: id, lastEventId: 'never-there' });
  expect(answer.recovered).toBe(false);
});

test('W8 who comes back with the id of a request that was deleted meanwhile gets what came behind it', async () => {
  const server = await serve();
  const { id, secret } = await create(server);
  const watcher = await NativeClient.connect(server);
  await watcher.expect('joined', 'join', { webhookId: id });
  for (const body of ['1', '2', '3', '4']) await hit(server, id, body);
  await watcher.next('new-request');
  const { payload: doomed } = await watcher.next('new-request');
  const path = `/api/webhooks/${id}/requests/${doomed.id}`;
  await call(server.port, { method: 'DELETE', path, headers: { 'x-webhook-secret': secret } });
  await hit(server, id, '5');
  const again = await NativeClient.connect(server);
  const joined = await again.expect('joined', 'join', { webhookId: id, lastEventId: doomed.id });
  expect(joined).toMatchObject({ recovered: true });
  expect(await next(again, 3)).toEqual(['3', '4', '5']);
});

test('W8 who has missed more than its buffer holds gets it all, as fast as it reads, while more comes', async () => {
  const server = await serve({
    maxBuffer: '192KiB',
    webhookBodySize: '64KiB',
    maxFrameSize: '64KiB',
    webhookRequests: 500,
  });
  const { id } = await create(server);
  const client = await NativeClient.connect(server);
  await client.expect('joined', 'join', { webhookId: id });
  await hit(server, id, 'first');
  const { epoch, offset } = (await client.next('new-request')).payload;
  await client.close();
  const large = 'x'.repeat(20_000);
  for (let n = 0; n < 100; n += 1) await hit(server, id, `${n} ${large}`);

  const again = await NativeClient.connect(server);
  again.socket.ws.pause();
  again.tell('join', { webhookId: id, since: { epoch, offset } });
  for (let n = 100; n < 110; n += 1) await hit(server, id, `${n} ${large}`);
  again.socket.ws.resume();
  const found = (await next(again, 110)).map((body) => Number(body?.split(' ')[0]));
  expect(found).toEqual(Array.from({ length: 110 }, (_, n) => n));
});

test('W8 who asks for an earlier place while it catches up gets everything from there', async () => {
  const server = await serve({ maxBuffer: '192KiB', webhookBodySize: '64KiB', maxFrameSize: '64KiB' });
  const { id } = await create(server);
  const large = 'x'.repeat(2000);
  for (let n = 1; n <= 400; n += 1) await hit(server, id, `${n} ${large}`);
  const watcher = await NativeClient.connect(server);
  const { epoch } = await watcher.expect('joined', 'join', { webhookId: id });
  const client = await NativeClient.connect(server);
  client.tell('join', { webhookId: id, since: { epoch, offset: 250 } }, 1);
  client.tell('join', { webhookId: id, since: { epoch, offset: 0 } }, 2);
  expect((await client.next('joined')).payload.recovered).toBe(true);
  expect((await client.next('joined')).payload.recovered).toBe(true);
  const offsets = new Set<number>();
  while (offsets.size < 400) offsets.add((await client.next('new-request')).payload.offset);
  expect((await client.next('caught_up')).payload).toMatchObject({ offset: 400, recovered: true });
});

test('W4 a `join` that its `leave` overtakes is answered as well', async () => {
  const server = await serve();
  const { id } = await create(server);
  for (let n = 1; n <= 200; n += 1) await hit(server, id, String(n));
  const client = await NativeClient.connect(server);
  const { epoch } = await client.expect('joined', 'join', { webhookId: id });
  client.tell('leave', { webhookId: id }, 1);
  client.tell('join', { webhookId: id, since: { epoch, offset: 10 } }, 2);
  client.tell('leave', { webhookId: id }, 3);
  const answered = async (): Promise<unknown> => (await client.next('left')).id;
  expect([await answered(), await answered(), await answered()]).toEqual(expect.arrayContaining([1, 2, 3]));
});

test('W8 W11 a webhook may be called "temp-…": its watchers miss nothing when they come back', async () => {
  const server = await serve();
  const { id, secret } = await create(server, { name: 'temp-hook' });
  let client = await NativeClient.connect(server);
  let position = await client.expect('joined', 'join', { webhookId: id, secret });
  const seen: (string | null)[] = [];
  for (let round = 0; round < 10; round += 1) {
    const sending = Promise.all(numbers(round * 5 + 1, round * 5 + 5).map((body) => hit(server, id, body)));
    await client.close();
    client = await NativeClient.connect(server);
    const { epoch, offset } = position;
    position = await client.expect('joined', 'join', { webhookId: id, secret, since: { epoch, offset } });
    expect(position.recovered).toBe(true);
    await sending;
    for (let missing = 5; missing > 0; missing -= 1) {
      const { payload } = await client.next('new-request');
      expect(payload.offset).toBe(seen.length + 1);
      seen.push(payload.body);
      position = { ...position, offset: payload.offset };
    }
  }
  expect(seen.sort()).toEqual(numbers(1, 50).sort());
});

test('W11 what is too old is gone for those who come back, too', async () => {
  const server = await serve();
  const { id } = await create(server, { retention: { age: 1000 } });
  await hit(server, id, 'old');
  const young = Date.now() + 1600;
  const client = await NativeClient.connect(server);
  const { epoch } = await client.expect('joined', 'join', { webhookId: id });
  await expect.poll(() => Date.now(), { timeout: 5000 }).toBeGreaterThan(young);
  await hit(server, id, 'young');
  const late = await NativeClient.connect(server);
  const joined = await late.expect('joined', 'join', { webhookId: id, since: { epoch, offset: 0 } });
  expect(joined.recovered).toBe(false);
  expect(await next(late, 1)).toEqual(['young']);
});

test('W5 a webhook that is locked now lets its watchers stay only if they show that they may', async () => {
  const server = await serve();
  const { id, secret } = await create(server);
  const native = await NativeClient.connect(server);
  const socketIo = await SocketIoClient.connect(server);
  const away = await SocketIoClient.connect(server);
  await native.expect('joined', 'join', { webhookId: id });
  await socketIo.ask('join', id);
  await away.ask('join', id);
  await away.drop();
  const path = `/api/webhooks/${id}`;
  const { status } = await server.send('PATCH', path, { password: 'a new lock' }, { 'x-webhook-secret': secret });
  expect(status).toBe(200);
  await native.next('left');
  await socketIo.next('left');
  expect(await native.expect('error', 'join', { webhookId: id })).toMatchObject({ code: 'UNAUTHENTICATED' });
  await hit(server, id, 'private');
  await socketIo.drop();
  expect(await socketIo.return()).toMatchObject({ rooms: [] });
  expect(await away.return()).toMatchObject({ rooms: [] });
  await native.expect('joined', 'join', { webhookId: id, password: 'a new lock' });
  await hit(server, id, 'seen');
  expect((await native.next('new-request')).payload.body).toBe('seen');
  expect(socketIo.received('new-request')).toEqual([]);
  expect(away.received('new-request')).toEqual([]);
});

test('W5 who was in a webhook is not brought back into another that got its name', async () => {
  const server = await serve();
  const { id, secret } = await create(server, { name: 'shared-name' });
  const client = await SocketIoClient.connect(server);
  await client.ask('join', id, { secret });
  await client.drop();
  expect((await server.send('DELETE', `/api/webhooks/${id}`, '', { 'x-webhook-secret': secret })).status).toBe(204);
  await create(server, { name: 'shared-name' });
  await hit(server, id, 'of somebody else');
  expect(await client.return()).toMatchObject({ rooms: [] });
  expect(client.received('new-request')).toEqual([]);
});

test('W8 after `kill -9` of the server a watcher gets what it missed from before it, and what was acknowledged is there', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'roomcast-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const server = await TestProcess.start({ dataDir });
  const { id } = await create(server);
  const client = await NativeClient.connect(server);
  await client.expect('joined', 'join', { webhookId: id });
  await hit(server, id, '1');
  const { epoch, offset } = (await client.next('new-request')).payload;
  await client.close();
  await hit(server, id, '2');
  server.kill('SIGKILL');
  await server.exited;
  const restarted = await TestProcess.start({ dataDir });
  await hit(restarted, id, '3');
  const again = await NativeClient.connect(restarted);
  const joined = await again.expect('joined', 'join', { webhookId: id, since: { epoch, offset } });
  expect(joined.recovered).toBe(true);
  expect(await next(again, 2)).toEqual(['2', '3']);
});

test('W8 Socket.IO brings a watcher back by itself, with what it missed, once', async () => {
  const server = await serve();
  const { id } = await create(server);
  const client = await SocketIoClient.connect(server);
  await client.ask('join', id);
  await hit(server, id, '1');
  await client.next('new-request');
  await client.drop();
  await hit(server, id, '2');
  await hit(server, id, '3');
  expect(await client.return()).toMatchObject({ recovered: true, rooms: [`webhook:${id}`] });
  await hit(server, id, '4');
  await expect.poll(() => client.received('new-request').length).toBe(3);
  expect(bodies(client.received('new-request') as PlacedRequest[])).toEqual(['2', '3', '4']);
});

test('W5 a deleted webhook tells its watchers, who are out of it, and does not come back with them', async () => {
  const server = await serve();
  const { id, secret } = await create(server);
  const native = await NativeClient.connect(server);
  const socketIo = await SocketIoClient.connect(server);
  await native.expect('joined', 'join', { webhookId: id });
  await socketIo.ask('join', id);
  const { status } = await call(server.port, {
    method: 'DELETE',
    path: `/api/webhooks/${id}`,
    headers: { 'x-webhook-secret': secret },
  });
  expect(status).toBe(204);
  expect((await native.next('webhook-deleted')).payload).toEqual({ webhookId: id });
  expect(await socketIo.next('webhook-deleted')).toEqual({ webhookId: id });
  expect((await call(server.port, { path: `/hooks/${id}` })).status).toBe(404);
  expect(await native.expect('error', 'join', { webhookId: id })).toMatchObject({ message: 'Webhook not found' });
  await socketIo.drop();
  expect(await socketIo.return()).toMatchObject({ recovered: true, rooms: [] });
});

test('W5 a deleted request is taken out of what others get later, in its place, and watchers are told', async () => {
  const server = await serve();
  const { id, secret } = await create(server);
  const watcher = await NativeClient.connect(server);
  await watcher.expect('joined', 'join', { webhookId: id });
  await hit(server, id, 'kept');
  await hit(server, id, 'secret of somebody');
  await hit(server, id, 'kept as well');
  await watcher.next('new-request');
  const { payload: doomed } = await watcher.next('new-request');
  const path = `/api/webhooks/${id}/requests/${doomed.id}`;
  const { status } = await call(server.port, { method: 'DELETE', path, headers: { 'x-webhook-secret': secret } });
  expect(status).toBe(204);
  expect((await watcher.next('request-deleted')).payload).toMatchObject({ id: doomed.id, webhookId: id, offset: 4 });
  const late = await NativeClient.connect(server);
  const since = { epoch: doomed.epoch, offset: 0 };
  await late.expect('joined', 'join', { webhookId: id, since });
  await late.next('caught_up');
  const seen = late.frames.waiting.map(({ type, payload }) => [type, (payload as { offset: number }).offset]);
  expect(seen).toEqual([
    ['new-request', 1],
    ['request-deleted', 2],
    ['new-request', 3],
    ['request-deleted', 4],
  ]);
  expect(late.texts.join()).not.toContain('secret of somebody');
});

test('W5 watchers see who else watches and what they look at', async () => {
  const server = await serve();
  const { id } = await create(server);
  const ann = await NativeClient.connect(server);
  const bob = await SocketIoClient.connect(server);
  await ann.expect('joined', 'join', { webhookId: id });
  await bob.ask('join', id);
  await ann.expect('watchers', 'watch', { webhookId: id, name: '  Ann\u202e\n ', requestId: 'r1' });
  const seen = async (): Promise<ServerEvents['watchers']> => (await bob.next('watchers')) as ServerEvents['watchers'];
  let list = await seen();
  while (!list.watchers.some(({ requestId }) => requestId === 'r1')) list = await seen();
  expect(list.watcherCount).toBe(2);
  expect(list.watchers).toContainEqual({ connectionId: ann.connectionId, name: 'Ann', requestId: 'r1' });
  await ann.close();
  while (list.watcherCount > 1) list = await seen();
  const stranger = await NativeClient.connect(server);
  expect(await stranger.expect('error', 'watch', { webhookId: id })).toMatchObject({ code: 'NOT_IN_ROOM' });
});

test('W7 W10 a hundred watchers each see their own webhook; when they leave nothing of them is left', async () => {
  const server = await serve();
  const hooks = await Promise.all(Array.from({ length: 100 }, () => create(server)));
  const clients = await Promise.all(hooks.map(() => NativeClient.connect(server)));
  await Promise.all(clients.map((client, n) => client.expect('joined', 'join', { webhookId: hooks[n]?.id })));
  await Promise.all(hooks.map(({ id }) => hit(server, id, id)));
  const seen = await Promise.all(clients.map((client) => next(client, 1)));
  expect(seen.flat()).toEqual(hooks.map(({ id }) => id));
  await Promise.all(clients.map((client) => client.close()));
  await expect.poll(() => connections(server)).toBe(0);
});

async function connections(server: TestServer): Promise<number> {
  const { json } = await server.get('/health');
  return (json as { connections: number }).connections;
}

test('W7 a Socket.IO client is told `server_closing` before the server goes', async () => {
  const server = await TestProcess.start({});
  const client = await SocketIoClient.connect(server);
  const closing = client.next('server_closing');
  server.kill('SIGTERM');
  expect(await closing).toMatchObject({ code: 1001, reconnect: true });
  await client.states.next(({ state }) => state === 'disconnect', 'the end');
  expect(await server.exited).toMatchObject({ code: 0 });
});
