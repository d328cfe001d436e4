import { describe, expect, test } from 'vitest';
import { accountOf, ChatClient } from './support/chat.ts';
import { call } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';

describe('rates', () => {
  test('SR-007 D13 ten messages per second and user, whatever the number of devices; then RATE_LIMITED with retryAfter', async () => {
    const server = await serve();
    const ann = await ChatClient.of(server, 'ann');
    const phone = await ChatClient.connect(server, ann.account);
    await ann.join('chat:lobby');
    await phone.join('chat:lobby');
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, i) =>
        (i % 2 ? ann : phone).ask('chat_message', { roomId: 'chat:lobby', content: `${i}` }),
      ),
    );
    const refused = answers.filter(({ type }) => type === 'error');
    expect(refused).toHaveLength(5);
    for (const { payload } of refused) {
      expect(payload).toMatchObject({ code: 'RATE_LIMITED', originalType: 'chat_message' });
      const { retryAfter } = payload as { retryAfter: number };
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(1000);
    }
    expect((await ann.history('chat:lobby')).messages).toHaveLength(10);
  });

  test('SR-007 five changes of the room per minute; coming back after a reconnect is none', async () => {
    const server = await serve();
    const ann = await ChatClient.of(server, 'ann');
    for (const room of ['start', 'a', 'b', 'c', 'd', 'e']) await ann.join(`chat:${room}`);
    expect(await ann.ask('join_room', { roomId: 'chat:f' })).toMatchObject({
      type: 'error',
      payload: { code: 'RATE_LIMITED', originalType: 'join_room', retryAfter: expect.any(Number) },
    });
    await ann.join('chat:e');
    await ann.native.close();
    const back = await ChatClient.connect(server, ann.account);
    await back.join('chat:e');
    expect(await back.ask('join_room', { roomId: 'chat:a' })).toMatchObject({ payload: { code: 'RATE_LIMITED' } });
  });

  test('SR-007 a join that gets no room is no change of the room', async () => {
    const server = await serve({ roomCreationRate: 2 });
    const ann = await ChatClient.of(server, 'ann');
    await ann.join('chat:start');
    await ann.native.expect('room_created', 'create_room', { name: 'there' });
    for (let i = 0; i < 6; i++) {
      expect(await ann.ask('join_room', { roomId: `chat:typo-${i}` })).toMatchObject({
        payload: { code: 'RATE_LIMITED', message: expect.stringContaining('You can create') },
      });
    }
    for (const room of ['there', 'start', 'there', 'start', 'there']) await ann.join(`chat:${room}`);
    expect(await ann.ask('join_room', { roomId: 'chat:start' })).toMatchObject({
      payload: { code: 'RATE_LIMITED', message: expect.stringContaining('You can change the room') },
    });
  });

  test('SR-007 changes of the room that are asked for at once are limited as others are', async () => {
    const server = await serve({ roomCreationRate: 0 });
    const ann = await ChatClient.of(server, 'ann');
    await ann.join('chat:start');
    for (let i = 0; i < 8; i++) ann.native.tell('join_room', { roomId: `chat:new-${i}` });
    await ann.settle();
    expect(ann.waiting('error').map(({ payload }) => payload)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ code: 'RATE_LIMITED' })),
    );
  });

  test('D13 rooms created per minute are limited, joining unknown ones included', async () => {
    const server = await serve({ roomCreationRate: 2, roomSwitchRate: 0 });
    const ann = await ChatClient.of(server, 'ann');
    await ann.native.expect('room_created', 'create_room', { name: 'one' });
    await ann.join('chat:two');
    for (const [type, payload] of [
      ['create_room', { name: 'three' }],
      ['join_room', { roomId: 'chat:three' }],
    ] as const) {
      expect(await ann.ask(type, payload)).toMatchObject({
        type: 'error',
        payload: { code: 'RATE_LIMITED', originalType: type },
      });
    }
    await ann.join('chat:one');
  });

  test('D13 the number of rooms is bounded', async () => {
    const server = await serve({ maxChatRooms: 2, roomSwitchRate: 0 });
    const ann = await ChatClient.of(server, 'ann');
    await ann.join('chat:one');
    await ann.join('chat:two');
    expect(await ann.ask('create_room', { name: 'three' })).toMatchObject({ payload: { code: 'LIMIT_EXCEEDED' } });
    await ann.native.expect('room_deleted', 'delete_room', { roomId: 'chat:one' });
    await ann.native.expect('room_created', 'create_room', { name: 'three' });
  });
});

describe('the preset open', () => {
  const OPEN = { preset: 'open' };

  test('FR-010 FR-021 a username is enough', async () => {
    const server = await serve(OPEN);
    const ann = await ChatClient.of(server, 'ann', 'open');
    expect(ann.established).toMatchObject({ preset: 'open', user: { username: 'ann' } });
    await ann.join('chat:lobby');
    expect(await ann.say('chat:lobby', 'hello')).toMatchObject({ offset: 1 });
  });

  test('PR-004 one connection per user: the newest supersedes, the old one is told and does not reconnect', async () => {
    const server = await serve(OPEN);
    const ann = await ChatClient.of(server, 'ann', 'open');
    const newest = await ChatClient.connect(server, ann.account);
    expect((await ann.native.next('disconnect')).payload).toMatchObject({ code: 4004, reconnect: false });
    expect(await ann.native.closed).toMatchObject({ code: 4004 });
    await newest.settle();
  });

  test('FR-013 the eleventh user is told in words that the server is full, until somebody leaves', async () => {
    const server = await serve(OPEN);
    const late = await accountOf(server, 'late-comer', 'open');
    const people = [];
    for (let i = 0; i < 10; i++) people.push(await ChatClient.of(server, `user-${i}`, 'open'));
    const headers = { authorization: `Bearer ${late.token}` };
    const eleventh = await NativeClient.connect(server, { headers }, '/ws/chat');
    const { reason, code } = (await eleventh.next('disconnect')).payload;
    expect(reason).toContain('The server is full');
    expect(code).toBe(4103);
    const login = await call(server.port, {
      method: 'POST',
      path: '/api/auth/login',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'another' }),
    });
    expect(login).toMatchObject({
      status: 503,
      json: { code: 'SERVER_BUSY', detail: expect.stringContaining('The server is full') },
    });
    // Somebody who is here already may come on another device.
    const again = await ChatClient.connect(server, people[0]?.account ?? late);
    await again.settle();
    await people[1]?.native.close();
    await again.native.next('presence_update');
    await (await ChatClient.connect(server, late)).settle();
  });

  test('FR-008 EC-2 history is in the order of the clients\u2019 clocks, clamped to a day; the server\u2019s order breaks ties', async () => {
    const server = await serve(OPEN);
    const ann = await ChatClient.of(server, 'ann', 'open');
    const ben = await ChatClient.of(server, 'ben', 'open');
    await ann.join('chat:lobby');
    const now = Date.now();
    const say = (content: string, time: string) => {
      ann.native.socket.send(
        JSON.stringify({
          type: 'chat_message',
          payload: { roomId: 'chat:lobby', content },
          timestamp: time,
          id: content,
        }),
      );
      return ann.native.frames.next(({ id }) => id === content);
    };
    await say('second', new Date(now).toISOString());
    await say('first', new Date(now - 5000).toISOString());
    await say('third', new Date(now).toISOString());
    await say('ancient', '2001-01-01T00:00:00Z');
    const { history } = await ben.join('chat:lobby');
    expect(history.map(({ content }) => content)).toEqual(['ancient', 'first', 'second', 'third']);
    expect(history.map(({ offset }) => offset)).toEqual([4, 2, 1, 3]);
    const clamped = Date.parse(history[0]?.clientTimestamp ?? '');
    expect(now - clamped).toBeLessThanOrEqual(86_400_000);
    expect(now - clamped).toBeGreaterThan(86_300_000);
    expect(await say('bad', 'yesterday')).toMatchObject({
      type: 'error',
      payload: { code: 'VALIDATION_ERROR', field: 'timestamp' },
    });
  });

  test('SR-007 its rates are fixed', async () => {
    await expect(serve({ ...OPEN, chatMessageRate: 11 })).rejects.toThrow('fixes');
  });
});
