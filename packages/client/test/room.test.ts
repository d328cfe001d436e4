import type { Publication, ServerEvents } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { gather, next } from './events.ts';
import type { Peer } from './fake-server.ts';
import { withFakeServer } from './setup.ts';

const NEWS = 'live:news';

function publication(offset: number, more: Partial<Publication> = {}): Publication {
  return { roomId: NEWS, event: 'message', data: offset, offset, epoch: 'e', id: `e-${offset}`, ...more };
}

function say(peer: Peer, ...offsets: number[]): void {
  for (const offset of offsets) peer.send('publication', publication(offset));
}

async function inRoom(reply: Partial<ServerEvents['join_room_success']> = { epoch: 'e', offset: 0 }) {
  const context = await withFakeServer();
  const room = context.client.join(NEWS);
  const messages = gather(room, 'message');
  const joined = next(room, 'joined');
  const peer = await context.server.peer();
  await peer.welcome();
  await peer.admit(reply);
  await joined;
  return { ...context, room, messages, peer };
}

test('the first join brings the recent history with `joined`, and live messages follow', async () => {
  const { client, server } = await withFakeServer();
  const room = client.join(NEWS, { limit: 2 });
  expect(client.join(NEWS)).toBe(room);
  const messages = gather(room, 'message');
  const joined = next(room, 'joined');
  const peer = await server.peer();
  await peer.welcome();
  const { payload } = await peer.admit({ epoch: 'e', offset: 2, history: [publication(1), publication(2)] });
  expect(payload).toEqual({ roomId: NEWS, limit: 2 });
  const [{ history, recovered }] = await joined;
  expect(recovered).toBe(false);
  expect(history.map(({ data }) => data)).toEqual([1, 2]);
  say(peer, 3);
  await messages.upTo(1);
  expect(messages.all[0]?.[1]).toMatchObject({ offset: 3, timestamp: '2026-01-01T00:00:00.000Z' });
});

test('W8 D5 joins again with its position and gets what it missed as messages, once and in order', async () => {
  const { client, server, clock, room, messages, peer } = await inRoom();
  say(peer, 1, 2);
  await messages.upTo(2);
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  peer.die();
  await waiting;
  expect(room.joined).toBe(false);
  clock.advance(1000);
  const order: string[] = [];
  room.on('message', (data) => order.push(`message ${data}`));
  room.on('joined', ({ recovered, history }) => order.push(`joined ${recovered} ${history.length}`));
  const second = await server.peer();
  await second.welcome({ connectionId: 'c2' });
  const { payload } = await second.admit({
    epoch: 'e',
    offset: 4,
    recovered: true,
    history: [publication(2), publication(3), publication(4)],
  });
  expect(payload.since).toEqual({ epoch: 'e', offset: 2 });
  say(second, 4, 5);
  await messages.upTo(5);
  expect(order).toEqual(['message 3', 'message 4', 'joined true 0', 'message 5']);
});

test('a hole that cannot be filled is told with the recent page, and counting starts there', async () => {
  const { room, messages, peer } = await inRoom({ epoch: 'e', offset: 3 });
  const joined = next(room, 'joined');
  say(peer, 9);
  const { payload } = await peer.admit({ epoch: 'f', offset: 7, history: [publication(7, { epoch: 'f' })] });
  expect(payload.since).toEqual({ epoch: 'e', offset: 3 });
  const [{ recovered, history }] = await joined;
  expect([recovered, history.length]).toEqual([false, 1]);
  peer.send('publication', publication(8, { epoch: 'f' }));
  await messages.upTo(1);
  expect(messages.all.map(([data]) => data)).toEqual([8]);
});

test('D5 a gap while connected is filled from the log by one join, in order and without doubles', async () => {
  const { messages, peer } = await inRoom();
  say(peer, 1, 4, 5, 5);
  await peer.admit({ epoch: 'e', offset: 5, recovered: true, history: [2, 3, 4, 5].map((n) => publication(n)) });
  say(peer, 5, 6);
  await messages.upTo(6);
  expect(messages.all.map(([data]) => data)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a join that is refused in passing is repeated when the server says, also the one that fills a gap', async () => {
  const { clock, messages, peer } = await inRoom();
  say(peer, 2);
  const { id } = await peer.expect('join_room');
  const error = { code: 'RATE_LIMITED', message: '', originalType: 'join_room', retryAfter: 70 } as const;
  peer.send('error', error, id);
  say(peer, 1);
  await messages.upTo(1);
  clock.advance(70);
  await peer.admit({ epoch: 'e', offset: 2, recovered: true, history: [publication(2)] });
  await messages.upTo(2);
});

test('own publications leave no gap, and do not come back in what was missed', async () => {
  const { client, server, clock, room, messages, peer } = await inRoom();
  const first = room.publish('first');
  peer.acknowledge(await peer.publish(), { epoch: 'e', offset: 1 });
  await first;
  say(peer, 2);
  await messages.upTo(1);
  const second = room.publish('second');
  const { payload } = await peer.publish();
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  peer.die();
  await waiting;
  clock.advance(1000);
  const again = await server.peer();
  await again.welcome();
  const own = publication(3, { clientMessageId: String(payload.clientMessageId) });
  await again.admit({ epoch: 'e', offset: 4, recovered: true, history: [own, publication(4)] });
  again.acknowledge(await again.publish(), { epoch: 'e', offset: 3, duplicate: true });
  expect((await second).duplicate).toBe(true);
  expect(messages.all.map(([data]) => data)).toEqual([2, 4]);
});

test('a room without a log delivers everything and is joined again without a position', async () => {
  const { client, server, clock, messages, peer } = await inRoom({ epoch: null, offset: null });
  const bare = { roomId: NEWS, event: 'message', data: 'x' };
  peer.send('publication', bare);
  peer.send('publication', bare);
  await messages.upTo(2);
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  peer.die();
  await waiting;
  clock.advance(1000);
  const second = await server.peer();
  await second.welcome();
  expect((await second.admit()).payload).toEqual({ roomId: NEWS });
});

test('after a catch-up it goes on, or joins again where the log no longer held everything', async () => {
  const { room, messages, peer } = await inRoom();
  const members = [{ connectionId: 'z', userId: null, username: null }];
  say(peer, 1);
  peer.send('caught_up', { roomId: NEWS, epoch: 'e', offset: 5, recovered: true, members });
  say(peer, 6);
  await messages.upTo(2);
  expect(room.members).toEqual(members);
  peer.send('caught_up', { roomId: NEWS, epoch: 'e', offset: 9, recovered: false, members });
  expect((await peer.expect('join_room')).payload.since).toEqual({ epoch: 'e', offset: 6 });
});

test('D8 keeps the list of members current', async () => {
  const ann = { connectionId: 'a', userId: 'ann', username: 'Ann' };
  const bob = { connectionId: 'b', userId: 'bob', username: 'Bob' };
  const { room, peer } = await inRoom({ members: [ann] });
  const entered = next(room, 'member_joined');
  peer.send('user_joined', { ...bob, roomId: NEWS, timestamp: '' });
  expect((await entered)[0]).toEqual(bob);
  expect(room.members).toEqual([ann, bob]);
  const went = next(room, 'member_left');
  peer.send('user_left', { ...ann, roomId: NEWS, timestamp: '' });
  expect((await went)[0]).toEqual(ann);
  expect(room.members).toEqual([bob]);
});

test('a room that is refused says so, rejects what waits in it, and is asked for again after a reconnect', async () => {
  const { client, server, clock } = await withFakeServer();
  const room = client.join('chat:secret');
  const publish = room.publish('hello');
  publish.catch(() => {});
  const refused = next(room, 'error');
  const peer = await server.peer();
  await peer.welcome();
  const { id, payload } = await peer.expect('join_room');
  peer.send('join_room_error', { roomId: `${payload.roomId}`, code: 'FORBIDDEN', error: 'Members only.' }, id);
  expect((await refused)[0]).toEqual({ code: 'FORBIDDEN', message: 'Members only.' });
  await expect(publish).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(room.publish('again')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  peer.die();
  await waiting;
  clock.advance(1000);
  const second = await server.peer();
  await second.welcome();
  await second.admit();
});

test('W4 leave() is confirmed by the server, and the room is not joined again', async () => {
  const { client, server, clock, room, peer } = await inRoom();
  const left = next(room, 'left');
  const leaving = room.leave();
  expect((await left)[0]).toEqual({ removed: false });
  const { id, payload } = await peer.expect('leave_room');
  peer.send('room_left', { roomId: payload.roomId }, id);
  await leaving;
  await expect(room.publish('late')).rejects.toMatchObject({ code: 'LEFT' });
  const waiting = next(client, 'state', ({ state }) => state === 'reconnecting');
  peer.die();
  await waiting;
  clock.advance(1000);
  const second = await server.peer();
  await second.welcome();
  const other = client.join('live:other');
  expect((await second.expect('join_room')).payload.roomId).toBe(other.name);
});

test('leave() comes to an end although the connection does, too', async () => {
  const { room, peer } = await inRoom();
  const leaving = room.leave();
  await peer.expect('leave_room');
  peer.die();
  await leaving;
});

test('FR-015 a room that the server takes the client out of is not joined again', async () => {
  const { client, room, peer } = await inRoom();
  const left = next(room, 'left');
  peer.send('room_left', { roomId: NEWS });
  expect((await left)[0]).toEqual({ removed: true });
  expect(room.joined).toBe(false);
  expect(client.join(NEWS)).not.toBe(room);
});

test('joinBridge is the room `bridge:` on the native socket', async () => {
  const { client, server } = await withFakeServer();
  const bridge = client.joinBridge('lobby');
  expect(bridge.name).toBe('bridge:lobby');
  expect(client.joinBridge('bridge:lobby').name).toBe('bridge:lobby');
  const sending = bridge.send({ text: 'hi' });
  const heard = next(bridge, 'message');
  const peer = await server.peer();
  await peer.welcome();
  await peer.admit();
  const command = await peer.publish();
  expect(command.payload).toMatchObject({ roomId: 'bridge:lobby', data: { text: 'hi' } });
  peer.acknowledge(command);
  await sending;
  peer.send('publication', { roomId: 'bridge:lobby', event: 'message', data: { text: 'ho' } });
  expect((await heard)[0]).toEqual({ text: 'ho' });
  await Promise.all([bridge.leave(), peer.expect('leave_room').then(() => peer.die())]);
});
