import { expect, test } from 'vitest';
import { type CoreClient, TestCore, turn } from '../../test/support/core.ts';
import type { Connection } from './connection.ts';

test('D17 D19 W7 clients that come and go in every way leave no connection, room, timer or member behind', async () => {
  const closed: Connection[] = [];
  const core = new TestCore({ onClosed: (connection) => closed.push(connection) });
  const { engine } = core;
  const ends: ((client: CoreClient) => void)[] = [
    ({ connection }) => engine.closed(connection, 1000, ''),
    ({ connection }) => engine.closed(connection, 1006, ''),
    ({ connection }) => engine.close(connection, 4101, 'dead'),
    ({ connection }) => engine.broken(connection, 1002, 'garbage'),
  ];
  for (let n = 0; n < 2000; n++) {
    const client = core.connect();
    for (const roomId of ['bridge:all', `bridge:${n}`, 'room:silent']) client.tell('join_room', { roomId });
    client.tell('publish', { roomId: 'bridge:all', data: n, clientMessageId: `${n}` });
    ends[n % ends.length]?.(client);
    expect(client.connection).toMatchObject({ state: 'closed', memberships: [], session: null, wheelSlot: -1 });
    engine.closed(client.connection, 1006, ''); // the socket's own end, which may come twice
    if (n % 100 === 0) await turn();
  }
  expect(core.faults).toEqual([]);
  expect(closed).toHaveLength(2000);
  expect(core.counters.publications).toBe(2000);
  expect({
    connections: engine.connections.size,
    rooms: engine.hub.roomCount,
    timers: engine.heartbeat.size,
    bytes: engine.hub.budget.bytes,
    sessions: engine.sessions.size,
  }).toEqual({ connections: 0, rooms: 0, timers: 0, bytes: 0, sessions: 0 });
});

test('D17a a room named temp-… vanishes with its last member, whatever its log holds', () => {
  const core = new TestCore();
  const [first, last] = [core.connect(), core.connect()];
  for (const client of [first, last]) client.tell('join_room', { roomId: 'room:temp-x' });
  first.tell('publish', { roomId: 'room:temp-x', data: 1 });
  first.tell('leave_room', { roomId: 'room:temp-x' });
  expect(core.engine.hub.get('room:temp-x')?.log?.tail.length).toBe(1);
  last.tell('leave_room', { roomId: 'room:temp-x' });
  expect(core.engine.hub.roomCount).toBe(0);
  expect(core.engine.hub.budget.bytes).toBe(0);
});

test('D17 D17a a room with a log lives on for it, and goes when it has expired', () => {
  const core = new TestCore({}, { room: { history: { size: 10, age: 60_000 } } });
  const client = core.connect();
  client.tell('join_room', { roomId: 'room:x' });
  client.tell('publish', { roomId: 'room:x', data: 1 });
  client.tell('leave_room', { roomId: 'room:x' });
  core.engine.hub.sweep();
  expect(core.engine.hub.roomCount).toBe(1);
  core.clock.advance(60_001);
  core.engine.hub.sweep();
  expect({ rooms: core.engine.hub.roomCount, bytes: core.engine.hub.budget.bytes }).toEqual({ rooms: 0, bytes: 0 });
});

test('D17 a room whose log has expired stays while somebody is in it', () => {
  const core = new TestCore({}, { room: { history: { size: 10, age: 60_000 } } });
  const client = core.connect();
  client.tell('join_room', { roomId: 'room:x' });
  core.clock.advance(600_000);
  core.engine.hub.sweep();
  expect(core.engine.hub.get('room:x')?.memberCount).toBe(1);
});

test('W7 the end that the server has decided is the one that is told, whatever the socket says later', () => {
  const told: [number, string][] = [];
  const core = new TestCore({ onClosed: (_connection, code, reason) => told.push([code, reason]) });
  const client = core.connect();
  core.engine.close(client.connection, 4100, 'slow');
  core.engine.close(client.connection, 4101, 'too late');
  core.engine.closed(client.connection, 1006, '');
  expect(told).toEqual([[4100, 'slow']]);
  expect(core.counters.closes).toEqual(new Map([[4100, 1]]));
  expect(client.got('disconnect')).toHaveLength(1);
});

test('D14 a fault in a command is answered INTERNAL_ERROR, and told to the operator, not to the client', () => {
  const core = new TestCore();
  const client = core.connect();
  Object.assign(core.engine.commands.sessions, {
    resume() {
      throw new Error('a secret of the server');
    },
  });
  client.tell('resume_session', { sessionId: 'session-0123456789' }, 5);
  expect(client.got('error')).toMatchObject([{ id: 5, payload: { code: 'INTERNAL_ERROR' } }]);
  expect(JSON.stringify(client.link.lines())).not.toContain('secret');
  expect(core.faults).toHaveLength(1);
});

test('W7 nobody is told of all the others who leave because the server does', () => {
  const core = new TestCore({}, { room: { presence: true } });
  const clients = Array.from({ length: 50 }, () => core.connect());
  for (const client of clients) client.tell('join_room', { roomId: 'room:x' });
  core.engine.drain('The end.', 0);
  expect(clients.flatMap((client) => client.got('user_left'))).toEqual([]);
  expect(clients.flatMap((client) => client.got('disconnect'))).toHaveLength(50);
  expect({ rooms: core.engine.hub.roomCount, timers: core.engine.heartbeat.size }).toEqual({ rooms: 0, timers: 0 });
});

test('D17 W7 draining sends what waits, then says goodbye', async () => {
  const core = new TestCore();
  const [a, b] = [core.connect(), core.connect()];
  for (const client of [a, b]) client.tell('join_room', { roomId: 'room:x' });
  a.tell('publish', { roomId: 'room:x', data: 1 });
  core.engine.drain('The end.', 0);
  expect(b.link.lines().map(({ type }) => type)).toEqual(['join_room_success', 'publication', 'disconnect']);
  expect(b.link.ending).toEqual({ code: 1001, reason: 'The end.' });
  const emptied = core.engine.emptied(60_000);
  for (const client of [a, b]) core.engine.closed(client.connection, 1001, '');
  await emptied;
});
