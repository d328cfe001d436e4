import { describe, expect, test } from 'vitest';
import { NativeClient } from './support/native.ts';
import { serve, type TestServer } from './support/server.ts';

const LIVE = 'live:room';

async function connect(server: TestServer, count: number): Promise<NativeClient[]> {
  return Promise.all(Array.from({ length: count }, () => NativeClient.connect(server)));
}

describe('being in a room', () => {
  test('joining answers with the room, its members and its history, oldest first', async () => {
    const server = await serve();
    const [a, b] = (await connect(server, 2)) as [NativeClient, NativeClient];
    expect(await a.join(LIVE)).toEqual({
      roomId: LIVE,
      roomName: 'room',
      members: [{ connectionId: a.connectionId, userId: null, username: null }],
      history: [],
      offset: 0,
      epoch: expect.stringMatching(/^[\w-]+$/),
      recovered: false,
    });
    const { epoch } = await a.publish(LIVE, { n: 1 });
    await a.publish(LIVE, { n: 2 }, { event: 'count', clientMessageId: 'second' });
    const joined = await b.join(LIVE);
    expect(joined.members?.map(({ connectionId }) => connectionId)).toEqual([a.connectionId, b.connectionId]);
    expect(joined).toMatchObject({ offset: 2, epoch, recovered: false });
    expect(joined.history).toEqual([
      {
        roomId: LIVE,
        event: 'message',
        data: { n: 1 },
        timestamp: expect.any(String),
        id: `${epoch}-1`,
        offset: 1,
        epoch,
        sender: { connectionId: a.connectionId, userId: null, username: null },
      },
      expect.objectContaining({ event: 'count', data: { n: 2 }, offset: 2, clientMessageId: 'second' }),
    ]);
  });

  test('D8 the others learn of joining and leaving, once each, whatever a member dies of', async () => {
    const server = await serve();
    const [watcher, other] = (await connect(server, 2)) as [NativeClient, NativeClient];
    await watcher.join(LIVE);
    const ends = {
      leaving: (client: NativeClient) => client.tell('leave_room', { roomId: LIVE }),
      closing: (client: NativeClient) => client.socket.ws.close(),
      dying: (client: NativeClient) => client.socket.tcp.resetAndDestroy(),
    };
    for (const end of Object.values(ends)) {
      const client = await NativeClient.connect(server);
      await client.join(LIVE);
      const member = { connectionId: client.connectionId, userId: null, username: null };
      expect((await watcher.frames.next()).payload).toEqual({ ...member, roomId: LIVE, timestamp: expect.any(String) });
      end(client);
      expect(await watcher.frames.next()).toMatchObject({ type: 'user_left', payload: { ...member, roomId: LIVE } });
    }
    await other.join(LIVE);
    expect(await watcher.expect('member_list', 'get_members', { roomId: LIVE })).toEqual({
      roomId: LIVE,
      members: [watcher, other].map(({ connectionId }) => ({ connectionId, userId: null, username: null })),
    });
  });

  test('D6 joining a room that one is in is harmless, and tells nobody', async () => {
    const server = await serve();
    const [a, b] = (await connect(server, 2)) as [NativeClient, NativeClient];
    await a.join(LIVE);
    await b.join(LIVE);
    await a.next('user_joined');
    await b.publish(LIVE, 1);
    for (let i = 0; i < 5; i++) expect((await b.join(LIVE)).members).toHaveLength(2);
    await b.publish(LIVE, 2);
    expect(await a.frames.next()).toMatchObject({ type: 'publication', payload: { data: 1 } });
    expect(await a.frames.next()).toMatchObject({ type: 'publication', payload: { data: 2 } });
    await a.publish(LIVE, 3);
    expect(await b.frames.next()).toMatchObject({ type: 'publication', payload: { data: 3 } });
    await b.expect('room_left', 'leave_room', { roomId: LIVE });
    expect(await a.frames.next()).toMatchObject({ type: 'user_left' });
  });

  test('D4 the sender gets an acknowledgement instead of an echo, and who has left gets nothing', async () => {
    const server = await serve();
    const [a, b, gone] = (await connect(server, 3)) as [NativeClient, NativeClient, NativeClient];
    for (const client of [a, b, gone]) await client.join(LIVE);
    await gone.expect('room_left', 'leave_room', { roomId: LIVE });
    const ack = await a.publish(LIVE, 'hello', { clientMessageId: 'mine' });
    expect(ack).toMatchObject({ roomId: LIVE, clientMessageId: 'mine', offset: 1, level: 'delivered', delivered: 1 });
    expect(await b.next('publication')).toMatchObject({
      payload: { data: 'hello', clientMessageId: 'mine', offset: 1 },
    });
    await a.ask('heartbeat', { sequence: 1 });
    await gone.ask('heartbeat', { sequence: 1 });
    expect(a.frames.waiting.filter(({ type }) => type === 'publication')).toEqual([]);
    expect(gone.frames.waiting.filter(({ type }) => type === 'publication')).toEqual([]);
    expect(await gone.ask('publish', { roomId: LIVE, data: 1 })).toMatchObject({ payload: { code: 'NOT_IN_ROOM' } });
  });

  test('rooms are listed page by page, those of unlisted namespaces not at all', async () => {
    const server = await serve({ namespaces: { hidden: { listed: false } } });
    const client = await NativeClient.connect(server);
    for (const roomId of ['live:1', 'bridge:secret', 'live:2', 'hidden:1', 'live:3']) await client.join(roomId);
    const first = await client.expect('room_list', 'get_rooms', { limit: 2 });
    expect(first.rooms.map(({ id }) => id)).toEqual(['live:1', 'live:2']);
    expect(first.rooms[0]).toEqual({ id: 'live:1', name: '1', memberCount: 1, lastActivity: expect.any(String) });
    const rest = await client.expect('room_list', 'get_rooms', { limit: 2, cursor: first.cursor });
    expect(rest).toMatchObject({ rooms: [{ id: 'live:3' }], cursor: null });
  });
});

describe('history', () => {
  test('comes in pages, the last one first, with a word on whether there is more', async () => {
    const client = await NativeClient.connect(await serve());
    await client.join(LIVE);
    for (let n = 1; n <= 10; n++) await client.publish(LIVE, n);
    const page = async (query: object) => {
      const { publications, hasMore } = await client.expect('history', 'get_history', { roomId: LIVE, ...query });
      return { offsets: publications.map(({ offset }) => offset), hasMore };
    };
    expect(await page({ limit: 4 })).toEqual({ offsets: [7, 8, 9, 10], hasMore: true });
    expect(await page({ limit: 4, before: 7 })).toEqual({ offsets: [3, 4, 5, 6], hasMore: true });
    expect(await page({ limit: 4, before: 3 })).toEqual({ offsets: [1, 2], hasMore: false });
    expect(await page({ before: 1 })).toEqual({ offsets: [], hasMore: false });
    expect(await page({ before: Number.MAX_SAFE_INTEGER, limit: 500 })).toMatchObject({ hasMore: false });
    expect((await page({})).offsets).toHaveLength(10);
  });

  test('D6 a join brings as much of it as the client asks for', async () => {
    const server = await serve();
    const [writer, reader] = (await connect(server, 2)) as [NativeClient, NativeClient];
    await writer.join(LIVE);
    for (let n = 1; n <= 60; n++) await writer.publish(LIVE, n);
    const offsets = async (more: object) => (await reader.join(LIVE, more)).history.map(({ offset }) => offset);
    expect(await offsets({})).toEqual(Array.from({ length: 50 }, (_, i) => i + 11));
    expect(await offsets({ limit: 3 })).toEqual([58, 59, 60]);
    expect(await offsets({ limit: 0 })).toEqual([]);
  });

  test('a namespace decides how much of it there is', async () => {
    const server = await serve({ namespaces: { short: { history: { size: 3, age: '1h' } } } });
    const client = await NativeClient.connect(server);
    await client.join('short:x');
    for (let n = 1; n <= 5; n++) await client.publish('short:x', n);
    expect((await client.join('short:x')).history.map(({ data }) => data)).toEqual([3, 4, 5]);
  });
});

describe('namespaces of one’s own', () => {
  const namespaces = {
    news: { publish: 'server', history: { size: 10, age: '1m' } },
    closed: { join: 'nobody', history: { size: 10, age: '1m' } },
  };
  const apiKeys = 'a-key-of-some-length';
  const keyed = { authorization: `Bearer ${apiKeys}` };

  test('D14 where the server alone publishes, members are refused and programs are not', async () => {
    const server = await serve({ namespaces, apiKeys });
    const client = await NativeClient.connect(server);
    await client.join('news:today');
    const refused = await client.ask('publish', { roomId: 'news:today', data: 1 });
    expect(refused).toMatchObject({ type: 'error', payload: { code: 'FORBIDDEN', originalType: 'publish' } });
    const { json } = await server.emit({ room: 'news:today', data: { hot: true }, event: 'story' }, keyed);
    expect(json).toMatchObject({ room: 'news:today', delivered: 1, offset: 1 });
    const { payload } = await client.next('publication');
    expect(payload).toMatchObject({ data: { hot: true }, event: 'story', offset: 1 });
    expect(payload.sender).toBeUndefined();
  });

  test('D14 where nobody may join, nobody does', async () => {
    const client = await NativeClient.connect(await serve({ namespaces }));
    const refused = await client.ask('join_room', { roomId: 'closed:x' });
    expect(refused).toMatchObject({ type: 'join_room_error', payload: { code: 'FORBIDDEN' } });
  });

  test('what is emitted into a room that nobody is in waits in its log', async () => {
    const server = await serve({ namespaces, apiKeys });
    await server.emit({ room: 'news:later', data: 1 }, keyed);
    const client = await NativeClient.connect(server);
    expect((await client.join('news:later')).history).toMatchObject([{ data: 1, offset: 1 }]);
  });
});
