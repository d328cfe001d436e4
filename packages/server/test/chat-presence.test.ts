import type { ServerEvents } from '@roomcast/protocol';
import { describe, expect, test } from 'vitest';
import { accountOf, ChatClient } from './support/chat.ts';
import { serve } from './support/server.ts';
import { TIMED } from './support/timed.ts';

const FAST = { chatMessageRate: 0, roomSwitchRate: 0, logLevel: 'warn' };

async function pair(settings: object = {}) {
  const server = await serve({ ...FAST, ...settings });
  const ann = await ChatClient.of(server, 'ann');
  const ben = await ChatClient.of(server, 'ben');
  await ann.join('chat:lobby');
  await ben.join('chat:lobby');
  await ann.native.next('user_joined');
  return { server, ann, ben };
}

describe('presence', () => {
  test('D8 AC-3 several devices are one user, who leaves with the last one', async () => {
    const { server, ann, ben } = await pair();
    const phone = await ChatClient.connect(server, ben.account);
    await phone.join('chat:lobby');
    await phone.native.close();
    await ann.settle();
    expect(ann.waiting('user_joined')).toEqual([]);
    expect(ann.waiting('user_left')).toEqual([]);
    await ben.native.close();
    expect((await ann.native.next('user_left')).payload).toMatchObject({
      username: 'ben',
      userId: ben.id,
      roomId: 'chat:lobby',
    });
    expect((await ann.native.next('presence_update')).payload).toMatchObject({ username: 'ben', isOnline: true });
    expect((await ann.native.next('presence_update')).payload).toMatchObject({ username: 'ben', isOnline: false });
  });

  test('D8 PR-003 a clean close is seen by others under 500 ms', TIMED, async () => {
    const { ann, ben } = await pair();
    const begun = performance.now();
    void ben.native.socket.close(1001); // what a browser sends when a tab is closed
    await ann.native.next('user_left');
    expect(performance.now() - begun).toBeLessThan(500);
  });

  test(
    'D6 D8 who leaves and joins again and again is no storm for the others, who see how it ends',
    TIMED,
    async () => {
      const { ann, ben } = await pair();
      const start = performance.now();
      for (let i = 0; i < 5; i++) {
        ben.native.tell('leave_room', { roomId: 'chat:lobby' });
        await ben.join('chat:lobby');
      }
      await ann.settle();
      const seconds = (performance.now() - start) / 1000;
      expect(ann.waiting('room_activity').length).toBeLessThanOrEqual(3 + seconds);
      const { members } = await ann.native.expect('member_list', 'get_members', { roomId: 'chat:lobby' });
      expect(members.map(({ username }) => username)).toEqual(['ann', 'ben']);
      expect([...ann.waiting('user_left'), ...ann.waiting('user_joined')]).toEqual([]);
      const begun = performance.now();
      await ben.ask('leave_room', { roomId: 'chat:lobby' });
      await ann.native.next('user_left');
      expect(performance.now() - begun).toBeLessThan(500);
    },
  );

  test('D6 who is back a moment after the others saw them go is announced once they have stayed', async () => {
    const { ann, ben } = await pair();
    await ben.ask('leave_room', { roomId: 'chat:lobby' });
    await ann.native.next('user_left');
    await ben.join('chat:lobby');
    await ann.settle();
    expect(ann.waiting('user_joined')).toEqual([]);
    expect((await ann.native.next('user_joined')).payload).toMatchObject({ username: 'ben', roomId: 'chat:lobby' });
  });

  test('D8 who comes back soon after the connection broke has never been away', async () => {
    const { server, ann, ben } = await pair();
    ben.native.socket.tcp.resetAndDestroy();
    await server.buried(ben.native.connectionId);
    const back = await ChatClient.connect(server, ben.account);
    await back.join('chat:lobby');
    await back.say('chat:lobby', 'here again');
    await ann.hear();
    expect(ann.waiting('user_left')).toEqual([]);
    expect(ann.waiting('user_joined')).toEqual([]);
    expect(ann.waiting('presence_update')).toHaveLength(1); // of the first arrival
    const { members } = await ann.native.expect('member_list', 'get_members', { roomId: 'chat:lobby' });
    expect(members.map(({ username }) => username).toSorted()).toEqual(['ann', 'ben']);
  });

  test('D8 who does not come back is gone after the grace: no ghosts', async () => {
    const { ann, ben } = await pair({ presenceGrace: 200 });
    const begun = performance.now();
    ben.native.socket.tcp.resetAndDestroy();
    await ann.native.next('user_left');
    expect(performance.now() - begun).toBeGreaterThan(190);
    const { members } = await ann.native.expect('member_list', 'get_members', { roomId: 'chat:lobby' });
    expect(members).toHaveLength(1);
    const { rooms } = await ann.native.expect('room_list', 'get_rooms');
    expect(rooms[0]).toMatchObject({ memberCount: 1 });
  });

  test('D8 D12 who falls silent is gone within the limit of the heartbeat', async () => {
    const { ann, ben } = await pair({ pingInterval: 150, pingTimeout: 400 });
    ben.native.socket.tcp.pause(); // neither reads nor answers
    expect((await ann.native.next('user_left')).payload).toMatchObject({ username: 'ben' });
  });

  test('D8 who was given up counts as gone at once, whatever becomes of the socket', async () => {
    const { ann, ben } = await pair({ pingInterval: 150, pingTimeout: 400 });
    await ann.native.next('presence_update');
    ben.native.socket.tcp.pause();
    expect((await ann.native.next('presence_update')).payload).toMatchObject({ username: 'ben', isOnline: false });
  });

  test('D8 users are listed with where they are and when they were seen last', async () => {
    const { server, ann, ben } = await pair();
    await accountOf(server, 'never');
    await ben.native.close();
    await ann.native.next('user_left');
    await expect
      .poll(async () => (await ann.native.expect('user_list', 'get_users')).users)
      .toEqual([
        { id: ann.id, username: 'ann', isOnline: true, lastSeen: expect.any(String), rooms: ['chat:lobby'] },
        { id: ben.id, username: 'ben', isOnline: false, lastSeen: expect.any(String), rooms: [] },
        { id: expect.any(String), username: 'never', isOnline: false, lastSeen: null, rooms: [] },
      ]);
    const page = await ann.native.expect('user_list', 'get_users', { limit: 2 });
    expect(page.cursor).toBe('ben');
    const rest = await ann.native.expect('user_list', 'get_users', { limit: 2, cursor: page.cursor });
    expect(rest.users.map(({ username }) => username)).toEqual(['never']);
  });

  test('D8 the list of rooms hears when a user is given up', async () => {
    const { server, ann, ben } = await pair({ presenceGrace: 200 });
    const cid = await ChatClient.of(server, 'cid');
    await cid.settle();
    ben.native.socket.tcp.resetAndDestroy();
    await ann.native.next('user_left');
    const rooms = async (): Promise<unknown[]> => {
      await cid.settle();
      return cid.waiting('room_activity').flatMap(({ payload }) => (payload as ServerEvents['room_activity']).rooms);
    };
    await expect
      .poll(rooms, { timeout: 3000 })
      .toContainEqual(expect.objectContaining({ id: 'chat:lobby', memberCount: 1 }));
  });

  test('D2 all logged-in users hear of activity in rooms they are not in', async () => {
    const { ann, ben } = await pair();
    await ben.join('chat:elsewhere');
    await ann.say('chat:lobby', 'psst');
    await expect
      .poll(
        async () => {
          await ben.settle();
          return ben
            .waiting('room_activity')
            .flatMap(({ payload }) => (payload as ServerEvents['room_activity']).rooms);
        },
        { timeout: 5000 },
      )
      .toContainEqual(expect.objectContaining({ id: 'chat:lobby', offset: 1, memberCount: 1 }));
  });
});

describe('typing', () => {
  test('D9 the others see start and stop, and only changes', async () => {
    const { ann, ben } = await pair();
    for (const isTyping of [true, true, false, false])
      ben.native.tell('user_typing', { roomId: 'chat:lobby', isTyping });
    await ben.settle();
    await ann.settle();
    expect(ann.waiting('user_typing').map(({ payload }) => payload)).toEqual([
      { roomId: 'chat:lobby', userId: ben.id, username: 'ben', isTyping: true },
      { roomId: 'chat:lobby', userId: ben.id, username: 'ben', isTyping: false },
    ]);
    expect(ben.waiting('user_typing')).toEqual([]);
  });

  test('D9 it ends with the message, with leaving, and with the connection', async () => {
    const { server, ann, ben } = await pair();
    const type = (client: ChatClient): void =>
      client.native.tell('user_typing', { roomId: 'chat:lobby', isTyping: true });
    type(ben);
    await ben.say('chat:lobby', 'done');
    const order = ['user_typing', 'user_typing', 'chat_message'];
    await ann.hear();
    expect(ann.waiting('user_typing').map(({ payload }) => (payload as { isTyping: boolean }).isTyping)).toEqual([
      true,
      false,
    ]);
    expect(ann.native.texts.map((text) => JSON.parse(text).type).filter((type) => order.includes(type))).toEqual(order);
    type(ben);
    await ben.ask('leave_room', { roomId: 'chat:lobby' });
    await ann.native.next('user_left');
    expect(ann.waiting('user_typing')).toHaveLength(4);
    await ben.join('chat:lobby');
    type(ben);
    ben.native.socket.tcp.resetAndDestroy();
    await server.buried(ben.native.connectionId);
    await ann.settle();
    expect(ann.waiting('user_typing')).toHaveLength(6);
  });

  test('D9 it ends after 3 s of silence, and a late joiner sees who types now', async () => {
    const { server, ann, ben } = await pair();
    ben.native.tell('user_typing', { roomId: 'chat:lobby', isTyping: true });
    const begun = performance.now();
    await ann.native.next('user_typing');
    const cid = await ChatClient.of(server, 'cid');
    expect((await cid.join('chat:lobby')).typing).toEqual(['ben']);
    expect((await cid.native.next('user_typing')).payload).toMatchObject({ username: 'ben', isTyping: true });
    expect((await ann.native.next('user_typing')).payload).toMatchObject({ isTyping: false });
    expect(performance.now() - begun).toBeGreaterThan(2900);
    expect((await cid.native.next('user_typing')).payload).toMatchObject({ isTyping: false });
  });

  test('D9 a user who types on two devices types until both have stopped', async () => {
    const { server, ann, ben } = await pair();
    const phone = await ChatClient.connect(server, ben.account);
    await phone.join('chat:lobby');
    for (const client of [ben, phone]) {
      client.native.tell('user_typing', { roomId: 'chat:lobby', isTyping: true });
      await client.settle();
    }
    ben.native.tell('user_typing', { roomId: 'chat:lobby', isTyping: false });
    await ben.settle();
    await ann.settle();
    expect(ann.waiting('user_typing')).toHaveLength(1);
    phone.native.tell('user_typing', { roomId: 'chat:lobby', isTyping: false });
    await phone.settle();
    await ann.settle();
    expect(ann.waiting('user_typing')).toHaveLength(2);
  });
});
