import { describe, expect, test } from 'vitest';
import { signatureOf } from '../src/auth/signatures.ts';
import { joinBridge } from './support/bridge.ts';
import { type Answer, aProblem, call, problemOf } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve, type TestServer } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

const KEY = 'a-key-of-some-length';
const SECRET = 'a shared secret of at least 32 characters';

/** A registered user. */
async function user(server: TestServer, id: string): Promise<SocketIoClient> {
  const client = await SocketIoClient.connect(server);
  await client.register(id);
  return client;
}

interface Pushed {
  readonly results: readonly Record<string, unknown>[];
  readonly delivered: number;
  readonly id: string | null;
}

function pushed({ status, json, text }: Answer): Pushed {
  expect(status, text).toBe(200);
  return json as Pushed;
}

describe('push', () => {
  test('G4.1 G4.3 G4.4 G5.1 G5.2 reaches all connections of the user and nobody else, under the given name', async () => {
    const server = await serve();
    const [phone, laptop, other] = [await user(server, '42'), await user(server, '42'), await user(server, '7')];
    const answer = await server.push({ userId: '42', event: 'order_shipped', data: { order: 1 } });
    expect(pushed(answer)).toEqual({
      results: [
        { target: '42', room: 'user:42', delivered: 2, offset: 1, epoch: expect.any(String), duplicate: false },
      ],
      delivered: 2,
      id: null,
    });
    for (const client of [phone, laptop]) expect(await client.next('order_shipped')).toEqual({ order: 1 });
    await server.push({ userId: '7', event: 'end', data: null });
    expect(await other.next('end')).toBeNull();
    expect(other.received('order_shipped')).toEqual([]);
  });

  test('G4.1 G3.3 reaches several users, rooms and everybody, each target once', async () => {
    const server = await serve();
    const [ada, bob] = [await user(server, 'ada'), await user(server, 'bob')];
    await ada.join('live:news');
    const raw = await joinBridge(server, 'lobby');
    const users = pushed(await server.push({ userIds: ['ada', 'bob', 'ada', 'nobody'], event: 'a', data: 1 }));
    expect(users.results.map(({ target, delivered }) => [target, delivered])).toEqual([
      ['ada', 1],
      ['bob', 1],
      ['nobody', 0],
    ]);
    expect(users.delivered).toBe(2);
    expect([await ada.next('a'), await bob.next('a')]).toEqual([1, 1]);
    const rooms = pushed(await server.push({ rooms: ['live:news', 'lobby', 'bridge:lobby'], event: 'b', data: 2 }));
    expect(rooms.results.map(({ room, delivered }) => [room, delivered])).toEqual([
      ['live:news', 1],
      ['bridge:lobby', 1],
    ]);
    expect([await ada.next('b'), await raw.next()]).toEqual([2, '2']);
    const room = pushed(await server.push({ room: 'live:news', event: 'c', data: 3 }));
    expect(room.results).toMatchObject([{ target: 'live:news', offset: 2, delivered: 1 }]);
    const all = pushed(await server.push({ broadcast: true, event: 'd', data: 4 }));
    expect(all.results).toMatchObject([{ target: 'everyone', room: 'all:everyone', delivered: 2 }]);
    expect([await ada.next('d'), await bob.next('d')]).toEqual([4, 4]);
  });

  test('G3.4 hands data on byte for byte', async () => {
    const server = await serve();
    const raw = await joinBridge(server, 'exact');
    for (const data of ['{ "a" : 1.0 }', '1e400', '12345678901234567890', '"\\u00e9\\/ é😀"', '-0']) {
      pushed(await server.push(` { "data" :\t${data}\n, "room" : "exact", "event":"e" } `));
      await server.send('POST', '/api/push/batch', `{"messages":[ {"room":"exact","event":"e","data":${data}} ]}`);
      expect([await raw.next(), await raw.next()]).toEqual([data, data]);
    }
  });

  test('G3.4 binary values arrive as such', async () => {
    const server = await serve();
    const client = await user(server, '42');
    const image = Buffer.from([0, 1, 254, 255]);
    const $base64 = image.toString('base64');
    pushed(await server.push({ userId: '42', event: 'file', data: { name: 'a', of: [{ $base64 }] }, binary: true }));
    expect(await client.next('file')).toEqual({ name: 'a', of: [image] });
    pushed(await server.push({ userId: '42', event: 'bytes', dataBase64: $base64 }));
    expect(await client.next('bytes')).toEqual(image);
    pushed(await server.push({ userId: '42', event: 'plain', data: { $base64 } }));
    expect(await client.next('plain')).toEqual({ $base64 });
  });

  test('G4.1 the same id is pushed once to a target, and answered with the first result', async () => {
    const server = await serve();
    const client = await user(server, '42');
    const first = pushed(await server.push({ userId: '42', event: 'paid', data: 1, id: 'order-1' }));
    expect(first).toMatchObject({ id: 'order-1', delivered: 1, results: [{ duplicate: false, offset: 1 }] });
    const again = pushed(await server.push({ userId: '42', event: 'paid', data: 1 }, { 'idempotency-key': 'order-1' }));
    expect(again.results).toEqual([{ ...first.results[0], duplicate: true }]);
    const both = await Promise.all(
      [1, 2].map(() => server.push({ userIds: ['42', '7'], event: 'sent', data: 2, id: 'order-2' })),
    );
    const duplicates = both.flatMap((answer) => pushed(answer).results.map(({ duplicate }) => duplicate));
    expect(duplicates.filter(Boolean)).toHaveLength(2);
    const raw = await joinBridge(server, 'lobby');
    for (const data of [1, 2]) await server.push({ room: 'lobby', event: 'e', data, id: 'in-memory' });
    await server.push({ room: 'lobby', event: 'e', data: 3 });
    expect([await raw.next(), await raw.next()]).toEqual(['1', '3']);
    await server.push({ userId: '42', event: 'end', data: null });
    await client.next('end');
    expect([client.received('paid'), client.received('sent')]).toEqual([[1], [2]]);
  });

  test('G4.5 where nothing could be done the whole is refused, else each target has its own result', async () => {
    const server = await serve();
    const chat = await server.push({ room: 'chat:general', event: 'e', data: 1 });
    expect(problemOf(chat)).toEqual(aProblem(403, 'FORBIDDEN'));
    const mixed = pushed(await server.push({ rooms: ['chat:general', 'lobby'], event: 'e', data: 1 }));
    expect(mixed.results).toEqual([
      {
        ...{ target: 'chat:general', room: 'chat:general', delivered: 0, offset: null, epoch: null, duplicate: false },
        error: { code: 'FORBIDDEN', detail: expect.stringContaining('written to by their users') },
      },
      { target: 'lobby', room: 'bridge:lobby', delivered: 0, offset: null, epoch: null, duplicate: false },
    ]);
  });

  test('a batch is carried out in its order, and each message has its own result', async () => {
    const server = await serve();
    const client = await user(server, '42');
    const messages = [
      { userId: '42', event: 'n', data: 1, id: 'one' },
      { userId: '42', event: 'connect', data: 2 },
      { userId: '42', event: 'n', data: 3, id: 'one' },
      { room: 'chat:general', event: 'n', data: 4 },
      { room: 'a\u0000', event: 'n', data: 5 },
      7,
      { userId: '42', event: 'n', data: 6 },
    ];
    const { status, json } = await server.send('POST', '/api/push/batch', { messages });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      results: [
        { delivered: 1, id: 'one' },
        { error: { code: 'VALIDATION_ERROR', field: 'body.messages.1.event' } },
        { delivered: 1, results: [{ duplicate: true }] },
        { error: { code: 'FORBIDDEN' } },
        { error: { code: 'VALIDATION_ERROR', field: 'body.messages.4.room' } },
        { error: { code: 'VALIDATION_ERROR', field: 'body.messages.5' } },
        { delivered: 1, id: null },
      ],
    });
    expect([await client.next('n'), await client.next('n')]).toEqual([1, 6]);
    const refused = async (body: object, headers = {}) =>
      problemOf(await server.send('POST', '/api/push/batch', body, headers));
    const field = (name: string) => aProblem(400, 'VALIDATION_ERROR', { field: name });
    expect(await refused({ messages: [] })).toEqual(field('body.messages'));
    expect(await refused({ messages: Array.from({ length: 101 }, () => messages[0]) })).toEqual(field('body.messages'));
    expect(await refused({ messages }, { 'idempotency-key': 'a' })).toEqual(field('headers.idempotency-key'));
  });

  test('G4.2 G4.5 G8.5 each mistake is refused with 400, its code and the field', async () => {
    const server = await serve();
    const good = { userId: '42', event: 'e', data: 1 };
    const without = (field: string) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== field));
    const many = Array.from({ length: 1001 }, (_, index) => `user-${index}`);
    const mistakes: readonly (readonly [body: object | string, field: string, detail?: RegExp])[] = [
      [without('userId'), 'body', /names no target: give exactly one of userId, userIds, room, rooms, broadcast/],
      [{ ...good, room: 'a' }, 'body.room', /a second target beside userId/],
      [{ ...good, broadcast: true }, 'body.broadcast'],
      [{ ...without('userId'), broadcast: false }, 'body.broadcast'],
      [{ ...good, userId: 42 }, 'body.userId'],
      [{ ...good, userId: '' }, 'body.userId'],
      [{ ...good, userId: 'x'.repeat(129) }, 'body.userId', /longer than 128/],
      [{ ...good, userId: 'a\nb' }, 'body.userId'],
      [{ ...without('userId'), userIds: [] }, 'body.userIds'],
      [{ ...without('userId'), userIds: ['a', ' '] }, 'body.userIds.1'],
      [{ ...without('userId'), userIds: many }, 'body.userIds'],
      [{ ...without('userId'), rooms: many }, 'body.rooms'],
      [{ ...without('userId'), rooms: ['live:a', 'live:'] }, 'body.rooms.1'],
      [{ ...without('userId'), room: 'x'.repeat(129) }, 'body.room'],
      [without('event'), 'body.event'],
      [{ ...good, event: '' }, 'body.event'],
      [{ ...good, event: 'x'.repeat(129) }, 'body.event'],
      [{ ...good, event: '\ud800' }, 'body.event'],
      [without('data'), 'body.data'],
      [{ ...good, dataBase64: 'AA==' }, 'body.dataBase64'],
      [{ ...without('data'), dataBase64: 'AA' }, 'body.dataBase64'],
      [{ ...without('data'), dataBase64: 'AA==', binary: true }, 'body.binary'],
      [{ ...good, binary: true, data: { $base64: '?' } }, 'body.data', /not base64/],
      [{ ...good, binary: true, data: { _placeholder: true, num: 0 } }, 'body.data', /_placeholder/],
      [{ ...good, id: '' }, 'body.id'],
      [{ ...good, id: 'x'.repeat(201) }, 'body.id'],
      [{ ...good, id: 'a\u0007' }, 'body.id'],
      [{ ...good, user_id: '42' }, 'body.user_id', /not known/],
      ['[]', 'body'],
    ];
    for (const [body, field, detail] of mistakes) {
      const answer = await server.push(body);
      expect(problemOf(answer), JSON.stringify(body).slice(0, 100)).toEqual(
        aProblem(400, 'VALIDATION_ERROR', { field }),
      );
      if (detail) expect(answer.text).toMatch(detail);
    }
    const reserved = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'];
    for (const event of [...reserved, 'connection', 'connected', 'error', 'server_disconnect']) {
      const answer = await server.push({ ...good, event });
      expect(problemOf(answer)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.event' }));
      expect(answer.text).toContain(`is ${event}, a reserved name`);
    }
    const differ = await server.push({ ...good, id: 'a' }, { 'idempotency-key': 'b' });
    expect(problemOf(differ)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.id' }));
    const key = await server.push(good, { 'idempotency-key': 'é' });
    expect(problemOf(key)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'headers.idempotency-key' }));
    expect(problemOf(await server.push('{"userId":'))).toEqual(aProblem(400, 'INVALID_JSON'));
    const text = await server.push(JSON.stringify(good), { 'content-type': 'text/plain' });
    expect(problemOf(text)).toEqual(aProblem(415, 'UNSUPPORTED_MEDIA_TYPE'));
    expect(pushed(await server.push(good, { 'idempotency-key': 'a b' })).id).toBe('a b');
  });
});

describe('who may push', () => {
  const body = { userId: '42', event: 'e', data: 1 };

  test('G4.2 G8.2 a program needs a key or a signature, and --open opens nothing here', async () => {
    const server = await serve({ apiKeys: KEY, open: true });
    expect(problemOf(await server.push(body))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect(problemOf(await server.push(body, { 'x-api-key': `${KEY}x` }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect(problemOf(await server.get('/api/users/42/rooms'))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect((await server.push(body, { 'x-api-key': KEY })).status).toBe(200);
    expect((await server.emit({ room: 'a', data: 1 })).status).toBe(200);
  });

  test('G8.2 pages may not, whichever origins are allowed', async () => {
    const server = await serve({ allowedOrigins: '*' });
    for (const origin of ['https://app.example', `http://127.0.0.1:${server.port}`]) {
      expect(problemOf(await server.push(body, { origin }))).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
      const batch = await server.send('POST', '/api/push/batch', { messages: [body] }, { origin });
      expect(problemOf(batch)).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
      const disconnect = await server.send('POST', '/api/users/42/disconnect', {}, { origin });
      expect(problemOf(disconnect)).toEqual(aProblem(403, 'ORIGIN_NOT_ALLOWED'));
      expect(problemOf(await server.get('/api/users/42/rooms', { origin }))).toEqual(
        aProblem(403, 'ORIGIN_NOT_ALLOWED'),
      );
    }
  });

  test('G8.2 a signed request is taken once, as it was signed', async () => {
    const server = await serve({ pushSecret: SECRET, apiKeys: KEY });
    const now = Math.floor(Date.now() / 1000);
    const text = ' {"userId":"42", "event":"e", "data":1.0} ';
    const signed = (method: string, path: string, content: string, timestamp = String(now)) => ({
      'roomcast-timestamp': timestamp,
      'roomcast-signature': `v1=${signatureOf(SECRET, { timestamp, method, path, body: content }).toString('hex')}`,
    });
    const refused = async (answer: Promise<Answer>, detail: RegExp) => {
      const { text: said, ...rest } = await answer;
      expect(problemOf({ text: said, ...rest })).toEqual(aProblem(401, 'UNAUTHENTICATED'));
      expect(said).toMatch(detail);
    };
    const headers = signed('POST', '/api/push', text);
    expect((await server.push(text, headers)).status).toBe(200);
    await refused(server.push(text, headers), /has been used/);
    await refused(server.push(text.replace('1.0', '1'), signed('POST', '/api/push', text)), /signature is wrong/);
    await refused(server.push(text, signed('POST', '/api/push?a', text)), /signature is wrong/);
    await refused(server.push(text, signed('POST', '/api/push', text, String(now - 400))), /behind/);
    await refused(server.push(text, { ...signed('POST', '/api/push', `${text} `), 'x-api-key': KEY }), /not both/);
    await refused(server.push(text), /An API key is needed/);
    const path = '/api/users/42/rooms?x=1';
    expect((await server.get(path, signed('GET', path, ''))).status).toBe(200);
    // Bytes that are no UTF-8 are signed as they are, too.
    const broken = Buffer.concat([
      Buffer.from('{"userId":"42","event":"e","data":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    const json = { 'content-type': 'application/json' };
    const replaced = signed('POST', '/api/push', broken.toString());
    const sent = (more: Record<string, string>) =>
      call(server.port, { method: 'POST', path: '/api/push', headers: { ...json, ...more }, body: broken });
    await refused(sent(replaced), /signature is wrong/);
  });

  test('G8.2 where signatures are taken, nobody gets in without one', async () => {
    const server = await serve({ pushSecret: SECRET });
    expect(problemOf(await server.push(body))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
    expect(problemOf(await server.emit({ room: 'a', data: 1 }))).toEqual(aProblem(401, 'UNAUTHENTICATED'));
  });
});

describe('memberships', () => {
  test('G5.3 the backend puts users into rooms and takes them out', async () => {
    const server = await serve();
    const clients = [await user(server, 'ada'), await user(server, 'ada'), await user(server, 'bob')];
    const path = '/api/rooms/live%3Anews/members';
    const joined = await server.send('POST', path, { userIds: ['ada', 'bob', 'ada', 'nobody'] });
    expect(joined.json).toEqual({
      room: 'live:news',
      results: [
        { userId: 'ada', connections: 2 },
        { userId: 'bob', connections: 1 },
        { userId: 'nobody', connections: 0 },
      ],
      connections: 3,
    });
    expect(pushed(await server.push({ room: 'live:news', event: 'news', data: 1 })).delivered).toBe(3);
    for (const client of clients) expect(await client.next('news')).toBe(1);
    const left = await server.send('DELETE', path, { userIds: ['ada'] });
    expect(left.json).toMatchObject({ results: [{ userId: 'ada', connections: 2 }], connections: 2 });
    expect(pushed(await server.push({ room: 'live:news', event: 'news', data: 2 })).delivered).toBe(1);
    const closed = await server.send('POST', '/api/rooms/user%3Abob/members', { userIds: ['ada'] });
    expect(problemOf(closed)).toEqual(aProblem(403, 'FORBIDDEN'));
    for (const [given, field] of [
      [{}, 'body.userIds'],
      [{ userIds: [] }, 'body.userIds'],
      [{ userIds: ['a', ''] }, 'body.userIds.1'],
      [{ userIds: ['a\u0000'] }, 'body.userIds.0'],
    ] as const) {
      const refused = problemOf(await server.send('POST', path, given));
      expect(refused).toEqual(aProblem(400, 'VALIDATION_ERROR', { field }));
    }
    const name = await server.send('POST', '/api/rooms/live%3A/members', { userIds: ['a'] });
    expect(problemOf(name)).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'params.room' }));
  });

  test('G5.5 rooms of a user and members of a room can be asked for, page by page', async () => {
    const server = await serve();
    const clients = [await user(server, 'ada'), await user(server, 'ada'), await user(server, 'bob')];
    for (const client of clients) await client.join('live:news');
    await (await NativeClient.connect(server)).join('live:news');
    await clients[0]?.join('live:sports');
    expect((await server.get('/api/users/ada/rooms')).json).toEqual({
      userId: 'ada',
      connections: 2,
      rooms: expect.arrayContaining([
        { room: 'user:ada', connections: 2 },
        { room: 'all:everyone', connections: 2 },
        { room: 'live:news', connections: 2 },
        { room: 'live:sports', connections: 1 },
      ]),
    });
    expect((await server.get('/api/users/nobody/rooms')).json).toEqual({ userId: 'nobody', connections: 0, rooms: [] });
    const seen: (string | null)[] = [];
    const sizes: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { json } = await server.get(`/api/rooms/live%3Anews/members?limit=3${query}`);
      const page = json as { members: { userId: string | null }[]; cursor: string | null };
      expect(page).toMatchObject({ room: 'live:news', users: 2, connections: 4 });
      seen.push(...page.members.map(({ userId }) => userId));
      sizes.push(page.members.length);
      cursor = page.cursor;
    }
    expect(sizes).toEqual([3, 1]);
    expect(seen.sort()).toEqual(['ada', 'ada', 'bob', null]);
    expect((await server.get('/api/rooms/live%3Anobody/members')).json).toEqual({
      ...{ room: 'live:nobody', members: [], cursor: null, users: 0, connections: 0 },
    });
    const limit = problemOf(await server.get('/api/rooms/live%3Anews/members?limit=0'));
    expect(limit).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'query.limit' }));
  });

  test('G5.4 a user who is disconnected is out of all rooms', async () => {
    const server = await serve();
    const [phone, laptop, other] = [await user(server, '42'), await user(server, '42'), await user(server, '7')];
    await phone.join('live:news');
    const answer = await server.send('POST', '/api/users/42/disconnect', { reason: 'Account closed.' });
    expect(answer.json).toEqual({ userId: '42', disconnected: 2 });
    for (const client of [phone, laptop]) {
      const { detail } = await client.states.next(({ state }) => state === 'disconnect', 'the end');
      expect(detail).toBe('io server disconnect');
    }
    expect((await server.get('/api/users/42/rooms')).json).toMatchObject({ connections: 0, rooms: [] });
    expect((await server.get('/api/rooms/live%3Anews/members')).json).toMatchObject({ connections: 0 });
    expect(pushed(await server.push({ userId: '7', event: 'e', data: 1 })).delivered).toBe(1);
    expect(await other.next('e')).toBe(1);
    for (const reason of ['', 'x'.repeat(124), 'é'.repeat(100), 7]) {
      const refused = problemOf(await server.send('POST', '/api/users/42/disconnect', { reason }));
      expect(refused).toEqual(aProblem(400, 'VALIDATION_ERROR', { field: 'body.reason' }));
    }
  });
});
