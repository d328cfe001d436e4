import { expect, test } from 'vitest';
import {
  type Chat,
  type ChatOptions,
  MemoryOutboxStore,
  type Outgoing,
  type StoredOutgoing,
} from '../src/chat/index.ts';
import { gather, next } from './events.ts';
import { chatMessage, type Peer } from './fake-server.ts';
import { withFakeChat } from './setup.ts';

const GENERAL = 'chat:general';

async function inGeneral(options: ChatOptions = {}) {
  const context = await withFakeChat(options);
  const { chat, server } = context;
  const room = chat.join('general');
  const outgoing = gather(chat, 'outgoing');
  const joined = next(room, 'joined');
  const peer = await server.peer();
  peer.establish();
  await peer.admit({ epoch: 'e', offset: 0 });
  await joined;
  return { ...context, room, peer, outgoing, reconnected: () => reconnected(context) };
}

/** Lives through the wait before the next attempt, and is let into the room again. */
async function reconnected({ clock, server }: Awaited<ReturnType<typeof withFakeChat>>) {
  clock.advance(1000);
  const peer = await server.peer();
  peer.establish();
  await peer.admit({ epoch: 'e', offset: 0, recovered: true });
  return peer;
}

const waiting = (chat: Chat) => next(chat, 'state', ({ state }) => state === 'reconnecting');
const failure = (chat: Chat) => next(chat, 'outgoing', ({ state }) => state === 'failed');
const states = (outgoing: { all: [Outgoing][] }) => outgoing.all.map(([{ state }]) => state);

test('D16 what is written before there is a connection is sent once there is, in order, one at a time', async () => {
  const { chat, server } = await withFakeChat();
  const room = chat.join('general');
  const sent = Promise.all([room.send('one'), room.send('two')]);
  const peer = await server.peer();
  peer.establish();
  await peer.admit({ epoch: 'e', offset: 0 });
  expect((await peer.acceptChat(1)).payload.content).toBe('one');
  expect((await peer.acceptChat(2)).payload.content).toBe('two');
  expect((await sent).map(({ position }) => position?.offset)).toEqual([1, 2]);
  expect(chat.outbox.list()).toEqual([]);
});

test('D16 FR-019 a message is stored before it is sent, with an id that nobody can guess', async () => {
  const store = new MemoryOutboxStore();
  const put = store.put.bind(store);
  let keep = () => {};
  store.put = async (message) => {
    await new Promise<void>((resolve) => {
      keep = resolve;
    });
    await put(message);
  };
  const { peer, room, chat } = await inGeneral({ outbox: store });
  const sending = room.send('hello');
  // Something that makes the client look for messages to send.
  peer.send('storage_state', { available: true });
  await next(chat, 'storage');
  // The first thing that the server hears is what was asked later.
  const asked = chat.rooms();
  peer.send('room_list', { rooms: [], cursor: null }, (await peer.expect('get_rooms')).id);
  await asked;
  keep();
  const { payload, timestamp } = await peer.acceptChat(1);
  expect(payload.clientMessageId).toMatch(/^[0-9a-f]{32}$/);
  expect(timestamp).toBe(new Date(1_000_000).toISOString());
  await sending;
  expect(await store.claim('ann')).toEqual([]);
});

test('D16 a store that does not answer holds a message back for two seconds, not for ever', async () => {
  const store = new MemoryOutboxStore();
  store.put = () => new Promise(() => {});
  const { peer, room, clock } = await inGeneral({ outbox: store });
  void room.send('hello');
  clock.advance(2000);
  await peer.acceptChat(1);
});

test('EC-5 a message whose answer was lost is sent again under the same id, before those behind it', async () => {
  const { chat, peer, room, reconnected, outgoing } = await inGeneral();
  const sending = [room.send('one'), room.send('two')];
  const first = await peer.expect('chat_message');
  const gone = waiting(chat);
  peer.die();
  await gone;
  const again = await reconnected();
  const { payload } = await again.acceptChat(1, { duplicate: true });
  expect(payload).toEqual(first.payload);
  expect((await again.acceptChat(2)).payload.content).toBe('two');
  await Promise.all(sending);
  expect(states(outgoing).filter((state) => state === 'sent')).toHaveLength(2);
});

test('EC-5 a message that comes back as one that was missed is sent, and not told as a message', async () => {
  const { chat, peer, room, server, clock } = await inGeneral();
  const messages = gather(room, 'message');
  const sending = room.send('one');
  const { payload } = await peer.expect('chat_message');
  const gone = waiting(chat);
  peer.die();
  await gone;
  clock.advance(1000);
  const again = await server.peer();
  again.establish();
  const own = chatMessage(1, { userId: 'ann', sender: 'Ann', clientMessageId: `${payload.clientMessageId}` });
  await again.admit({ epoch: 'e', offset: 1, recovered: true, history: [own] });
  expect((await sending).position).toEqual({ epoch: 'e', offset: 1 });
  again.send('chat_message', chatMessage(2));
  await messages.upTo(1);
  expect(messages.all.map(([{ offset }]) => offset)).toEqual([2]);
});

test('D4 what the same user says on another device is a message like others', async () => {
  const { peer, room } = await inGeneral();
  const heard = next(room, 'message');
  peer.send('chat_message', chatMessage(1, { userId: 'ann', sender: 'Ann', clientMessageId: 'elsewhere' }));
  expect((await heard)[0]).toMatchObject({ userId: 'ann', offset: 1 });
});

test('an acknowledged message leaves no gap in front of the next one of others', async () => {
  const { peer, room } = await inGeneral();
  const messages = gather(room, 'message');
  const sending = room.send('one');
  await peer.acceptChat(1);
  await sending;
  peer.send('chat_message', chatMessage(2));
  await messages.upTo(1);
});

test('SR-007 a message that comes too fast waits as long as the server says, keeps its place and is no failed try', async () => {
  const { chat, clock, peer, room } = await inGeneral();
  void room.send('one');
  void room.send('two');
  for (let time = 0; time < 4; time++) {
    peer.refuse(await peer.expect('chat_message'), 'RATE_LIMITED', 100);
    await settled(peer, chat);
    clock.advance(100);
  }
  expect((await peer.acceptChat(1)).payload.content).toBe('one');
  expect((await peer.acceptChat(2)).payload.content).toBe('two');
});

/** Everything that the peer has sent so far has been taken. */
async function settled(peer: Peer, chat: Chat): Promise<void> {
  const taken = next(chat, 'presence');
  peer.send('presence_update', { userId: 'z', username: 'Zoe', isOnline: true, lastSeen: '' });
  await taken;
}

test('D16 what the server refuses for good fails at once with its words, and those behind it go on', async () => {
  const { chat, peer, room } = await inGeneral();
  const failed = failure(chat);
  const [bad, good] = [room.send('bad'), room.send('good')];
  bad.catch(() => {});
  peer.refuse(await peer.expect('chat_message'), 'VALIDATION_ERROR');
  expect((await failed)[0].failure).toEqual({ code: 'VALIDATION_ERROR', message: 'VALIDATION_ERROR, in words.' });
  await expect(bad).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  await peer.acceptChat(1);
  await good;
});

test('FR-019 other failures are tried three times; then the message can be retried under its id, or discarded', async () => {
  const { chat, clock, peer, room } = await inGeneral();
  const failed = failure(chat);
  room.post('hello');
  const ids = new Set<unknown>();
  for (const wait of [1000, 2000, 0]) {
    const command = await peer.expect('chat_message');
    ids.add(command.payload.clientMessageId);
    peer.refuse(command, 'INTERNAL_ERROR');
    await settled(peer, chat);
    clock.advance(wait);
  }
  const [{ clientMessageId, failure: why }] = await failed;
  expect(why?.code).toBe('INTERNAL_ERROR');
  chat.outbox.retry(clientMessageId);
  const again = await peer.expect('chat_message');
  ids.add(again.payload.clientMessageId);
  expect(ids.size).toBe(1);
  peer.refuse(again, 'FORBIDDEN');
  await failure(chat);
  const discarded = next(chat, 'outgoing', ({ state }) => state === 'discarded');
  chat.outbox.discard(clientMessageId);
  await discarded;
  expect(chat.outbox.list()).toEqual([]);
});

test('FR-019 ten seconds without an answer are a failed try, and an answer that comes late holds all the same', async () => {
  const { chat, clock, peer, room } = await inGeneral();
  const sending = room.send('hello');
  const first = await peer.expect('chat_message');
  clock.advance(10_000);
  clock.advance(1000);
  const second = await peer.expect('chat_message');
  expect(second.payload).toEqual(first.payload);
  const { roomId, clientMessageId = '' } = first.payload;
  const ack = { id: 'e-1', epoch: 'e', timestamp: '', level: 'synced', saved: true, duplicate: false } as const;
  peer.send('message_ack', { roomId, clientMessageId, offset: 1, ...ack }, first.id);
  expect((await sending).position?.offset).toBe(1);
  expect(chat.outbox.list()).toEqual([]);
});

test('D18 what could not be saved is sent again under its id once the database is back, in order', async () => {
  const { chat, peer, room, outgoing } = await inGeneral();
  peer.send('storage_state', { available: false });
  const sending = [room.send('one'), room.send('two')];
  const ids = [(await peer.acceptChat(null)).payload.clientMessageId];
  ids.push((await peer.acceptChat(null)).payload.clientMessageId);
  await next(chat, 'outgoing', ({ content, state }) => content === 'two' && state === 'unsaved');
  expect(states(outgoing)).not.toContain('sent');
  peer.send('storage_state', { available: true });
  const again = [(await peer.acceptChat(1)).payload.clientMessageId];
  again.push((await peer.acceptChat(2)).payload.clientMessageId);
  expect(again).toEqual(ids);
  await Promise.all(sending);
});

test('D16 what a program left behind is sent by the next one, in the order of writing', async () => {
  const store = new MemoryOutboxStore();
  const left = (at: number, userId: string): StoredOutgoing => ({
    userId,
    roomId: GENERAL,
    clientMessageId: `${userId}-${at}`,
    content: `${at}`,
    at,
    state: 'waiting',
    failure: null,
  });
  for (const message of [left(2, 'ann'), left(1, 'ann'), left(3, 'bob')]) await store.put(message);
  const { peer, chat } = await inGeneral({ outbox: store });
  expect((await peer.acceptChat(1)).payload.clientMessageId).toBe('ann-1');
  const last = next(chat, 'outgoing', ({ state }) => state === 'sent');
  await last;
  expect((await peer.acceptChat(2)).payload.clientMessageId).toBe('ann-2');
  await next(chat, 'outgoing', ({ state }) => state === 'sent');
  expect(await store.claim('ann')).toEqual([]);
  expect(await store.claim('bob')).toHaveLength(1);
});

test('D16 what one user wrote is not sent for another who comes back on the same client', async () => {
  const { chat, peer, room, server, clock } = await inGeneral();
  const gone = waiting(chat);
  peer.die();
  await gone;
  room.post('from Ann');
  clock.advance(1000);
  const again = await server.peer();
  again.establish({ user: { id: 'bob', username: 'Bob' } });
  await again.admit({ epoch: 'e', offset: 0 });
  room.post('from Bob');
  expect((await again.acceptChat(1)).payload.content).toBe('from Bob');
});

test('D16 messages of a room that was left while offline are taken there first, then the open room is joined', async () => {
  const { chat, peer, room, server, clock } = await inGeneral();
  const gone = waiting(chat);
  peer.die();
  await gone;
  const sending = room.send('before I go');
  const other = chat.join('other');
  const joined = next(other, 'joined');
  clock.advance(1000);
  const again = await server.peer();
  again.establish();
  const { payload } = await again.admit({ epoch: 'e', offset: 0 });
  expect(payload).toEqual({ roomId: GENERAL, limit: 0 });
  await again.acceptChat(1);
  expect((await again.admit({ epoch: 'f', offset: 0 })).payload.roomId).toBe('chat:other');
  await Promise.all([sending, joined]);
  expect(chat.room).toBe(other);
});

test('D16 a room that cannot be visited does not keep the open one waiting', async () => {
  const { chat, peer, room, server, clock } = await inGeneral();
  const gone = waiting(chat);
  peer.die();
  await gone;
  room.post('before I go');
  chat.join('other');
  clock.advance(1000);
  const again = await server.peer();
  again.establish();
  await again.expect('join_room');
  clock.advance(2000);
  expect((await again.expect('join_room')).payload.roomId).toBe('chat:other');
  expect(chat.outbox.list(GENERAL).map(({ state }) => state)).toEqual(['waiting']);
});

test('D18 unsaved messages of a room that was left are taken there when the database is back, and the open room goes on', async () => {
  const { chat, peer, room, outgoing } = await inGeneral();
  peer.send('storage_state', { available: false });
  room.post('hello');
  await peer.acceptChat(null);
  await next(chat, 'outgoing', ({ state }) => state === 'unsaved');
  const other = chat.join('other');
  const messages = gather(other, 'message');
  const lefts = gather(other, 'left');
  const joined = next(other, 'joined');
  await peer.admit({ epoch: 'f', offset: 3 });
  await joined;
  peer.send('storage_state', { available: true });
  // Said before the server has taken the client out of the room: it comes again with what was missed.
  const missed = chatMessage(4, { roomId: other.id, epoch: 'f' });
  peer.send('chat_message', missed);
  expect((await peer.admit({ epoch: 'e', offset: 0 })).payload).toEqual({ roomId: GENERAL, limit: 0 });
  peer.send('room_left', { roomId: other.id });
  await peer.acceptChat(1);
  const { payload } = await peer.admit({ epoch: 'f', offset: 4, recovered: true, history: [missed] });
  expect(payload).toEqual({ roomId: other.id, since: { epoch: 'f', offset: 3 } });
  await messages.upTo(1);
  expect(messages.all).toHaveLength(1);
  expect(lefts.all).toEqual([]);
  expect(states(outgoing).at(-1)).toBe('sent');
});

test('a message larger than a frame fails at once: sent, it would end the connection', async () => {
  const { chat, room } = await inGeneral();
  const failed = failure(chat);
  room.post('x'.repeat(70_000));
  expect((await failed)[0].failure?.code).toBe('PAYLOAD_TOO_LARGE');
});
