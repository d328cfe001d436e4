import type { ChatMessage } from '@roomcast/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket as OtherWebSocket } from 'ws';
import { Chat, ChatApi, type ChatOptions, type ChatRoom } from '../src/chat/index.ts';
import { Cable } from './cable.ts';
import { gather, next } from './events.ts';
import { RealServer } from './real-server.ts';

const PASSWORD = 'correct horse battery';
/** So that the tests need not wait. */
const NO_LIMITS = ['--chat-message-rate', '0', '--room-switch-rate', '0', '--room-creation-rate', '0'];
const MANY_LOGINS = ['--login-attempts', '1000'];

/** For the tests that do not kill it. */
let shared: RealServer;
let names = 0;

beforeAll(async () => {
  shared = await RealServer.start(...NO_LIMITS, ...MANY_LOGINS);
});
afterAll(() => shared.stop());

const newName = () => `user-${++names}`;
const newRoom = () => `room-${++names}`;

async function newUser(server = shared): Promise<{ token: string; api: ChatApi }> {
  const { token } = await new ChatApi(server.url).register(newName(), PASSWORD);
  return { token, api: new ChatApi(server.url, token) };
}

function open(url: string, token: string, options: ChatOptions = {}): Chat {
  const chat = new Chat(url, { token, backoff: { min: 50, max: 200 }, ...options });
  onTestFinished(() => chat.close());
  return chat;
}

/** A new user in the room. */
async function member(name: string, url = shared.url, options: ChatOptions = {}) {
  const { token, api } = await newUser();
  const chat = open(url, token, options);
  const room = chat.join(name);
  await next(room, 'joined');
  return { chat, room, token, api };
}

/** What a page would show of the room: contents by offset. */
function showing(room: ChatRoom) {
  const messages = gather(room, 'message');
  const shown = new Map<number | null, string>();
  const take = ({ offset, content }: ChatMessage) => {
    if (shown.has(offset)) throw new Error(`${offset} came twice`);
    shown.set(offset, content);
  };
  room.on('message', take);
  room.on('joined', ({ recovered, history }) => {
    if (recovered) return;
    shown.clear();
    for (const message of history) take(message);
  });
  return { messages, shown };
}

test('D4 two people in a room hear each other and not themselves', async () => {
  const name = newRoom();
  const [ann, bob] = [await member(name), await member(name, shared.url, { webSocket: OtherWebSocket })];
  const [atAnn, atBob] = [gather(ann.room, 'message'), gather(bob.room, 'message')];
  expect((await ann.room.send('hello')).position?.offset).toBe(1);
  expect((await bob.room.send('hi')).position?.offset).toBe(2);
  await Promise.all([atAnn.upTo(1), atBob.upTo(1)]);
  expect(atAnn.all.map(([{ content }]) => content)).toEqual(['hi']);
  expect(atBob.all.map(([{ content, sender }]) => [content, sender])).toEqual([['hello', ann.chat.user?.username]]);
});

test('D8 D9 people in the room come, go and type', async () => {
  const name = newRoom();
  const ann = await member(name);
  const came = next(ann.room, 'member_joined');
  const bob = await member(name);
  expect((await came)[0].userId).toBe(bob.chat.user?.id);
  const typing = next(ann.room, 'typing', (usernames) => usernames.length === 1);
  bob.room.typed();
  expect((await typing)[0]).toEqual([bob.chat.user?.username]);
  const stopped = next(ann.room, 'typing', (usernames) => usernames.length === 0);
  await bob.room.send('done');
  await stopped;
  const went = next(ann.room, 'member_left');
  bob.room.leave();
  await went;
  expect(ann.room.members.map(({ userId }) => userId)).toEqual([ann.chat.user?.id]);
});

test('D10 a token that is wrong is told, and not tried again', async () => {
  const chat = open(shared.url, 'x'.repeat(43));
  const [{ code }] = await next(chat, 'connect_error');
  expect(code).toBe(4001);
  expect(chat.state).toBe('disconnected');
});

test('D15 a logout ends the connection for good, with the reason', async () => {
  const { chat, api } = await member(newRoom());
  const [expired, lost] = [next(chat, 'session_expired'), next(chat, 'disconnect')];
  await api.logout();
  expect((await expired)[0]).not.toBe('');
  expect((await lost)[0]).toMatchObject({ code: 4001, reconnect: false });
  await expect(api.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('D16 EC-5 under cuts at any moment, everything said arrives once and in order, on both sides of the cable', async () => {
  const name = newRoom();
  const cable = await Cable.to(shared.port);
  onTestFinished(() => cable.close());
  const [ann, bob] = [await member(name, cable.url), await member(name)];
  const [atAnn, atBob] = [showing(ann.room), showing(bob.room)];
  const sent: Promise<unknown>[] = [];
  for (let n = 0; n < 200; n++) {
    sent.push(ann.room.send(`a${n}`), bob.room.send(`b${n}`));
    if (n % 20 !== 7) continue;
    // Some are on their way: nobody waits for their answers.
    await atBob.messages.upTo(Math.max(1, n - 10));
    const lost = next(ann.chat, 'disconnect');
    cable.cut();
    await lost;
    cable.mend();
  }
  await Promise.all(sent);
  await Promise.all([atAnn.messages.upTo(200), atBob.messages.upTo(200)]);
  const numbers = (letter: string) => Array.from({ length: 200 }, (_, n) => `${letter}${n}`);
  expect(atBob.messages.all.map(([{ content }]) => content)).toEqual(numbers('a'));
  expect(atAnn.messages.all.map(([{ content }]) => content)).toEqual(numbers('b'));
  const { publications } = await bob.chat.history({ roomId: bob.room.id, limit: 500 });
  expect(publications).toHaveLength(400);
}, 60_000);

test('D5 D16 a server that is killed while people write loses and doubles nothing', async () => {
  const server = await RealServer.start(...NO_LIMITS, ...MANY_LOGINS);
  onTestFinished(() => server.stop());
  const { token } = await newUser(server);
  const chat = open(server.url, token);
  const room = chat.join('general');
  await next(room, 'joined');
  const sent: Promise<unknown>[] = [];
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 50; n++) sent.push(room.send(`${round * 50 + n}`));
    await sent[round * 50 + 20];
    await server.kill();
    await server.start();
    chat.reconnectNow();
  }
  await Promise.all(sent);
  const { publications } = await chat.history({ roomId: room.id, limit: 500 });
  const contents = (publications as ChatMessage[]).map(({ content }) => content);
  expect(contents).toEqual(Array.from({ length: 150 }, (_, n) => `${n}`));
}, 60_000);

test('SR-007 at the default rate a burst takes its time, and all of it arrives in order', async () => {
  const server = await RealServer.start();
  onTestFinished(() => server.stop());
  const { token } = await newUser(server);
  const room = open(server.url, token).join('general');
  const sent = await Promise.all(Array.from({ length: 25 }, (_, n) => room.send(`${n}`)));
  expect(sent.map(({ position }) => position?.offset)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
});

test('D16 what was written in a room that was left offline is taken there after the reconnect', async () => {
  const [first, second] = [newRoom(), newRoom()];
  const cable = await Cable.to(shared.port);
  onTestFinished(() => cable.close());
  const [ann, bob] = [await member(first, cable.url), await member(first)];
  const heard = next(bob.room, 'message');
  const lost = next(ann.chat, 'disconnect');
  cable.cut();
  await lost;
  const sending = ann.room.send('before I go');
  const other = ann.chat.join(second);
  const joined = next(other, 'joined');
  cable.mend();
  expect((await heard)[0].content).toBe('before I go');
  await Promise.all([sending, joined]);
  expect((await other.send('here')).position?.offset).toBe(1);
});

test('FR-015 a room is created, listed, deleted for all, and not brought back by who was in it', async () => {
  const name = newRoom();
  const bob = await member(newRoom());
  const ann = await member(newRoom());
  const created: string[] = [];
  bob.chat.on('room_created', ({ id }) => created.push(id));
  const { roomId } = await ann.chat.createRoom(name);
  await expect.poll(() => created).toContain(roomId);
  await expect(bob.chat.createRoom(name)).rejects.toMatchObject({ code: 'CONFLICT' });
  const room = bob.chat.join(roomId);
  await next(room, 'joined');
  expect((await ann.chat.rooms({ search: name })).rooms.map(({ id }) => id)).toEqual([roomId]);
  const left = next(room, 'left');
  await ann.chat.deleteRoom(roomId);
  expect((await left)[0]).toEqual({ reason: 'deleted', by: ann.chat.user?.username });
  const again = bob.chat.join(roomId);
  expect((await next(again, 'error'))[0].code).toBe('NOT_FOUND');
});

test('D11 pages go both ways, search finds words, and marks are told to the other devices', async () => {
  const { chat, room, token } = await member(newRoom());
  for (let n = 1; n <= 10; n++) await room.send(`tea number ${n}`);
  const offsets = async (query: object) =>
    ((await chat.history({ roomId: room.id, ...query })).publications as ChatMessage[]).map(({ offset }) => offset);
  expect(await offsets({ before: 4, limit: 2 })).toEqual([2, 3]);
  expect(await offsets({ after: 4, limit: 2 })).toEqual([5, 6]);
  const found = await chat.search({ text: 'tea', roomId: room.id, limit: 3 });
  expect(found.messages.map(({ offset }) => offset)).toEqual([10, 9, 8]);
  expect(found.cursor).not.toBeNull();
  const other = open(shared.url, token);
  await next(other, 'ready');
  const read = next(other, 'read');
  await chat.markRead(room.id, 7);
  expect((await read)[0]).toEqual({ roomId: room.id, offset: 7 });
});

test('D4 another device of the same user hears what this one says', async () => {
  const name = newRoom();
  const { room, token } = await member(name);
  const other = open(shared.url, token).join(name);
  await next(other, 'joined');
  const heard = next(other, 'message');
  const { clientMessageId } = await room.send('hello');
  expect((await heard)[0]).toMatchObject({ content: 'hello', clientMessageId });
});

test('PR-004 in preset `open` the newest connection takes the place of the older one, which does not come back', async () => {
  const server = await RealServer.start('--preset', 'open');
  onTestFinished(() => server.stop());
  const { token } = await new ChatApi(server.url).login(newName(), null);
  const first = open(server.url, token);
  const [{ preset }] = await next(first, 'ready');
  expect(preset).toBe('open');
  const lost = next(first, 'disconnect');
  const second = open(server.url, token);
  await next(second, 'ready');
  expect((await lost)[0]).toMatchObject({ code: 4004, reconnect: false });
  expect(first.state).toBe('disconnected');
});
