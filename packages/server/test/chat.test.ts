import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { accountOf, ChatClient } from './support/chat.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';
import { TIMED } from './support/timed.ts';

const FAST = { chatMessageRate: 0, roomSwitchRate: 0, roomCreationRate: 0, logLevel: 'warn' };
const contents = (messages: readonly { readonly content: string }[]): string[] =>
  messages.map(({ content }) => content);

async function pair(settings: object = {}) {
  const server = await serve({ ...FAST, ...settings });
  const ann = await ChatClient.of(server, 'ann');
  const ben = await ChatClient.of(server, 'ben');
  return { server, ann, ben };
}

describe('messages', () => {
  test('D2 D2a D3 D4 FR-001 FR-002 FR-006 the sender gets an acknowledgement, the others get the message', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:lobby');
    await ben.join('chat:lobby');
    const ack = await ann.say('chat:lobby', 'hello', 'm1');
    expect(ack).toMatchObject({
      roomId: 'chat:lobby',
      clientMessageId: 'm1',
      offset: 1,
      level: 'synced',
      saved: true,
      duplicate: false,
    });
    expect(await ben.hear()).toEqual({
      id: ack.id,
      roomId: 'chat:lobby',
      offset: 1,
      epoch: ack.epoch,
      sender: 'ann',
      userId: ann.id,
      content: 'hello',
      timestamp: ack.timestamp,
      clientTimestamp: null,
      clientMessageId: 'm1',
      saved: true,
    });
    await ann.settle();
    expect(ann.waiting('chat_message')).toEqual([]);
  });

  test('D3 SR-002 the sender is the authenticated user, whatever the client claims', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:lobby');
    await ben.join('chat:lobby');
    await ann.ask('chat_message', {
      roomId: 'chat:lobby',
      content: 'x',
      sender: 'ben',
      userId: ben.id,
      timestamp: 1,
      offset: 99,
    });
    expect(await ben.hear()).toMatchObject({ sender: 'ann', userId: ann.id, offset: 1 });
  });

  test('D4 nobody outside the room gets it; the other devices of the sender do', async () => {
    const { server, ann, ben } = await pair();
    const phone = await ChatClient.connect(server, ann.account);
    await ann.join('chat:lobby');
    await phone.join('chat:lobby');
    await ben.join('chat:other');
    await ann.say('chat:lobby', 'hello');
    expect(await phone.hear()).toMatchObject({ content: 'hello', sender: 'ann' });
    await ben.settle();
    expect(ben.waiting('chat_message')).toEqual([]);
  });

  test('D4 D14 speaking or typing in a room that one is not in is NOT_IN_ROOM', async () => {
    const { ann } = await pair();
    await ann.join('chat:lobby');
    for (const [type, payload] of [
      ['chat_message', { roomId: 'chat:elsewhere', content: 'x' }],
      ['user_typing', { roomId: 'chat:elsewhere', isTyping: true }],
      ['get_history', { roomId: 'chat:elsewhere' }],
      ['get_members', { roomId: 'chat:elsewhere' }],
    ] as const) {
      expect(await ann.ask(type, payload), type).toMatchObject({
        type: 'error',
        payload: { code: 'NOT_IN_ROOM', originalType: type },
      });
    }
  });

  test('D5 a resend is neither stored nor delivered twice, and gets the first result, in whatever connection', async () => {
    const { server, ann, ben } = await pair();
    await ann.join('chat:lobby');
    await ben.join('chat:lobby');
    const first = await ann.say('chat:lobby', 'once', 'same');
    const again = await ann.say('chat:lobby', 'once', 'same');
    expect(again).toEqual({ ...first, duplicate: true });
    const phone = await ChatClient.connect(server, ann.account);
    await phone.join('chat:lobby');
    expect(await phone.say('chat:lobby', 'once', 'same')).toMatchObject({ offset: 1, duplicate: true });
    expect(await ben.say('chat:lobby', 'mine', 'same')).toMatchObject({ offset: 2, duplicate: false });
    await ben.settle();
    expect(ben.waiting('chat_message')).toHaveLength(1);
    expect(contents((await ben.history('chat:lobby')).messages)).toEqual(['once', 'mine']);
  });

  test('D5 FR-011 messages of concurrent senders reach everybody in one order, without a hole', async () => {
    const { server, ann, ben } = await pair();
    const watcher = await ChatClient.of(server, 'watcher');
    for (const client of [ann, ben, watcher]) await client.join('chat:lobby');
    const sends = [ann, ben].flatMap((client) =>
      Array.from({ length: 50 }, (_, i) => client.say('chat:lobby', `${client.account.user.username}-${i}`)),
    );
    const acks = await Promise.all(sends);
    expect(acks.map(({ offset }) => offset).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
    const heard = [];
    for (let i = 0; i < 100; i++) heard.push(await watcher.hear());
    expect(heard.map(({ offset }) => offset)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    const { messages } = await ann.history('chat:lobby', { limit: 100 });
    expect(contents(messages)).toEqual(contents(heard));
  });

  test('D13 SR-002 content is trimmed, NFC-normalised, counted in code points, and sent on unchanged otherwise', async () => {
    const { ann, ben } = await pair({ maxMessageLength: 5 });
    await ann.join('chat:lobby');
    await ben.join('chat:lobby');
    await ann.say('chat:lobby', '  e\u0301 <b> \n');
    expect((await ben.hear()).content).toBe('é <b>');
    expect(await ann.say('chat:lobby', '🎉🎉🎉🎉🎉')).toMatchObject({ offset: 2 });
    for (const content of ['', '   \n', '🎉🎉🎉🎉🎉🎉', 'x'.repeat(6), '\ud800']) {
      expect(await ann.ask('chat_message', { roomId: 'chat:lobby', content }), JSON.stringify(content)).toMatchObject({
        type: 'error',
        payload: { code: 'VALIDATION_ERROR', field: 'payload.content' },
      });
    }
  });
});

describe('joining', () => {
  test('D6 FR-007 join answers with room, members and the recent history, oldest first', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:lobby');
    for (let i = 1; i <= 60; i++) await ann.say('chat:lobby', `m${i}`);
    const joined = await ben.join('chat:lobby');
    expect(joined).toMatchObject({ roomId: 'chat:lobby', roomName: 'lobby', offset: 60, recovered: false });
    expect(joined.history).toHaveLength(50);
    expect(joined.history[0]).toMatchObject({ content: 'm11', offset: 11, sender: 'ann' });
    expect(joined.history.at(-1)).toMatchObject({ content: 'm60', offset: 60 });
    expect(joined.members?.map(({ username }) => username).toSorted()).toEqual(['ann', 'ben']);
  });

  test('D6 the number of messages that a join brings is configurable', async () => {
    const { ann, ben } = await pair({ joinHistory: 3 });
    await ann.join('chat:lobby');
    for (let i = 1; i <= 5; i++) await ann.say('chat:lobby', `m${i}`);
    expect(contents((await ben.join('chat:lobby')).history)).toEqual(['m3', 'm4', 'm5']);
  });

  test('D6 joining a room one is in already is harmless and tells nobody', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:lobby');
    await ben.join('chat:lobby');
    await ann.native.next('user_joined');
    for (let i = 0; i < 3; i++) await ben.join('chat:lobby');
    await ann.settle();
    expect(ann.waiting('user_joined')).toEqual([]);
    expect((await ann.native.expect('member_list', 'get_members', { roomId: 'chat:lobby' })).members).toHaveLength(2);
  });

  test('D6 leaving while the room is being made or its history read cancels the join silently', async () => {
    const { ann } = await pair();
    ann.native.tell('join_room', { roomId: 'chat:new-one' }, 'join');
    expect((await ann.ask('leave_room', { roomId: 'chat:new-one' })).type).toBe('room_left');
    // A second room comes after it in every queue: by its answer the first would have been answered, too.
    await ann.join('chat:another');
    await ann.settle();
    expect(ann.native.frames.waiting.filter(({ id }) => id === 'join')).toEqual([]);
  });

  test('D6 D11 FR-003 who resumes gets exactly what was missed', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:lobby');
    const { epoch } = await ben.join('chat:lobby');
    for (let i = 1; i <= 10; i++) await ann.say('chat:lobby', `m${i}`);
    const resumed = await ben.join('chat:lobby', { since: { epoch: epoch ?? '', offset: 7 } });
    expect(resumed.recovered).toBe(true);
    expect(contents(resumed.history)).toEqual(['m8', 'm9', 'm10']);
  });

  test('D7 FR-017 FR-018 AC-9 EC-4 joining another room leaves the first, for oneself and for the others', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:a');
    await ben.join('chat:a');
    await ann.join('chat:b');
    expect((await ann.native.next('room_left')).payload).toEqual({ roomId: 'chat:a' });
    expect((await ben.native.next('user_left')).payload).toMatchObject({
      username: 'ann',
      userId: ann.id,
      roomId: 'chat:a',
    });
    expect(await ann.ask('chat_message', { roomId: 'chat:a', content: 'x' })).toMatchObject({
      payload: { code: 'NOT_IN_ROOM' },
    });
    expect((await ben.native.expect('member_list', 'get_members', { roomId: 'chat:a' })).members).toHaveLength(1);
  });
});

describe('rooms', () => {
  test('D7 names are normalised to ids, display names are kept, conflicts are reported', async () => {
    const { ann, ben } = await pair();
    const created = await ann.native.expect('room_created', 'create_room', { name: '  General Chat! ' });
    expect(created).toMatchObject({ roomId: 'chat:general-chat', roomName: 'General Chat!' });
    expect((await ben.native.next('room_created')).payload).toEqual(created);
    expect(await ben.ask('create_room', { name: 'general chat' })).toMatchObject({
      type: 'error',
      payload: { code: 'CONFLICT', field: 'payload.name' },
    });
    for (const given of [{ roomId: 'general-chat' }, { roomName: 'General Chat!' }, { roomId: 'chat:General Chat' }]) {
      expect(await ben.ask('join_room', given)).toMatchObject({
        type: 'join_room_success',
        payload: { roomId: 'chat:general-chat', roomName: 'General Chat!' },
      });
    }
    expect(await ann.ask('create_room', { name: '!!!' })).toMatchObject({ payload: { code: 'VALIDATION_ERROR' } });
  });

  test('D7 D2a rooms are listed with members, last activity and what is unread; the latest first', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:old');
    await ben.join('chat:old');
    await ben.join('chat:busy');
    await ann.native.next('user_left');
    await ann.say('chat:old', 'one');
    await ann.say('chat:old', 'two');
    const { rooms } = await ben.native.expect('room_list', 'get_rooms');
    expect(rooms.map(({ id }) => id)).toEqual(['chat:old', 'chat:busy']);
    expect(rooms[0]).toMatchObject({ name: 'old', memberCount: 1, offset: 2, unread: 2 });
    expect(rooms[1]).toMatchObject({ memberCount: 1, unread: 0 });
    await ben.native.expect('read_marked', 'mark_read', { roomId: 'chat:old', offset: 1 });
    const again = await ben.native.expect('room_list', 'get_rooms', { search: 'OL' });
    expect(again.rooms).toHaveLength(1);
    expect(again.rooms[0]).toMatchObject({ id: 'chat:old', unread: 1 });
  });

  test('D11 what was pruned comes from memory no more than from disk', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { server, ann, ben } = await pair({
      retentionMessages: 3,
      pingInterval: '20m', // or nobody would be left after the ten minutes
      pingTimeout: '40m',
      logLevel: 'info',
    });
    await ann.join('chat:lobby');
    for (const content of ['one', 'two', 'three', 'four', 'five']) await ann.say('chat:lobby', content);
    vi.advanceTimersByTime(600_000);
    await server.log.next(({ msg }) => msg === 'old messages deleted', 'the end of the pruning');
    expect(contents((await ben.join('chat:lobby')).history)).toEqual(['three', 'four', 'five']);
    const { messages, hasMore } = await ann.history('chat:lobby');
    expect([contents(messages), hasMore]).toEqual([['three', 'four', 'five'], false]);
  });

  test('D2 unread are messages of others; of a room where one never was, nobody can say', async () => {
    const { server, ann, ben } = await pair();
    const phone = await ChatClient.connect(server, ben.account);
    await ann.join('chat:tea');
    await ben.join('chat:tea');
    await ann.say('chat:tea', 'one');
    await ben.say('chat:tea', 'two');
    await ben.say('chat:tea', 'three');
    await ann.join('chat:secret');
    await ann.say('chat:secret', 'psst');
    const unread = async (client: ChatClient) => {
      const { rooms } = await client.native.expect('room_list', 'get_rooms');
      return Object.fromEntries(rooms.map((room) => [room.id, room.unread]));
    };
    expect(await unread(phone)).toEqual({ 'chat:tea': 1, 'chat:secret': null });
    expect(await unread(ann)).toEqual({ 'chat:tea': 2, 'chat:secret': 0 });
    await phone.native.expect('read_marked', 'mark_read', { roomId: 'chat:tea', offset: 1 });
    expect(await unread(ben)).toEqual({ 'chat:tea': 0, 'chat:secret': null });
  });

  test('D7 the list comes in pages', async () => {
    const { ann } = await pair();
    for (let i = 0; i < 7; i++) await ann.native.expect('room_created', 'create_room', { name: `room ${i}` });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { rooms: readonly { id: string }[]; cursor: string | null } = await ann.native.expect(
        'room_list',
        'get_rooms',
        {
          limit: 3,
          ...(cursor === null ? {} : { cursor }),
        },
      );
      seen.push(...page.rooms.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(Array.from({ length: 7 }, (_, i) => `chat:room-${i}`));
  });

  test('FR-015 anybody may delete a room: its members are told and out, it is hidden, and rejoining brings nothing back', async () => {
    const { server, ann, ben } = await pair();
    const cid = await ChatClient.of(server, 'cid');
    await ann.join('chat:doomed');
    await ann.say('chat:doomed', 'kept');
    await ben.join('chat:doomed');
    expect((await cid.ask('delete_room', { roomId: 'chat:doomed' })).type).toBe('room_deleted');
    for (const client of [ann, ben]) {
      expect((await client.native.next('room_deleted')).payload).toEqual({ roomId: 'chat:doomed', deletedBy: 'cid' });
    }
    expect(await ann.ask('chat_message', { roomId: 'chat:doomed', content: 'x' })).toMatchObject({
      payload: { code: 'NOT_IN_ROOM' },
    });
    expect(await ann.ask('join_room', { roomId: 'chat:doomed' })).toMatchObject({
      type: 'join_room_error',
      payload: { code: 'NOT_FOUND' },
    });
    expect((await ann.native.expect('room_list', 'get_rooms')).rooms).toEqual([]);
    const created = await ann.native.expect('room_created', 'create_room', { name: 'Doomed' });
    expect(created.roomId).toBe('chat:doomed');
    expect((await ann.join('chat:doomed')).history).toEqual([]);
  });

  test('D2a a room that cannot be joined is named by its whole id, and what is no name as it was given', async () => {
    const { ann } = await pair();
    await ann.join('chat:tea-room');
    await ann.native.expect('room_deleted', 'delete_room', { roomId: 'chat:tea-room' });
    for (const given of [{ roomName: 'Tea Room' }, { roomId: 'tea-room' }, { roomId: 'chat:tea-room' }]) {
      expect(await ann.ask('join_room', given)).toMatchObject({
        type: 'join_room_error',
        payload: { roomId: 'chat:tea-room', code: 'NOT_FOUND' },
      });
    }
    expect(await ann.ask('join_room', { roomName: '!!!' })).toMatchObject({
      type: 'join_room_error',
      payload: { roomId: '!!!', code: 'VALIDATION_ERROR' },
    });
  });

  test('D17a a room named temp-… vanishes with its last member', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:temp-x');
    await ann.say('chat:temp-x', 'gone');
    await ann.ask('leave_room', { roomId: 'chat:temp-x' });
    expect((await ben.native.next('room_deleted')).payload).toEqual({ roomId: 'chat:temp-x', deletedBy: null });
  });
});

describe('history', () => {
  test('D11 FR-020 pages by cursor, never the whole at once', async () => {
    const { ann } = await pair();
    await ann.join('chat:long');
    for (let i = 1; i <= 120; i++) ann.native.tell('chat_message', { roomId: 'chat:long', content: `m${i}` });
    await ann.say('chat:long', 'last');
    const page = await ann.history('chat:long');
    expect([page.messages.length, page.messages[0]?.offset, page.hasMore]).toEqual([50, 72, true]);
    const older = await ann.history('chat:long', { before: 72, limit: 100 });
    expect([older.messages.length, older.messages[0]?.offset, older.hasMore]).toEqual([71, 1, false]);
    const newer = await ann.history('chat:long', { after: 100, limit: 10 });
    expect([newer.messages[0]?.offset, newer.messages.at(-1)?.offset, newer.hasMore]).toEqual([101, 110, true]);
    expect(await ann.ask('get_history', { roomId: 'chat:long', limit: 501 })).toMatchObject({
      payload: { code: 'VALIDATION_ERROR' },
    });
  });

  test('search finds words in one room or all, by sender and time, newest first and in pages', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:a');
    await ann.say('chat:a', 'the quick brown fox');
    await ben.join('chat:b');
    await ben.say('chat:b', 'quick thinking');
    await ann.say('chat:a', 'slow thinking');
    const find = async (query: object) => {
      const { messages } = await ann.native.expect('search_results', 'search', query);
      return contents(messages);
    };
    expect(await find({ text: 'quick' })).toEqual(['quick thinking', 'the quick brown fox']);
    expect(await find({ text: 'think', roomId: 'chat:a' })).toEqual(['slow thinking']);
    expect(await find({ text: 'quick', sender: 'BEN' })).toEqual(['quick thinking']);
    expect(await find({ text: 'quick', sender: 'nobody' })).toEqual([]);
    expect(await find({ text: 'quick', to: '2020-01-01' })).toEqual([]);
    expect(await find({ text: '"* OR (' })).toEqual([]);
    const first = await ann.native.expect('search_results', 'search', { text: 'thinking', limit: 1 });
    expect(contents(first.messages)).toEqual(['slow thinking']);
    const second = await ann.native.expect('search_results', 'search', {
      text: 'thinking',
      limit: 1,
      cursor: first.cursor,
    });
    expect(contents(second.messages)).toEqual(['quick thinking']);
  });
});

describe('identity', () => {
  test('D10 SR-001 chat commands without an identity are UNAUTHENTICATED, and the rest goes on', async () => {
    const { server } = await pair();
    const stranger = await NativeClient.connect(server);
    expect(await stranger.ask('join_room', { roomId: 'chat:lobby' })).toMatchObject({
      type: 'join_room_error',
      payload: { code: 'UNAUTHENTICATED' },
    });
    for (const [type, payload] of [
      ['chat_message', { roomId: 'chat:lobby', content: 'x' }],
      ['user_typing', { roomId: 'chat:lobby', isTyping: true }],
      ['create_room', { name: 'x' }],
      ['delete_room', { roomId: 'chat:lobby' }],
      ['get_rooms', { namespace: 'chat' }],
      ['get_users', {}],
      ['search', { text: 'x' }],
      ['mark_read', { roomId: 'chat:lobby', offset: 1 }],
      ['get_history', { roomId: 'chat:lobby' }],
    ] as const) {
      expect(await stranger.ask(type, payload), type).toMatchObject({
        type: 'error',
        payload: { code: 'UNAUTHENTICATED' },
      });
    }
    await stranger.join('live:x');
  });

  test('D10 a token at /ws makes the same user, beside rooms of other kinds', async () => {
    const { server } = await pair();
    const client = await ChatClient.connect(server, await accountOf(server, 'dora'), '/ws');
    expect(client.established).toMatchObject({
      user: { username: 'dora' },
      preset: 'accounts',
      storageAvailable: true,
    });
    await client.join('chat:lobby');
    await client.native.join('live:x');
    expect(await client.say('chat:lobby', 'hi')).toMatchObject({ offset: 1 });
  });
});

describe('at the same moment', () => {
  test('D7 of two who create the same room one is told of the conflict, and everybody hears of it once', async () => {
    const { server, ann, ben } = await pair();
    const watcher = await ChatClient.of(server, 'watcher');
    const answers = await Promise.all([ann, ben].map((client) => client.ask('create_room', { name: 'Same' })));
    expect(answers.map(({ type }) => type).toSorted()).toEqual(['error', 'room_created']);
    await watcher.settle();
    expect(watcher.waiting('room_created')).toHaveLength(1);
  });

  test('FR-015 a room that is deleted while somebody may come back to it takes nothing of its successor along', async () => {
    const { server, ann, ben } = await pair({ presenceGrace: 100 });
    const cid = await ChatClient.of(server, 'cid');
    await cid.join('chat:temp-x');
    await cid.say('chat:temp-x', 'one');
    cid.native.socket.tcp.resetAndDestroy();
    await server.buried(cid.native.connectionId);
    await ben.native.expect('room_deleted', 'delete_room', { roomId: 'chat:temp-x' });
    await ben.native.expect('room_created', 'create_room', { name: 'temp-x' });
    await ben.join('chat:temp-x');
    await ann.native.next('presence_update');
    await expect
      .poll(
        async () =>
          (await ann.native.expect('user_list', 'get_users')).users.find(({ username }) => username === 'cid')
            ?.isOnline,
      )
      .toBe(false);
    expect(await ben.say('chat:temp-x', 'two')).toMatchObject({ offset: 1 });
    expect(await server.metric('roomcast_log_bytes')).toBeGreaterThan(0);
    expect(await server.metric('roomcast_log_bytes')).toBeLessThan(1000);
  });

  test('commands that come right behind the join of a room in use find it joined', async () => {
    const { ann, ben } = await pair();
    await ann.join('chat:lobby');
    await ben.settle();
    await ben.native.expect('room_list', 'get_rooms');
    ben.native.tell('join_room', { roomId: 'chat:lobby' });
    expect(await ben.say('chat:lobby', 'pipelined')).toMatchObject({ offset: 1 });
  });
});

test('D14 text that takes seconds to normalise holds nobody up', TIMED, async () => {
  const { ann, ben } = await pair();
  await ann.join('chat:lobby');
  const begun = performance.now();
  const content = `a${'\u0315'.repeat(40_000)}${'\u0323'.repeat(40_000)}`;
  expect(await ann.ask('chat_message', { roomId: 'chat:lobby', content })).toMatchObject({
    payload: { code: 'VALIDATION_ERROR' },
  });
  await ben.settle();
  expect(performance.now() - begun).toBeLessThan(1000);
  for (const nothing of ['\u200b\u200d', '\u0000', '\u2060 \u200b']) {
    expect(await ann.ask('chat_message', { roomId: 'chat:lobby', content: nothing })).toMatchObject({
      payload: { code: 'VALIDATION_ERROR' },
    });
  }
});

test('SR-001 programs cannot speak in chat rooms without being a user', async () => {
  const { server, ann } = await pair({ apiKeys: 'a-key-of-sixteen-characters' });
  await ann.join('chat:lobby');
  const answer = await server.emit(
    { room: 'chat:lobby', data: 1 },
    { authorization: 'Bearer a-key-of-sixteen-characters' },
  );
  expect(answer).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
});

test('OR-005 OR-006 D17 connections, and who joins and leaves which room, are logged with their ids', async () => {
  const server = await serve({ ...FAST, logLevel: 'info' });
  const ann = await ChatClient.of(server, 'ann');
  await ann.join('chat:lobby');
  await ann.say('chat:lobby', 'a secret between us');
  await ann.native.close();
  await server.buried(ann.native.connectionId);
  const lines = server.log.waiting.filter((line) => line.connectionId === ann.native.connectionId);
  expect(lines.map(({ msg }) => msg)).toEqual(['connection opened', 'room joined', 'room left']);
  for (const line of lines) expect(line).toMatchObject({ level: 'info', userId: ann.id });
  expect(lines[1]).toMatchObject({ roomId: 'chat:lobby' });
  expect(JSON.stringify(server.log.waiting)).not.toContain('secret');
});
