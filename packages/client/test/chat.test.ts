import type { ServerEvents } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { gather, next } from './events.ts';
import { chatMessage, type Peer } from './fake-server.ts';
import { withFakeChat } from './setup.ts';

const GENERAL = 'chat:general';
const ANN = { connectionId: 'c1', userId: 'ann', username: 'Ann' };
const BOB = { connectionId: 'c2', userId: 'bob', username: 'Bob' };

function say(peer: Peer, ...offsets: number[]): void {
  for (const offset of offsets) peer.send('chat_message', chatMessage(offset));
}

async function inGeneral(reply: Partial<ServerEvents['join_room_success']> = {}) {
  const context = await withFakeChat();
  const room = context.chat.join('general');
  const messages = gather(room, 'message');
  const joined = next(room, 'joined');
  const peer = await context.server.peer();
  peer.establish();
  const { payload } = await peer.admit({ epoch: 'e', offset: 0, ...reply });
  await joined;
  return { ...context, room, messages, peer, payload };
}

const offsets = (messages: { all: [{ offset: number | null }][] }) => messages.all.map(([{ offset }]) => offset);

test('D6 the first join brings the recent page with `joined`, and live messages follow', async () => {
  const { chat, server } = await withFakeChat();
  const room = chat.join('General Chat!', { limit: 2 });
  expect(room.id).toBe('chat:general-chat');
  expect(chat.join('general-chat')).toBe(room);
  const joined = next(room, 'joined');
  const messages = gather(room, 'message');
  const peer = await server.peer();
  peer.establish();
  const history = [chatMessage(1), chatMessage(2)];
  const { payload } = await peer.admit({ epoch: 'e', offset: 2, history, roomName: 'General Chat!', lastRead: 1 });
  expect(payload).toEqual({ roomId: 'chat:general-chat', limit: 2 });
  expect((await joined)[0]).toEqual({
    roomName: 'General Chat!',
    recovered: false,
    history,
    offset: 2,
    epoch: 'e',
    lastRead: 1,
  });
  peer.send('chat_message', chatMessage(3, { roomId: room.id }));
  await messages.upTo(1);
  expect(offsets(messages)).toEqual([3]);
});

test('D2 nothing is said before the server has told who this is', async () => {
  const { chat, server } = await withFakeChat();
  chat.join('general');
  const ready = next(chat, 'ready');
  const peer = await server.peer();
  peer.greet();
  expect(chat.user).toBeNull();
  peer.establish({ user: { id: 'u1', username: 'Una' } });
  expect((await ready)[0].user).toEqual({ id: 'u1', username: 'Una' });
  await peer.expect('join_room');
});

test('D5 comes back with its position and gets what it missed, once and in the order of the room', async () => {
  const { server, clock, room, messages, peer, chat } = await inGeneral();
  say(peer, 1, 2);
  await messages.upTo(2);
  const waiting = next(chat, 'state', ({ state }) => state === 'reconnecting');
  peer.die();
  await waiting;
  expect(room.joined).toBe(false);
  clock.advance(1000);
  const again = await server.peer();
  again.establish();
  // In preset `open` a page is in the order of the senders' clocks.
  const history = [chatMessage(4), chatMessage(2), chatMessage(3)];
  const joined = next(room, 'joined');
  const { payload } = await again.admit({ epoch: 'e', offset: 4, recovered: true, history });
  expect(payload.since).toEqual({ epoch: 'e', offset: 2 });
  expect((await joined)[0]).toMatchObject({ recovered: true, history: [] });
  say(again, 4, 5);
  await messages.upTo(5);
  expect(offsets(messages)).toEqual([1, 2, 3, 4, 5]);
});

test('D5 a gap while connected is filled by one join, without doubles', async () => {
  const { peer, messages } = await inGeneral();
  say(peer, 1, 4, 5);
  const history = [2, 3, 4, 5].map((offset) => chatMessage(offset));
  const { payload } = await peer.admit({ epoch: 'e', offset: 5, recovered: true, history });
  expect(payload.since).toEqual({ epoch: 'e', offset: 1 });
  say(peer, 5, 6);
  await messages.upTo(6);
  expect(offsets(messages)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('D18 a message that was not saved is given once, and told to be saved later', async () => {
  const { peer, room, messages } = await inGeneral();
  const saved = next(room, 'saved');
  const loose = { content: 'hi', clientMessageId: 'x' };
  peer.send('chat_message', chatMessage(null, loose));
  peer.send('chat_message', chatMessage(null, loose));
  peer.send('chat_message', chatMessage(1, loose));
  expect((await saved)[0]).toMatchObject({ offset: 1, content: 'hi' });
  expect(offsets(messages)).toEqual([null]);
});

test('FR-017 joining another room leaves the first, whose messages are heard no more', async () => {
  const { chat, peer, room, messages } = await inGeneral();
  const left = next(room, 'left');
  const other = chat.join('other');
  expect((await left)[0]).toEqual({ reason: 'switched', by: null });
  expect(chat.room).toBe(other);
  const joined = next(other, 'joined');
  say(peer, 1);
  peer.send('room_left', { roomId: GENERAL });
  await peer.admit({ epoch: 'f', offset: 0 });
  await joined;
  expect(messages.all).toEqual([]);
});

test('FR-017 going there and back again is not mistaken for being taken out', async () => {
  const { chat, peer } = await inGeneral();
  chat.join('other');
  const back = chat.join('general');
  const lefts = gather(back, 'left');
  const joined = next(back, 'joined');
  await peer.expect('join_room');
  // The server's word on the first change of room comes when the second is on its way.
  peer.send('room_left', { roomId: GENERAL });
  peer.send('room_left', { roomId: 'chat:other' });
  await peer.admit({ epoch: 'e', offset: 0 });
  await joined;
  expect(lefts.all).toEqual([]);
  peer.send('room_left', { roomId: GENERAL });
  await lefts.upTo(1);
  expect(lefts.all[0]?.[0].reason).toBe('removed');
});

test('SR-007 a join that comes too soon waits as long as the server says, and says so', async () => {
  const { chat, clock, server } = await withFakeChat();
  const room = chat.join('general');
  const delayed = next(room, 'delayed');
  const peer = await server.peer();
  peer.establish();
  peer.refuse(await peer.expect('join_room'), 'RATE_LIMITED', 12_000);
  expect((await delayed)[0]).toMatchObject({ code: 'RATE_LIMITED', delay: 12_000 });
  const joined = next(room, 'joined');
  clock.advance(12_000);
  await peer.admit({ epoch: 'e', offset: 0 });
  await joined;
});

test('FR-015 a deleted room is left, and its waiting messages fail with the reason', async () => {
  const { chat, peer, room } = await inGeneral();
  const left = next(room, 'left');
  const deleted = next(chat, 'room_deleted');
  const sending = room.send('too late');
  peer.send('room_deleted', { roomId: GENERAL, deletedBy: 'Bob' });
  expect((await left)[0]).toEqual({ reason: 'deleted', by: 'Bob' });
  await deleted;
  expect(chat.room).toBeNull();
  await expect(sending).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('D8 members are users, however many devices they have', async () => {
  const { peer, room } = await inGeneral({ members: [ANN, BOB, { ...BOB, connectionId: 'c3' }] });
  expect(room.members).toEqual([ANN, { ...BOB, connectionId: 'c3' }]);
  const came = next(room, 'member_joined');
  const eve = { connectionId: 'c4', userId: 'eve', username: 'Eve' };
  peer.send('user_joined', { ...eve, roomId: GENERAL, timestamp: '' });
  expect((await came)[0]).toEqual(eve);
  const went = next(room, 'member_left');
  peer.send('user_left', { ...BOB, roomId: GENERAL, timestamp: '' });
  expect((await went)[0]).toMatchObject({ userId: 'bob' });
  expect(room.members.map(({ username }) => username)).toEqual(['Ann', 'Eve']);
});

test('D9 tells who is typing in the order in which they began: not oneself, and nobody who has spoken or gone', async () => {
  const { peer, room } = await inGeneral({ members: [ANN, BOB], typing: ['Bob', 'Ann'] });
  const typing = gather(room, 'typing');
  const write = (userId: string, username: string, isTyping = true) =>
    peer.send('user_typing', { roomId: GENERAL, userId, username, isTyping });
  write('eve', 'Eve');
  write('ann', 'Ann');
  await typing.upTo(1);
  say(peer, 1);
  await typing.upTo(2);
  write('bob', 'Bob');
  write('eve', 'Eve', false);
  await typing.upTo(4);
  peer.send('user_left', { ...BOB, roomId: GENERAL, timestamp: '' });
  await typing.upTo(5);
  expect(typing.all.map(([names]) => names.join())).toEqual(['Bob,Eve', 'Eve', 'Eve,Bob', 'Bob', '']);
});

test('D9 says that one is typing every two seconds at most, and that one has stopped after three of silence', async () => {
  const { peer, room, clock } = await inGeneral();
  room.typed();
  room.typed();
  expect((await peer.expect('user_typing')).payload.isTyping).toBe(true);
  clock.advance(2000);
  room.typed();
  expect((await peer.expect('user_typing')).payload.isTyping).toBe(true);
  clock.advance(3000);
  expect((await peer.expect('user_typing')).payload.isTyping).toBe(false);
  room.typed();
  await peer.expect('user_typing');
  void room.send('done');
  expect((await peer.expect('user_typing')).payload.isTyping).toBe(false);
  await peer.acceptChat(1);
});

test('D11 pages, rooms, search and marks are asked for and answered, or refused with the code', async () => {
  const { chat, peer } = await inGeneral();
  const page = chat.history({ roomId: GENERAL, before: 51, limit: 50 });
  const { id, payload } = await peer.expect('get_history');
  expect(payload).toEqual({ roomId: GENERAL, before: 51, limit: 50 });
  peer.send('history', { roomId: GENERAL, publications: [], epoch: 'e', hasMore: true }, id);
  expect((await page).hasMore).toBe(true);
  const create = chat.createRoom('General');
  peer.refuse(await peer.expect('create_room'), 'CONFLICT');
  await expect(create).rejects.toMatchObject({ code: 'CONFLICT', message: 'CONFLICT, in words.' });
  const read = next(chat, 'read');
  const marking = chat.markRead(GENERAL, 7);
  peer.send('read_marked', { roomId: GENERAL, offset: 7 }, (await peer.expect('mark_read')).id);
  await marking;
  expect((await read)[0]).toEqual({ roomId: GENERAL, offset: 7 });
});

test('a question without an answer is given up after ten seconds, and at once without a connection', async () => {
  const { chat, peer, clock } = await inGeneral();
  const silent = chat.rooms();
  await peer.expect('get_rooms');
  clock.advance(10_000);
  await expect(silent).rejects.toMatchObject({ code: 'NO_ANSWER' });
  const cut = chat.rooms();
  await peer.expect('get_rooms');
  peer.die();
  await expect(cut).rejects.toMatchObject({ code: 'OFFLINE' });
  await expect(chat.rooms()).rejects.toMatchObject({ code: 'OFFLINE' });
});

test('D15 a session that ends is told, and the client does not come back by itself', async () => {
  const { chat, peer } = await inGeneral();
  const expired = next(chat, 'session_expired');
  const lost = next(chat, 'disconnect');
  peer.send('session_expired', { reason: 'Logged out.' });
  peer.close(4001, 'Logged out.');
  expect((await expired)[0]).toBe('Logged out.');
  expect((await lost)[0]).toMatchObject({ code: 4001, reconnect: false });
  expect(chat.state).toBe('disconnected');
});

test('rooms that come, go or are spoken in elsewhere are told', async () => {
  const { chat, peer } = await inGeneral();
  const created = next(chat, 'room_created');
  const activity = next(chat, 'room_activity');
  const room = { id: 'chat:new', name: 'New', memberCount: 0, lastActivity: '2026-01-01T00:00:00.000Z', offset: 0 };
  peer.send('room_created', { roomId: room.id, roomName: room.name, room });
  peer.send('room_activity', { rooms: [{ ...room, offset: 3 }] });
  expect((await created)[0]).toEqual(room);
  expect((await activity)[0]).toEqual([{ ...room, offset: 3 }]);
});
