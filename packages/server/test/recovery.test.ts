import type { ChatMessage, Position, Publication, ServerEvents } from '@roomcast/protocol';
import { describe, expect, test } from 'vitest';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';

const LIVE = 'live:room';

type Joined = ServerEvents['join_room_success'];

function offsetsOf(
  publications: readonly Pick<Publication, 'offset'>[] | readonly ChatMessage[],
): (number | null | undefined)[] {
  return publications.map(({ offset }) => offset);
}

function positionOf({ epoch, offset }: Joined): Position {
  return { epoch: epoch ?? '', offset: offset ?? 0 };
}

describe('coming back with a position', () => {
  test('D16 brings exactly what was missed, in order, and says that nothing is missing', async () => {
    const server = await serve();
    const [writer, reader] = [await NativeClient.connect(server), await NativeClient.connect(server)];
    await writer.join(LIVE);
    const since = positionOf(await reader.join(LIVE));
    await reader.close();
    for (let n = 1; n <= 120; n++) await writer.publish(LIVE, n);
    const again = await NativeClient.connect(server);
    const { history, recovered, offset } = await again.join(LIVE, { since });
    expect({ recovered, offset }).toEqual({ recovered: true, offset: 120 });
    expect(history.map(({ data }) => data)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    const half = await again.join(LIVE, { since: { ...since, offset: 115 } });
    expect(offsetsOf(half.history)).toEqual([116, 117, 118, 119, 120]);
    expect(await again.join(LIVE, { since: { ...since, offset: 120 } })).toMatchObject({
      history: [],
      recovered: true,
    });
    expect(await server.metric('roomcast_recovered_total')).toBe(3);
  });

  test('D16 with a position that the log no longer holds brings the recent page, and says so', async () => {
    const server = await serve({ namespaces: { short: { history: { size: 5, age: '1h' } } } });
    const client = await NativeClient.connect(server);
    const since = positionOf(await client.join('short:x'));
    for (let n = 1; n <= 9; n++) await client.publish('short:x', n);
    const missed = await client.join('short:x', { since: { ...since, offset: 3 } });
    expect({ ...missed, history: offsetsOf(missed.history) }).toMatchObject({
      recovered: false,
      history: [5, 6, 7, 8, 9],
      offset: 9,
    });
    const atTheEdge = await client.join('short:x', { since: { ...since, offset: 4 } });
    expect(atTheEdge).toMatchObject({ recovered: true });
    expect(atTheEdge.history).toHaveLength(5);
    expect(await server.metric('roomcast_not_recovered_total')).toBe(1);
  });

  test('D16 with the position of another log, or one ahead of it, is not taken for recovered', async () => {
    const client = await NativeClient.connect(await serve());
    const since = positionOf(await client.join(LIVE));
    await client.publish(LIVE, 1);
    for (const wrong of [
      { epoch: 'another', offset: 0 },
      { ...since, offset: 2 },
      { ...since, offset: Number.MAX_SAFE_INTEGER },
    ]) {
      expect(await client.join(LIVE, { since: wrong })).toMatchObject({ recovered: false, offset: 1 });
    }
  });

  test('D13 D16 is not recovered where more was missed than one answer may bring', async () => {
    const server = await serve({ maxFrameSize: '32KiB', maxBuffer: '300KiB' });
    const client = await NativeClient.connect(server);
    const since = positionOf(await client.join(LIVE));
    for (let n = 1; n <= 10; n++) await client.publish(LIVE, 'x'.repeat(20 * 1024));
    const { history, recovered, offset } = await client.join(LIVE, { since });
    expect({ recovered, offset, offsets: offsetsOf(history) }).toEqual({
      recovered: false,
      offset: 10,
      offsets: [7, 8, 9, 10], // 80 of the 100 KiB that are a third of the buffer
    });
    expect((await client.join(LIVE, { since: { ...since, offset: 7 } })).recovered).toBe(true);
    const page = await client.expect('history', 'get_history', { roomId: LIVE, before: 7 });
    expect({ offsets: offsetsOf(page.publications), hasMore: page.hasMore }).toEqual({
      offsets: [3, 4, 5, 6],
      hasMore: true,
    });
  });

  test('D16 a room that had ended meanwhile begins a new log with an epoch of its own', async () => {
    const client = await NativeClient.connect(await serve());
    const since = positionOf(await client.join(LIVE));
    await client.expect('room_left', 'leave_room', { roomId: LIVE }); // nothing was ever said: the room is gone
    const { epoch, recovered } = await client.join(LIVE, { since });
    expect(recovered).toBe(false);
    expect(epoch).not.toBe(since.epoch);
  });
});

describe('a resend after a reconnect', () => {
  test('D5 with the same session and message id is acknowledged again, and delivered once', async () => {
    const server = await serve();
    const watcher = await NativeClient.connect(server);
    await watcher.join(LIVE);
    const sessionId = 'session-0123456789';
    const message = { roomId: LIVE, data: { n: 1 }, clientMessageId: 'm-1' };
    const first = await NativeClient.connect(server);
    await first.expect('session_resumed', 'resume_session', { sessionId });
    await first.join(LIVE);
    const ack = await first.expect('published', 'publish', message);
    first.socket.tcp.destroy();

    const second = await NativeClient.connect(server);
    expect(await second.expect('session_resumed', 'resume_session', { sessionId })).toEqual({ sessionId });
    await second.join(LIVE);
    expect(await second.expect('published', 'publish', message)).toEqual({ ...ack, duplicate: true });
    const other = await second.expect('published', 'publish', { ...message, clientMessageId: 'm-2' });
    expect(other).toMatchObject({ duplicate: false, offset: 2 });
    expect((await watcher.next('publication')).payload).toMatchObject({ clientMessageId: 'm-1' });
    expect((await watcher.next('publication')).payload).toMatchObject({ clientMessageId: 'm-2' });
    expect(await server.metric('roomcast_duplicates_total')).toBe(1);
  });

  test('D5 a connection names its session once', async () => {
    const client = await NativeClient.connect(await serve());
    const sessionId = 'session-0123456789';
    await client.expect('session_resumed', 'resume_session', { sessionId });
    await client.expect('session_resumed', 'resume_session', { sessionId });
    const refused = await client.ask('resume_session', { sessionId: `${sessionId}-2` });
    expect(refused).toMatchObject({ type: 'error', payload: { code: 'FORBIDDEN' } });
  });

  test('D5 of another session, or into another room, is a message of its own', async () => {
    const server = await serve();
    const clients = [await NativeClient.connect(server), await NativeClient.connect(server)];
    for (const [i, client] of clients.entries()) {
      await client.join(LIVE);
      await client.join('live:other');
      const publish = (roomId: string) => client.publish(roomId, i, { clientMessageId: 'same' });
      expect([(await publish(LIVE)).duplicate, (await publish('live:other')).duplicate]).toEqual([false, false]);
      expect((await publish(LIVE)).duplicate).toBe(true);
    }
  });
});

describe('joining a room that others speak in', () => {
  const PUBLICATIONS = 3000;
  const JOINERS = 40;

  test('D6 what a join brings and what comes live make one sequence, without gap or double', async () => {
    const server = await serve({ messageRate: 0, namespaces: { busy: { history: { size: 5000, age: '1h' } } } });
    const writers = await Promise.all([1, 2].map(() => NativeClient.connect(server)));
    for (const writer of writers) await writer.join('busy:x');
    const joiners = await Promise.all(Array.from({ length: JOINERS }, () => NativeClient.connect(server)));

    const joins: Promise<Joined>[] = [];
    for (let n = 1; n <= PUBLICATIONS; n++) {
      writers[n % 2]?.tell('publish', { roomId: 'busy:x', data: n });
      if (n % (PUBLICATIONS / JOINERS) > 0) continue;
      const i = joins.length;
      // Some want the recent page, some all of it, some nothing.
      const joiner = joiners[i] as NativeClient;
      joins.push(joiner.join('busy:x', { limit: [50, 500, 0][i % 3] }));
      await writers[n % 2]?.ask('heartbeat', { sequence: n }); // gives the server a turn
    }
    const joined = await Promise.all(joins);
    for (const writer of writers) await writer.ask('heartbeat', { sequence: 0 });
    const end = await (writers[0] as NativeClient).publish('busy:x', 'end');

    for (const [i, joiner] of joiners.entries()) {
      const offsets = offsetsOf(joined[i]?.history ?? []);
      let last = offsets.at(-1) ?? joined[i]?.offset ?? 0;
      expect(last).toBe(joined[i]?.offset);
      while (last < (end.offset ?? 0)) {
        const { payload } = await joiner.next('publication');
        offsets.push(payload.offset);
        last = payload.offset ?? 0;
      }
      const first = offsets[0] ?? 0;
      expect(offsets).toEqual(Array.from({ length: (end.offset ?? 0) - first + 1 }, (_, k) => first + k));
    }
  });

  test('D6 D16 clients that come and go with their positions miss nothing and see nothing twice', async () => {
    const server = await serve({ messageRate: 0, namespaces: { busy: { history: { size: 5000, age: '1h' } } } });
    const writer = await NativeClient.connect(server);
    let position = positionOf(await writer.join('busy:x'));
    const seen: (number | null | undefined)[] = [];
    let said = 0;
    for (let round = 0; round < 25; round++) {
      for (let i = 0; i < 20; i++) writer.tell('publish', { roomId: 'busy:x', data: ++said });
      const reader = await NativeClient.connect(server);
      const joined = await reader.join('busy:x', { since: position });
      expect(joined.recovered).toBe(true);
      seen.push(...offsetsOf(joined.history));
      for (let i = 0; i < 20; i++) writer.tell('publish', { roomId: 'busy:x', data: ++said });
      for (let i = 0; i < round % 20; i++) seen.push((await reader.next('publication')).payload.offset);
      reader.socket.tcp.destroy(); // what was on its way is lost, and must come with the next join
      position = { ...position, offset: seen.at(-1) ?? 0 };
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i + 1));
  });
});
