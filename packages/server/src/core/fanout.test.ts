import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CoreClient, type Line, numbers, TestCore } from '../../test/support/core.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Time goes by, in turns of the event loop. */
function pass(core: TestCore, ms: number): void {
  core.clock.advance(ms);
  vi.advanceTimersByTime(ms);
}

function join(core: TestCore, roomId: string, count: number): CoreClient[] {
  return Array.from({ length: count }, () => {
    const client = core.connect();
    client.tell('join_room', { roomId, limit: 0 });
    return client;
  });
}

describe('the fan-out', () => {
  test('B2 publications of one turn leave together at its end', () => {
    const core = new TestCore();
    const [speaker, listener] = join(core, 'room:a', 2) as [CoreClient, CoreClient];
    const { flushes } = core.counters;
    for (const data of numbers(10)) speaker.tell('publish', { roomId: 'room:a', data });
    expect(listener.heard()).toEqual([]);
    pass(core, 0);
    expect(listener.heard()).toEqual(numbers(10));
    expect(core.counters.flushes - flushes).toBe(1);
  });

  test('D8 D19 a crowd that arrives within moments is told of in few writes, each arrival once and in order', () => {
    const core = new TestCore({ flushWindow: 10 }, { crowd: { presence: true } });
    const [witness] = join(core, 'crowd:a', 1) as [CoreClient];
    const { flushes } = core.counters;
    const crowd = numbers(300).map(() => {
      const [client] = join(core, 'crowd:a', 1) as [CoreClient];
      pass(core, 2);
      return client;
    });
    pass(core, 100);
    expect(witness.got('user_joined').map(({ payload }) => payload?.['connectionId'])).toEqual(
      crowd.map(({ connection }) => connection.id),
    );
    expect(core.counters.flushes - flushes).toBeLessThan(40); // the first few alone, then all 100 ms
    for (const { connection } of crowd) core.engine.closed(connection, 1000, '');
    pass(core, 100);
    expect(witness.got('user_left')).toHaveLength(300);
  });

  test('D19 what is said does not wait with those who arrive, nor does it overtake them', () => {
    const core = new TestCore({ flushWindow: 10 }, { crowd: { presence: true } });
    const [witness] = join(core, 'crowd:a', 1) as [CoreClient];
    for (let i = 0; i < 50; i++) {
      join(core, 'crowd:a', 1);
      pass(core, 1);
    }
    const arrivals = witness.got('user_joined').length;
    expect(arrivals).toBeLessThan(50); // some wait
    const [speaker] = join(core, 'crowd:a', 1) as [CoreClient];
    speaker.tell('publish', { roomId: 'crowd:a', data: 1 });
    pass(core, 0);
    const types = witness.link.lines().map(({ type }) => type);
    expect(types.slice(-1)).toEqual(['publication']);
    expect(types.filter((type) => type === 'user_joined')).toHaveLength(51);
  });

  test('D2 what is no matter of crowds waits for none: a room that is deleted, a database that is away', () => {
    const core = new TestCore({ flushWindow: 10 }, { crowd: { presence: true } });
    const [witness] = join(core, 'crowd:a', 1) as [CoreClient];
    for (let i = 0; i < 60; i++) {
      join(core, 'crowd:a', 1);
      pass(core, 1);
    }
    const room = core.engine.hub.get('crowd:a');
    if (!room) throw new Error('The room is gone');
    join(core, 'crowd:a', 1);
    core.engine.fanout.announce(room, 'storage_state', { available: false }, null);
    pass(core, 0);
    expect(witness.link.lines().at(-1)?.type).toBe('storage_state');
    expect(witness.got('user_joined')).toHaveLength(61);
  });

  test('D8 in a quiet room others see at once who comes and goes', () => {
    const core = new TestCore({ flushWindow: 10 }, { crowd: { presence: true } });
    const [witness, other] = join(core, 'crowd:a', 2) as [CoreClient, CoreClient];
    pass(core, 0);
    expect(witness.got('user_joined')).toHaveLength(1);
    other.tell('leave_room', { roomId: 'crowd:a' });
    pass(core, 0);
    expect(witness.got('user_left')).toHaveLength(1);
  });

  test('D19 a busy room waits for its window, and sends it in one write', () => {
    const core = new TestCore({ flushWindow: 10 });
    const [speaker, listener] = join(core, 'room:a', 2000) as [CoreClient, CoreClient];
    let said = 0;
    for (let ms = 0; ms < 100; ms++) {
      speaker.tell('publish', { roomId: 'room:a', data: ++said });
      core.engine.fanout.flushAll();
      core.clock.advance(1);
    }
    const { flushes } = core.counters;
    const heard = listener.heard().length;
    core.engine.publisher.publish(core.engine.hub.get('room:a') as never, {
      event: 'message',
      data: Buffer.from(String(++said)),
      sender: null,
      clientMessageId: null,
    });
    pass(core, 0);
    expect(listener.heard()).toHaveLength(heard); // waits
    pass(core, 10);
    expect(listener.heard()).toEqual(numbers(said));
    expect(core.counters.flushes - flushes).toBe(1);
  });

  test('D19 a batch that has grown large does not wait for its window', () => {
    const core = new TestCore({ flushWindow: 1000 });
    const [speaker, listener] = join(core, 'room:a', 500) as [CoreClient, CoreClient];
    let said = 0;
    const say = () => speaker.tell('publish', { roomId: 'room:a', data: ++said });
    for (let i = 0; i < 200; i++) say();
    pass(core, 1000);
    expect(listener.heard()).toEqual(numbers(said));
    for (let i = 0; i < 200; i++) say();
    // The speaker's acks have served it, so that only the others wait: for bytes, not for the clock.
    while (listener.heard().length < said && said < 100_000) {
      for (let i = 0; i < 100; i++) say();
      pass(core, 0);
    }
    expect(said).toBeLessThan(20_000);
    expect(listener.heard()).toEqual(numbers(said));
  });

  test('an answer stands behind all that the rooms of its connection had for it, and holds up nobody else’s', () => {
    const core = new TestCore();
    const [speaker, listener] = join(core, 'room:a', 2) as [CoreClient, CoreClient];
    for (const data of [1, 2]) speaker.tell('publish', { roomId: 'room:a', data });
    listener.tell('heartbeat', { sequence: 7 }, 'beat');
    for (const data of [3, 4]) speaker.tell('publish', { roomId: 'room:a', data });
    pass(core, 0);
    const seen = listener.link.lines().flatMap(({ n, id }) => n ?? id ?? []);
    expect(seen).toEqual([1, 2, 'beat', 3, 4]);
  });

  test('nothing is written to who has left or died before the end of the turn', () => {
    const core = new TestCore();
    const [speaker, leaver, dead] = join(core, 'room:a', 3) as [CoreClient, CoreClient, CoreClient];
    speaker.tell('publish', { roomId: 'room:a', data: 1 });
    leaver.tell('leave_room', { roomId: 'room:a' });
    core.engine.closed(dead.connection, 1006, '');
    speaker.tell('publish', { roomId: 'room:a', data: 2 });
    pass(core, 0);
    expect(leaver.heard()).toEqual([1]); // served before the answer
    expect(dead.heard()).toEqual([]);
    expect(core.counters.deliveries).toBe(1);
  });

  test('counts every publication that reaches a connection, once', () => {
    const core = new TestCore();
    const clients = join(core, 'room:a', 5);
    for (const [i, client] of clients.entries()) {
      client.tell('publish', { roomId: 'room:a', data: i });
      if (i % 2 > 0) client.tell('heartbeat', { sequence: i });
    }
    pass(core, 0);
    expect(core.counters.deliveries).toBe(5 * 4);
    expect(clients.flatMap((client) => client.heard())).toHaveLength(5 * 4);
  });
});

describe('order', () => {
  const ROOMS = ['room:a', 'room:b', 'plain:c'];
  type Op =
    | { readonly op: 'publish' | 'join' | 'leave'; readonly who: number; readonly room: number }
    | { readonly op: 'ask'; readonly who: number }
    | { readonly op: 'pass'; readonly ms: number };

  const who = fc.nat({ max: 3 });
  const room = fc.nat({ max: ROOMS.length - 1 });
  const op: fc.Arbitrary<Op> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ op: fc.constant('publish' as const), who, room }) },
    fc.record({ op: fc.constantFrom('join' as const, 'leave' as const), who, room }),
    fc.record({ op: fc.constant('ask' as const), who }),
    fc.record({ op: fc.constant('pass' as const), ms: fc.constantFrom(0, 0, 1, 7, 1000) }),
  );

  /** What one client must read: numbers of publications by room, and the ids of answers. */
  type Entry = { readonly room: string; readonly n: number } | { readonly id: string };

  /** What a client has read of one room, and the answers in between. */
  function ofRoom(entries: readonly Entry[], name: string): (number | string)[] {
    const ofThis = entries.filter((entry) => 'id' in entry || entry.room === name);
    return ofThis.map((entry) => ('id' in entry ? entry.id : entry.n));
  }

  function entryOf({ id, room: name, n }: Line): Entry[] {
    if (id !== undefined) return [{ id: String(id) }];
    return name !== undefined && n !== undefined ? [{ room: name, n }] : [];
  }

  for (const crowd of [0, 300]) {
    test(`D5 D6 everybody gets each publication once and in order, answers never overtake (${crowd} more members)`, () => {
      const property = fc.property(fc.array(op, { minLength: 30, maxLength: 80, size: 'max' }), (ops) => {
        const core = new TestCore({ flushWindow: 1000 }, { plain: { history: false } });
        const people = [0, 1, 2, 3].map(() => core.connect());
        if (crowd > 0) for (const roomId of ROOMS) join(core, roomId, crowd);
        const inRoom = people.map(() => new Set<string>());
        const expected: Entry[][] = people.map(() => []);
        let n = 0;
        for (const [i, step] of ops.entries()) {
          if (step.op === 'pass') {
            pass(core, step.ms);
            continue;
          }
          const id = `#${i}`;
          const person = people[step.who] as CoreClient;
          const roomId = 'room' in step ? (ROOMS[step.room] ?? '') : '';
          if (step.op === 'publish') {
            // Several, so that rooms become busy enough for windows.
            for (let k = 0; k < 10; k++) {
              person.tell('publish', { roomId, data: ++n }, id);
              expected[step.who]?.push({ id });
              if (!inRoom[step.who]?.has(roomId)) continue;
              for (const [j, rooms] of inRoom.entries()) {
                if (j !== step.who && rooms.has(roomId)) expected[j]?.push({ room: roomId, n });
              }
            }
            continue;
          }
          if (step.op === 'join') person.tell('join_room', { roomId, limit: 0 }, id);
          else if (step.op === 'leave') person.tell('leave_room', { roomId }, id);
          else person.tell('heartbeat', { sequence: i }, id);
          expected[step.who]?.push({ id });
          if (step.op === 'join') inRoom[step.who]?.add(roomId);
          if (step.op === 'leave') inRoom[step.who]?.delete(roomId);
        }
        pass(core, 1000);
        expect(core.faults).toEqual([]);
        for (const [i, person] of people.entries()) {
          const got = person.link.lines().flatMap(entryOf);
          for (const name of ROOMS) expect(ofRoom(got, name)).toEqual(ofRoom(expected[i] ?? [], name));
        }
      });
      fc.assert(property, { seed: 9, numRuns: crowd > 0 ? 30 : 100 });
    });
  }
});
