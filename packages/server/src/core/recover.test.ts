import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CoreClient, lineFormat, numbers, TestCore, turn } from '../../test/support/core.ts';
import type { LogPage, MemoryLog } from './log.ts';
import type { PublicationRecord } from './publication.ts';
import type { RecentLog } from './recent-log.ts';
import type { Room } from './room.ts';

const ROOM = 'room:x';

/** A log on a slow disk: a read is answered when the test says so, with what was there at its beginning or its end. */
class SlowLog implements Omit<MemoryLog, 'since' | 'page'> {
  readonly kind = 'memory';
  readonly isSpent = false;
  readonly #log: RecentLog;
  readonly #snapshot: 'at the beginning' | 'at the end';
  /** Whether the disk is broken. */
  fails = false;
  #reads: (() => void)[] = [];

  constructor(log: RecentLog, snapshot: 'at the beginning' | 'at the end') {
    this.#log = log;
    this.#snapshot = snapshot;
  }

  get epoch(): string {
    return this.#log.epoch;
  }

  get top(): number {
    return this.#log.top;
  }

  get tail(): RecentLog {
    return this.#log;
  }

  trim(): void {}

  append(record: Omit<PublicationRecord, 'offset'>): PublicationRecord {
    return this.#log.append(record);
  }

  since(offset: number): Promise<LogPage> {
    return this.#read(() => this.#log.since(offset));
  }

  page(limit: number, before?: number): Promise<LogPage> {
    return this.#read(() => this.#log.page(limit, before));
  }

  /** Answers the reads that have begun so far. Returns how many there were. */
  async answer(): Promise<number> {
    const reads = this.#reads;
    this.#reads = [];
    for (const read of reads) read();
    await turn(); // promises settle, and what they have sent goes out
    return reads.length;
  }

  #read(read: () => LogPage): Promise<LogPage> {
    const early = this.#snapshot === 'at the beginning' ? read() : null;
    const { promise, resolve, reject } = Promise.withResolvers<LogPage>();
    this.#reads.push(() => (this.fails ? reject(new Error('the disk is broken')) : resolve(early ?? read())));
    return promise;
  }
}

/** A room with a slow log, in which `writer` speaks. */
function slowRoom(snapshot: 'at the beginning' | 'at the end', size = 10_000) {
  const core = new TestCore({}, { room: { history: { size, age: 0 } } });
  const writer = core.connect();
  writer.tell('join_room', { roomId: ROOM });
  const room = core.engine.hub.get(ROOM) as Room;
  const log = new SlowLog(room.log as RecentLog, snapshot);
  Object.assign(room, { log });
  let said = 0;
  const say = (count: number): void => {
    for (let i = 0; i < count; i++) writer.tell('publish', { roomId: ROOM, data: ++said });
  };
  return { core, room, log, say, writer };
}

/** All that a joiner has of the room: the pages of its joins and what came live, in the order of arrival. */
function sequenceOf(client: CoreClient): number[] {
  return client.link.lines().flatMap(({ offsets, offset }) => offsets ?? (offset === undefined ? [] : [offset]));
}

for (const snapshot of ['at the beginning', 'at the end'] as const) {
  describe(`joining while the log is read from a disk that answers with what was there ${snapshot}`, () => {
    test('D6 what is published meanwhile is neither lost nor doubled', async () => {
      const { core, log, say } = slowRoom(snapshot);
      say(5);
      const joiner = core.connect();
      joiner.tell('join_room', { roomId: ROOM, limit: 3 });
      say(4);
      await turn();
      expect(joiner.link.lines()).toEqual([]); // nothing overtakes the answer
      await log.answer();
      say(2);
      await turn();
      const [first = 0] = sequenceOf(joiner);
      expect(first).toBeLessThanOrEqual(7); // three at least of those that there were
      expect(sequenceOf(joiner)).toEqual(numbers(11, first));
      expect(joiner.got('join_room_success')).toHaveLength(1);
    });

    test('D16 resuming brings what was missed and what came meanwhile', async () => {
      const { core, log, say } = slowRoom(snapshot);
      say(20);
      const joiner = core.connect();
      joiner.tell('join_room', { roomId: ROOM, since: { epoch: log.epoch, offset: 12 } });
      say(3);
      await log.answer();
      say(1);
      await turn();
      expect(joiner.got('join_room_success')[0]?.payload).toMatchObject({ recovered: true, offset: 23 });
      expect(sequenceOf(joiner)).toEqual(numbers(24, 13));
    });

    test('D6 more than fits the buffer is read from the log, however often that takes', async () => {
      const { core, log, say } = slowRoom(snapshot);
      say(10);
      const joiner = core.connect();
      joiner.tell('join_room', { roomId: ROOM, since: { epoch: log.epoch, offset: 10 } });
      for (const count of [1500, 2300, 1001]) {
        say(count);
        await log.answer();
      }
      say(1);
      while ((await log.answer()) > 0);
      say(1);
      await turn();
      expect(joiner.got('join_room_success')).toHaveLength(1);
      expect(joiner.got('join_room_success')[0]?.payload).toMatchObject({ recovered: true });
      expect(sequenceOf(joiner)).toEqual(numbers(10 + 1500 + 2300 + 1001 + 2, 11));
    });

    test('D16 is not called recovered where the log has lost the rest meanwhile', async () => {
      const { core, log, say } = slowRoom(snapshot, 1200);
      say(10);
      const joiner = core.connect();
      joiner.tell('join_room', { roomId: ROOM, since: { epoch: log.epoch, offset: 10 } });
      say(5000);
      while ((await log.answer()) > 0);
      say(1);
      await turn();
      expect(joiner.got('join_room_success')[0]?.payload).toMatchObject({ recovered: false });
      const sequence = sequenceOf(joiner);
      expect(sequence).toEqual(numbers(5011, sequence[0] ?? 0));
    });

    test('D6 leaving or dying meanwhile cancels the join, and nobody hears of it', async () => {
      const { core, room, log, say, writer } = slowRoom(snapshot);
      say(3);
      const [leaver, dead] = [core.connect(), core.connect()];
      for (const client of [leaver, dead]) client.tell('join_room', { roomId: ROOM });
      leaver.tell('leave_room', { roomId: ROOM }, 'left');
      core.engine.closed(dead.connection, 1006, '');
      await log.answer();
      say(1);
      await turn();
      expect(leaver.link.lines().map(({ type }) => type)).toEqual(['room_left']);
      expect(dead.link.lines()).toEqual([]);
      expect({ members: room.memberCount, joining: room.joining.size }).toEqual({ members: 1, joining: 0 });
      expect(writer.got('user_left')).toEqual([]);
    });

    test('D6 who leaves and joins again meanwhile is in the room once, by the second join', async () => {
      const { core, log, say } = slowRoom(snapshot);
      say(3);
      const joiner = core.connect();
      joiner.tell('join_room', { roomId: ROOM }, 'first');
      joiner.tell('leave_room', { roomId: ROOM });
      joiner.tell('join_room', { roomId: ROOM }, 'second');
      await log.answer();
      say(1);
      await turn();
      expect(joiner.got('join_room_success').map(({ id }) => id)).toEqual(['second']);
      expect(sequenceOf(joiner)).toEqual(numbers(4));
    });

    test('D6 who asks twice is answered twice, in turn, and told nothing twice', async () => {
      const { core, log, say } = slowRoom(snapshot);
      say(5);
      const joiner = core.connect();
      joiner.tell('join_room', { roomId: ROOM, limit: 2 }, 'first');
      joiner.tell('join_room', { roomId: ROOM, since: { epoch: log.epoch, offset: 5 } }, 'second');
      say(2);
      await log.answer();
      say(1);
      await log.answer();
      say(1);
      await turn();
      const answers = joiner.got('join_room_success');
      expect(answers.map(({ id }) => id)).toEqual(['first', 'second']);
      expect(answers[1]).toMatchObject({ payload: { recovered: true } });
      expect(joiner.heard().at(-1)).toBe(9);
      expect(core.faults).toEqual([]);
    });

    test('D18 a disk that does not answer keeps nobody out of the room', async () => {
      const { core, log, say } = slowRoom(snapshot);
      say(5);
      log.fails = true;
      const joiner = core.connect();
      joiner.tell('join_room', { roomId: ROOM, since: { epoch: log.epoch, offset: 2 } });
      await log.answer();
      say(1);
      await turn();
      expect(joiner.got('join_room_success')[0]?.payload).toMatchObject({ recovered: false });
      expect(joiner.heard()).toEqual([6]);
      expect(core.faults).toEqual([]);
    });

    test('D14 who is still joining is not in the room yet', async () => {
      const { core, log } = slowRoom(snapshot);
      const joiner = core.connect();
      joiner.tell('join_room', { roomId: ROOM });
      joiner.tell('publish', { roomId: ROOM, data: 1 });
      await log.answer();
      expect(joiner.got('error')[0]?.payload).toMatchObject({ code: 'NOT_IN_ROOM' });
      joiner.tell('publish', { roomId: ROOM, data: 1 });
      await turn();
      expect(joiner.got('published')).toHaveLength(1);
    });

    test('D6 any interleaving of speaking, reading and turns makes one sequence without gap or double', async () => {
      const step = fc.oneof(
        fc.record({ say: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 900, max: 1100 })) }),
        fc.constantFrom('answer' as const, 'turn' as const),
      );
      const property = fc.asyncProperty(
        fc.nat(30),
        fc.nat(30),
        fc.array(step, { maxLength: 8 }),
        async (before, at, steps) => {
          const { core, log, say } = slowRoom(snapshot);
          say(before);
          const offset = Math.min(at, before);
          const joiner = core.connect();
          joiner.tell('join_room', { roomId: ROOM, since: { epoch: log.epoch, offset } });
          for (const one of steps) {
            if (one === 'answer') await log.answer();
            else if (one === 'turn') await turn();
            else say(one.say);
          }
          while ((await log.answer()) > 0);
          say(1);
          await turn();
          expect(joiner.got('join_room_success').map(({ payload }) => payload?.['recovered'])).toEqual([true]);
          expect(sequenceOf(joiner)).toEqual(numbers(log.top, offset + 1));
        },
      );
      await fc.assert(property, { seed: 5, numRuns: 60 });
    });
  });
}

test('D6 a log in memory answers within the same step', () => {
  const core = new TestCore();
  const joiner = core.connect();
  joiner.tell('join_room', { roomId: ROOM }, 1);
  expect(joiner.link.lines()).toMatchObject([{ type: 'join_room_success', id: 1, offsets: [] }]);
});

test('D6 who is given a page that ends before the first message they heard is given the rest as well', async () => {
  const { core, log, say } = slowRoom('at the beginning');
  say(5);
  const page = log.page(3);
  say(2); // in no page that was asked for before, and heard by nobody who comes later
  Object.assign(log, { page: () => page });
  const joiner = core.connect();
  joiner.tell('join_room', { roomId: ROOM, limit: 3 });
  say(1);
  while ((await log.answer()) > 0);
  say(1);
  await turn();
  expect(sequenceOf(joiner)).toEqual(numbers(9, 3));
});

test('G7 a client with one position for all rooms that joins again where it is stays live, without gap or double', async () => {
  const { core, log, say } = slowRoom('at the end');
  say(3);
  const joiner = core.connect({ ...lineFormat, name: 'ordered', ordered: true });
  joiner.tell('join_room', { roomId: ROOM, limit: 0 });
  joiner.tell('join_room', { roomId: 'room:other' });
  await log.answer();
  joiner.tell('join_room', { roomId: ROOM, since: { epoch: log.epoch, offset: 1 } }, 7);
  say(2);
  const other = core.connect();
  other.tell('join_room', { roomId: 'room:other' });
  other.tell('publish', { roomId: 'room:other', data: 99 });
  await turn();
  // The log has not been read yet: what other rooms bring overtakes nothing.
  expect(joiner.heard()).toEqual([4, 5, 99]);
  await log.answer();
  const [reply] = joiner.got('join_room_success').filter(({ id }) => id === 7);
  expect(reply).toMatchObject({ offsets: [2, 3], payload: { recovered: true, offset: 5 } });
  say(1);
  await turn();
  expect(joiner.heard()).toEqual([4, 5, 99, 6]);
});

test('G7 a client with one position for all rooms gets nothing twice where the log cannot be read', async () => {
  const { core, log, say } = slowRoom('at the end');
  const joiner = core.connect({ ...lineFormat, name: 'ordered', ordered: true });
  joiner.tell('join_room', { roomId: ROOM });
  await log.answer();
  joiner.tell('join_room', { roomId: ROOM });
  say(2);
  await turn();
  log.fails = true;
  await log.answer();
  expect(joiner.got('join_room_success')).toHaveLength(2);
  expect(sequenceOf(joiner)).toEqual([1, 2]);
});
