import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type CoreClient, numbers, TestCore, turn } from '../../test/support/core.ts';

const MAX_BUFFER = 4096;

/** A room in which `writer` speaks and `slow` does not read. */
async function stall(size = 10_000, given?: TestCore) {
  const policies = { room: { history: { size, age: 0 }, presence: true } };
  const core = given ?? new TestCore({ maxBuffer: MAX_BUFFER }, policies);
  const [writer, slow] = [core.connect(), core.connect()];
  for (const client of [writer, slow]) client.tell('join_room', { roomId: 'room:x' });
  slow.link.stalled = true;
  let said = 0;
  const say = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) {
      writer.tell('publish', { roomId: 'room:x', data: ++said });
      await turn();
    }
    return said;
  };
  while (slow.connection.state === 'open') await say(1);
  return { core, writer, slow, say };
}

/** The peer reads on and on, until it is live again. */
async function wake({ link, connection }: CoreClient): Promise<void> {
  while (connection.state === 'catching-up') link.drain();
  link.stalled = false;
  link.drain();
  await turn();
}

describe('a client that reads too slowly', () => {
  test('D13 is caught up from the log, in order and without a hole, and is live again', async () => {
    const { slow, say } = await stall();
    const said = await say(500);
    await wake(slow);
    expect(slow.heard()).toEqual(numbers(said));
    expect(slow.got('caught_up')).toMatchObject([{ payload: { recovered: true, offset: said, roomId: 'room:x' } }]);
    expect(slow.link.lines().at(-1)?.type).toBe('caught_up');
    await say(3);
    expect(slow.heard()).toEqual(numbers(said + 3));
  });

  test('D13 D19 never makes the server hold more than its bound and one publication', async () => {
    const { slow, say } = await stall();
    await say(2000);
    await wake(slow);
    expect(slow.link.peak).toBeLessThan(MAX_BUFFER + 200);
  });

  test('D13 D18 is reported when it is live again, so that it can be told what no log holds', async () => {
    const core: TestCore = new TestCore({
      maxBuffer: MAX_BUFFER,
      onCaughtUp: (connection) => core.engine.fanout.send(connection, 'storage_state', { available: false }),
    });
    const { slow } = await stall(10_000, core);
    expect(slow.got('storage_state')).toEqual([]);
    await wake(slow);
    expect(slow.link.lines().slice(-2)).toMatchObject([
      { type: 'caught_up' },
      { type: 'storage_state', payload: { available: false } },
    ]);
  });

  test('D13 misses no presence: the end of its catch-up brings the members', async () => {
    const { core, slow } = await stall();
    const [late] = [core.connect()];
    late.tell('join_room', { roomId: 'room:x' });
    await turn();
    await wake(slow);
    const members = slow.got('caught_up')[0]?.payload?.['members'] as { connectionId: string }[];
    expect(members.map(({ connectionId }) => connectionId)).toContain(late.connection.id);
    expect(slow.got('user_joined')).toEqual([]);
  });

  test('D13 is told when the log has lost something meanwhile', async () => {
    const { slow, say } = await stall(10);
    const said = await say(500);
    await wake(slow);
    expect(slow.got('caught_up')).toMatchObject([{ payload: { recovered: false, offset: said } }]);
    expect(slow.heard().slice(-10)).toEqual(numbers(said, said - 9));
  });

  test('D13 publications that come while it is being refilled are neither lost nor doubled', async () => {
    const { slow, say } = await stall();
    await say(300);
    let said = 0;
    while (slow.connection.state === 'catching-up') {
      said = await say(5);
      slow.link.drain();
    }
    await wake(slow);
    expect(slow.heard()).toEqual(numbers(said));
  });

  test('D13 D16 what still waits for its window in another room is not lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const core = new TestCore({ maxBuffer: MAX_BUFFER, flushWindow: 1000 });
    const [writer, slow] = [core.connect(), core.connect()];
    for (const client of [writer, slow]) client.tell('join_room', { roomId: 'room:calm' });
    for (const client of [writer, slow, ...Array.from({ length: 500 }, () => core.connect())]) {
      client.tell('join_room', { roomId: 'room:busy' });
    }
    const say = (roomId: string, data: number): void => writer.tell('publish', { roomId, data });
    for (const data of numbers(200)) say('room:busy', data);
    core.engine.fanout.flushAll();
    say('room:busy', 201); // waits: the room has become busy
    slow.link.stalled = true;
    let calm = 0;
    while (slow.connection.state === 'open') {
      say('room:calm', ++calm);
      vi.advanceTimersByTime(0);
    }
    slow.link.stalled = false;
    while (slow.connection.state === 'catching-up') slow.link.drain();
    vi.advanceTimersByTime(0);
    expect(slow.heard('room:busy')).toEqual(numbers(201));
    expect(slow.heard('room:calm')).toEqual(numbers(calm));
  });

  test('D13 cannot enter a room without a log meanwhile, which could not be refilled, nor publish', async () => {
    const { slow } = await stall();
    slow.tell('join_room', { roomId: 'bridge:x' });
    slow.tell('publish', { roomId: 'room:x', data: 1 });
    await wake(slow);
    expect(slow.got('join_room_error').map(({ payload }) => payload?.['code'])).toEqual(['OVERLOADED']);
    expect(slow.got('error').map(({ payload }) => payload?.['code'])).toEqual(['OVERLOADED']);
    expect(slow.got('caught_up').map(({ payload }) => payload?.['roomId'])).toEqual(['room:x']);
  });

  test('D13 that asks and asks without reading is closed with 4100', async () => {
    const { core, slow } = await stall();
    for (let sequence = 0; !slow.link.ending && sequence < 10_000; sequence++) {
      slow.tell('heartbeat', { sequence });
      await turn();
    }
    expect(slow.link.ending).toMatchObject({ code: 4100 });
    expect(core.engine.hub.get('room:x')?.memberCount).toBe(1);
  });

  test('D13 that leaves or dies meanwhile is gone', async () => {
    const { core, slow, say } = await stall();
    slow.tell('leave_room', { roomId: 'room:x' });
    await wake(slow);
    expect(slow.got('caught_up')).toEqual([]);
    expect(core.engine.hub.get('room:x')?.memberCount).toBe(1);

    const other = await stall();
    other.core.engine.closed(other.slow.connection, 1006, '');
    other.slow.link.drain();
    await other.say(3);
    expect(other.slow.got('caught_up')).toEqual([]);
    expect(await say(1)).toBeGreaterThan(0);
  });

  test('D13 in a room that keeps no log is closed with 4100 at once, and the others go on', async () => {
    const core = new TestCore({ maxBuffer: MAX_BUFFER });
    const [writer, slow, watcher] = [core.connect(), core.connect(), core.connect()];
    for (const client of [writer, slow, watcher]) client.tell('join_room', { roomId: 'bridge:x' });
    slow.tell('join_room', { roomId: 'room:x' });
    slow.link.stalled = true;
    let said = 0;
    while (!slow.link.ending && said < 10_000) {
      writer.tell('publish', { roomId: 'bridge:x', data: ++said });
      await turn();
    }
    expect(slow.link.ending).toMatchObject({ code: 4100 });
    expect(slow.connection.memberships).toEqual([]);
    expect(watcher.heard()).toEqual(numbers(said));
    expect(core.counters.drops.get('slow_consumer_closed')).toBe(1);
  });
});
