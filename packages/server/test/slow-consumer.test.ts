import type { ServerEvents } from '@roomcast/protocol';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Api } from './support/api.ts';
import { joinBridge } from './support/bridge.ts';
import { ChatClient } from './support/chat.ts';
import { NativeClient } from './support/native.ts';
import { TestProcess } from './support/process.ts';
import { serve } from './support/server.ts';
import type { Socket } from './support/socket.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
/** So large that the buffers of the operating system are soon full. */
const PADDING = 'x'.repeat(30 * KiB);
const TIGHT = { maxFrameSize: 32 * KiB, maxBuffer: 256 * KiB, messageRate: 0 };

/** Speaks until a metric of the server reaches 1. Each round is heard by `watcher` before the next begins. */
async function speakUntil(server: Api, metric: string, say: (n: number) => void, heard: () => Promise<number>) {
  let n = 0;
  while ((await server.metric(metric)) !== 1) {
    expect(n, `${metric} never came`).toBeLessThan(10_000);
    for (let i = 0; i < 50; i++) say(++n);
    for (let i = 49; i >= 0; i--) expect(await heard()).toBe(n - i);
  }
  return n;
}

async function numberFrom(socket: Socket): Promise<number> {
  return (JSON.parse(await socket.next()) as { n: number }).n;
}

const CLOSED = 'roomcast_drops_total{reason="slow_consumer_closed"}';

describe('a client that stops reading in a room without a log', () => {
  test('D13 is closed with 4100, while the others get everything in order', async () => {
    const server = await serve(TIGHT);
    const [talker, watcher] = [await joinBridge(server, 'loud'), await joinBridge(server, 'loud')];
    const stalled = await joinBridge(server, 'loud');
    stalled.ws.pause();
    const say = (n: number) => talker.send(`{"n":${n},"padding":"${PADDING}"}`);
    const said = await speakUntil(server, CLOSED, say, () => numberFrom(watcher));
    expect((await server.get('/api/rooms/loud')).json).toMatchObject({ memberCount: 2 });
    say(said + 1);
    expect(await numberFrom(watcher)).toBe(said + 1);

    // What had been on its way still arrives: a beginning without a hole, then the reason.
    stalled.ws.resume();
    expect(await stalled.closed).toEqual({ code: 4100, reason: expect.any(String) });
    const got = stalled.inbox.waiting.map((text) => (JSON.parse(text) as { n: number }).n);
    expect(got).toEqual(Array.from({ length: got.length }, (_, i) => i + 1));
    expect(await server.buried()).toMatchObject({ code: 4100 });
    expect(await server.metric('roomcast_closes_total{code="4100"}')).toBe(1);
  });

  test('D13 W7 and never reads again is dropped after 30 s, with all that waited for it', async () => {
    const server = await serve(TIGHT);
    const [talker, watcher] = [await joinBridge(server, 'loud'), await joinBridge(server, 'loud')];
    const stalled = await joinBridge(server, 'loud');
    stalled.ws.pause();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const say = (n: number) => talker.send(`{"n":${n},"padding":"${PADDING}"}`);
    await speakUntil(server, CLOSED, say, () => numberFrom(watcher));
    expect((await server.get('/health')).json).toMatchObject({ connections: 3 });
    vi.advanceTimersByTime(30_000);
    expect(await server.buried()).toMatchObject({ code: 4100 });
    expect((await server.get('/health')).json).toMatchObject({ connections: 2 });
  });
});

describe('a client that stops reading in a room with a log', () => {
  const BUFFERS = { 'a bound above the socket’s own': 256 * KiB, 'a bound below it': 40 * KiB };
  for (const [what, maxBuffer] of Object.entries(BUFFERS)) {
    test(`D13 D16 and goes on later gets every publication once and in order (${what})`, async () => {
      const settings = { ...TIGHT, maxBuffer, logBudget: 512 * MiB };
      const server = await serve({
        ...settings,
        namespaces: { deep: { history: { size: 20_000, age: '1h' }, presence: true } },
      });
      const { said, stalled, offsets, end, talker } = await stallAndResume(server, 'deep:x');
      expect(offsets).toEqual(Array.from({ length: said }, (_, i) => i + 1));
      expect(end).toMatchObject({ roomId: 'deep:x', recovered: true, offset: said });
      expect(end.members).toHaveLength(3);
      await talker.publish('deep:x', 'live again');
      expect((await stalled.next('publication')).payload).toMatchObject({ data: 'live again', offset: said + 1 });
    });
  }

  test('D13 D16 is told when the log no longer held everything, and gets what it holds', async () => {
    const server = await serve({ ...TIGHT, namespaces: { brief: { history: { size: 5, age: '1h' } } } });
    const { said, stalled, offsets, end, talker } = await stallAndResume(server, 'brief:x');
    expect(end).toMatchObject({ recovered: false, offset: said });
    expect(offsets.slice(-5)).toEqual([said - 4, said - 3, said - 2, said - 1, said]);
    expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    expect(offsets.length).toBeLessThan(said);
    await talker.publish('brief:x', 'live again');
    expect((await stalled.next('publication')).payload).toMatchObject({ data: 'live again', offset: said + 1 });
  });

  test('D13 D18 is told in chat how the database is, which it may not have heard', async () => {
    const server = await serve({ ...TIGHT, chatMessageRate: 0, maxMessageLength: 20_000 });
    const [talker, watcher] = [await ChatClient.of(server, 'ann'), await ChatClient.of(server, 'ben')];
    const stalled = await ChatClient.of(server, 'cid');
    for (const client of [talker, watcher, stalled]) await client.join('chat:lobby');
    stalled.native.socket.ws.pause();
    const content = 'x'.repeat(20_000);
    const say = () => talker.native.tell('chat_message', { roomId: 'chat:lobby', content });
    await speakUntil(server, 'roomcast_catch_ups_total', say, async () => (await watcher.hear()).offset ?? 0);
    stalled.native.socket.ws.resume();
    await stalled.native.next('caught_up');
    expect((await stalled.native.next('storage_state')).payload).toEqual({ available: true });
  });

  /** A client stalls until the server notices, sleeps through some more, and wakes. */
  async function stallAndResume(server: Api, roomId: string) {
    const [talker, watcher] = [await NativeClient.connect(server), await NativeClient.connect(server)];
    const stalled = await NativeClient.connect(server);
    for (const client of [talker, watcher, stalled]) await client.join(roomId);
    stalled.socket.ws.pause();
    const say = (n: number) => talker.tell('publish', { roomId, data: { n, padding: PADDING } });
    const heard = async () => (await watcher.next('publication')).payload.offset ?? 0;
    let said = await speakUntil(server, 'roomcast_catch_ups_total', say, heard);
    for (let i = 0; i < 30; i++) say(++said);
    while ((await heard()) < said);
    stalled.socket.ws.resume();
    const end: ServerEvents['caught_up'] = (await stalled.next('caught_up')).payload;
    const offsets = stalled.frames.waiting.filter(({ type }) => type === 'publication').map(offsetOf);
    await stalled.frames.next((frame) => offsetOf(frame) === said);
    while (stalled.frames.waiting.some(({ type }) => type === 'publication')) await stalled.next('publication');
    return { said, stalled, offsets, end, talker };
  }
});

function offsetOf({ payload }: { readonly payload: object }): number {
  return (payload as { offset?: number }).offset ?? 0;
}

test('D19 one that does not read costs no more memory than its bound', async () => {
  const settings = { maxFrameSize: 64 * KiB, maxBuffer: MiB, messageRate: 0, logBudget: 2 * MiB };
  const server = await TestProcess.start({ ...settings, logLevel: 'warn' });
  const [talker, watcher] = [await NativeClient.connect(server), await NativeClient.connect(server)];
  const stalled = await Promise.all([1, 2, 3].map(() => NativeClient.connect(server)));
  for (const client of [talker, watcher, ...stalled]) await client.join('live:loud');
  for (const { socket } of stalled) socket.ws.pause();
  const memory = async () => ((await server.get('/health')).json as { memoryBytes: number }).memoryBytes;
  const round = async () => {
    for (let i = 0; i < 50; i++) talker.tell('publish', { roomId: 'live:loud', data: PADDING + PADDING });
    for (let i = 0; i < 50; i++) await watcher.next('publication');
  };
  // The first rounds warm up: the process's own heap and the buffers of the operating system.
  for (let i = 0; i < 10; i++) await round();
  const before = await memory();
  for (let i = 0; i < 30; i++) await round();
  // 90 MiB have gone by, three times that would wait. How much of it V8 has collected by now is not ours to say.
  expect((await memory()) - before).toBeLessThan(96 * MiB);
  expect(await server.metric('roomcast_catch_ups_total')).toBe(3);
});

describe('a client that asks for more than it reads', () => {
  test('D13 is answered OVERLOADED while as much waits for it as may, and served again when it has read', async () => {
    const server = await serve(TIGHT);
    const client = await NativeClient.connect(server);
    await client.join('live:pages');
    for (let n = 0; n < 10; n++) await client.publish('live:pages', PADDING);

    const ids = Array.from({ length: 300 }, (_, n) => `page-${n}`);
    for (const id of ids) client.tell('get_history', { roomId: 'live:pages' }, id);
    const answers = await Promise.all(ids.map((id) => client.frames.next((frame) => frame.id === id, id)));

    const refused = answers.filter(({ type }) => type === 'error').map(({ payload }) => payload);
    expect(refused.length).toBeGreaterThan(0);
    for (const payload of refused) expect(payload).toMatchObject({ code: 'OVERLOADED', originalType: 'get_history' });
    const again = await client.expect('history', 'get_history', { roomId: 'live:pages' });
    // A page carries a third of maxBuffer at most.
    expect(again.publications.length).toBe(2);
    expect(again.hasMore).toBe(true);
  });
});
