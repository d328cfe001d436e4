import { expect, test } from 'vitest';
import type { RoomcastOptions } from '../src/index.ts';
import { next } from './events.ts';
import type { Command, Peer } from './fake-server.ts';
import { withFakeServer } from './setup.ts';

async function inRoom(options: RoomcastOptions = {}) {
  const context = await withFakeServer(options);
  const room = context.client.join('live:news');
  const joined = next(room, 'joined');
  const peer = await context.server.peer();
  const { payload } = await peer.welcome({ maxFrameSize: 4096 });
  await peer.admit();
  await joined;
  return { ...context, room, peer, sessionId: payload.sessionId };
}

async function take(peer: Peer, count: number): Promise<Command<'publish'>[]> {
  const commands: Command<'publish'>[] = [];
  while (commands.length < count) commands.push(await peer.publish());
  return commands;
}

const dataOf = (commands: readonly Command<'publish'>[]) => commands.map(({ payload }) => payload.data);

test('D16 what is published before there is a connection is sent in order, after session and join', async () => {
  const { server, client } = await withFakeServer({ autoConnect: false });
  const room = client.join('live:news');
  const acks = [1, 2, 3].map((n) => room.publish(n));
  client.connect();
  const peer = await server.peer();
  const { payload } = await peer.welcome();
  expect(payload.sessionId).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
  await peer.admit();
  const commands = await take(peer, 3);
  expect(dataOf(commands)).toEqual([1, 2, 3]);
  expect(new Set(commands.map(({ payload }) => payload.clientMessageId)).size).toBe(3);
  for (const command of commands) peer.acknowledge(command);
  expect((await Promise.all(acks)).map(({ duplicate }) => duplicate)).toEqual([false, false, false]);
});

test('D5 D16 what was not acknowledged is sent again with the same ids, in the same session and order', async () => {
  const { server, client, clock, room, peer, sessionId } = await inRoom();
  const acks = ['a', 'b', 'c'].map((data) => room.publish(data));
  const [first, ...unanswered] = await take(peer, 3);
  if (first) peer.acknowledge(first);
  await acks[0];
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  peer.die();
  await waiting;
  const fourth = room.publish('d');
  clock.advance(1000);
  const second = await server.peer();
  expect((await second.welcome()).payload.sessionId).toBe(sessionId);
  await second.admit();
  const again = await take(second, 3);
  expect(dataOf(again)).toEqual(['b', 'c', 'd']);
  const ids = (commands: readonly Command<'publish'>[]) => commands.map(({ payload }) => payload.clientMessageId);
  expect(ids(again).slice(0, 2)).toEqual(ids(unanswered));
  for (const [index, command] of again.entries()) second.acknowledge(command, { duplicate: index === 0 });
  expect((await Promise.all([...acks, fourth])).map(({ duplicate }) => duplicate)).toEqual([false, true, false, false]);
});

test.each(['RATE_LIMITED', 'OVERLOADED'] as const)('%s is tried again when the server says, in order', async (code) => {
  const { clock, room, peer } = await inRoom();
  const acks = [1, 2, 3].map((n) => room.publish(n));
  const [first, ...others] = await take(peer, 3);
  if (first) peer.acknowledge(first);
  for (const { id } of others) peer.send('error', { code, message: '', originalType: 'publish', retryAfter: 200 }, id);
  await acks[0];
  // An own command as a mark: when it has been answered, so have the others.
  const marked = next(room, 'member_joined');
  peer.send('caught_up', { roomId: room.name, epoch: 'e', offset: 0, recovered: true, members: [] });
  const mark = { connectionId: 'm', userId: null, username: null };
  peer.send('user_joined', { ...mark, roomId: room.name, timestamp: '' });
  await marked;
  clock.advance(200);
  // One at a time now, so that none can overtake another.
  const second = await peer.publish();
  peer.acknowledge(second);
  const third = await peer.publish();
  peer.acknowledge(third);
  expect(dataOf([second, third])).toEqual([2, 3]);
  await Promise.all(acks);
});

test('a refusal for good rejects with the code, and the next one goes its way', async () => {
  const { room, peer } = await inRoom();
  const refused = room.publish('bad');
  const fine = room.publish('good');
  const [bad, good] = await take(peer, 2);
  peer.send('error', { code: 'FORBIDDEN', message: 'No.', originalType: 'publish' }, bad?.id);
  if (good) peer.acknowledge(good);
  await expect(refused).rejects.toMatchObject({ name: 'RoomcastError', code: 'FORBIDDEN', message: 'No.' });
  await fine;
});

test('at most 16 of a room are on their way; the rest follows as answers come', async () => {
  const { room, peer } = await inRoom();
  const acks = Array.from({ length: 40 }, (_, n) => room.publish(n));
  const first = await take(peer, 16);
  for (const command of first) peer.acknowledge(command);
  const rest = await take(peer, 16);
  for (const command of rest) peer.acknowledge(command);
  for (const command of await take(peer, 8)) peer.acknowledge(command);
  expect(dataOf(rest)[0]).toBe(16);
  expect(await Promise.all(acks)).toHaveLength(40);
});

test('the outbox is bounded', async () => {
  const { client } = await withFakeServer({ autoConnect: false, maxOutbox: 2 });
  const room = client.join('live:news');
  const waiting = [room.publish(1), room.publish(2)];
  await expect(room.publish(3)).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
  client.close();
  for (const each of waiting) await expect(each).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(room.publish(4)).rejects.toMatchObject({ code: 'CLOSED' });
});

test('what is larger than the server takes is rejected here: there it would cost the connection', async () => {
  const { room, peer } = await inRoom();
  await expect(room.publish('€'.repeat(2000))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  const small = room.publish('€'.repeat(1000));
  peer.acknowledge(await peer.publish());
  await small;
});

test('data is taken as it is at the call, and what is no JSON rejects', async () => {
  const { room, peer } = await inRoom();
  const data = { n: 1 };
  const published = room.publish(data, { event: 'count', clientMessageId: 'mine' });
  data.n = 2;
  const command = await peer.publish();
  expect(command.payload).toEqual({ roomId: room.name, data: { n: 1 }, event: 'count', clientMessageId: 'mine' });
  peer.acknowledge(command);
  await published;
  await expect(room.publish(1n)).rejects.toThrow(TypeError);
});

test('leaving rejects what was not sent, and waits for the answer to what was', async () => {
  const { room, peer } = await inRoom();
  const acks = Array.from({ length: 17 }, (_, n) => room.publish(n));
  const sent = await take(peer, 16);
  void room.leave();
  await expect(acks[16]).rejects.toMatchObject({ code: 'LEFT' });
  for (const command of sent) peer.acknowledge(command);
  expect(await Promise.all(acks.slice(0, 16))).toHaveLength(16);
});
