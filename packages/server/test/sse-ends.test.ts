import { connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { EventStream } from './support/event-stream.ts';
import { Inbox } from './support/inbox.ts';
import { NativeClient } from './support/native.ts';
import { serve, TestServer } from './support/server.ts';

const KiB = 1024;
/** So large that the buffers of the operating system are soon full. */
const PADDING = 'x'.repeat(30 * KiB);
const TIGHT = { maxFrameSize: 32 * KiB, maxBuffer: 256 * KiB, webhookBodySize: 64 * KiB, messageRate: 0 };
const CLOSED = 'roomcast_drops_total{reason="slow_consumer_closed"}';

/** Speaks until a metric of the server reaches 1. */
async function speakUntil(server: TestServer, metric: string, say: (n: number) => Promise<unknown>): Promise<number> {
  let n = 0;
  while ((await server.metric(metric)) !== 1) {
    expect(n, `${metric} never came`).toBeLessThan(10_000);
    for (let i = 0; i < 50; i++) await say(++n);
  }
  return n;
}

const DEATHS = {
  'the end of its TCP stream': (stream: EventStream) => stream.response.socket.end(),
  'a socket that is destroyed': (stream: EventStream) => stream.response.socket.destroy(),
  'a reset': (stream: EventStream) => stream.response.socket.resetAndDestroy(),
};
for (const [death, kill] of Object.entries(DEATHS)) {
  test(`B4 W7 after ${death} the reader is out of its room, and the room is gone`, async () => {
    const server = await serve();
    const stream = await EventStream.open(server, '/sse?room=lonely');
    await stream.next('join_room_success');
    expect(await server.rooms()).toEqual(['bridge:lonely']);
    kill(stream);
    expect((await server.buried()).code).toBe(1006);
    expect(await server.rooms()).toEqual([]);
    expect((await server.get('/health')).json).toMatchObject({ connections: 0, rooms: 0 });
  });
}

describe('a reader that stops reading', () => {
  test('D13 in a room without a log is told with 4100 behind what it had, and the others notice nothing', async () => {
    const server = await serve(TIGHT);
    const watcher = await joinBridge(server, 'loud');
    const stalled = await EventStream.open(server, '/sse?room=loud');
    await stalled.next('join_room_success');
    stalled.pause();
    const said = await speakUntil(server, CLOSED, (n) => server.emit({ room: 'loud', data: { n, PADDING } }));
    for (let n = 1; n <= said; n++) expect(JSON.parse(await watcher.next())).toMatchObject({ n });
    stalled.resume();
    expect(await stalled.next('disconnect')).toMatchObject({ code: 4100, reconnect: true });
    await stalled.closed;
    const got = stalled.events.waiting.map(({ data }) => (JSON.parse(data) as { data: { n: number } }).data.n);
    expect(got).toEqual(got.map((_, i) => i + 1));
    expect(await server.buried()).toMatchObject({ code: 4100 });
  });

  test('D13 W7 and never reads again is dropped after 30 s, with all that waited for it', async () => {
    const server = await serve(TIGHT);
    const stalled = await EventStream.open(server, '/sse?room=loud');
    stalled.pause();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await speakUntil(server, CLOSED, (n) => server.emit({ room: 'loud', data: { n, PADDING } }));
    expect((await server.get('/health')).json).toMatchObject({ connections: 1 });
    vi.advanceTimersByTime(30_000);
    expect(await server.buried()).toMatchObject({ code: 4100 });
    expect((await server.get('/health')).json).toMatchObject({ connections: 0 });
  });

  test('D13 D16 in a room with a log gets everything once and in order when it goes on', async () => {
    const server = await serve({ ...TIGHT, namespaces: { deep: { history: { size: 20_000, age: '1h' } } } });
    const stalled = await EventStream.open(server, '/sse?room=deep:x');
    await stalled.next('join_room_success');
    stalled.pause();
    const talker = await NativeClient.connect(server);
    await talker.join('deep:x');
    const say = (n: number) => talker.publish('deep:x', { n, PADDING });
    let said = await speakUntil(server, 'roomcast_catch_ups_total', say);
    for (let i = 0; i < 30; i++) await say(++said);
    stalled.resume();
    expect(await stalled.next('caught_up')).toMatchObject({ roomId: 'deep:x', recovered: true, offset: said });
    await say(++said);
    const got = (await stalled.heard(said)) as { n: number }[];
    expect(got.map(({ n }) => n)).toEqual(Array.from({ length: said }, (_, i) => i + 1));
    expect(stalled.lastEventId).toMatch(new RegExp(`-${said}$`));
  });
});

describe('signs of life', () => {
  const QUICK = { pingInterval: 100, pingTimeout: 250 };

  test('D12 a reader of a silent room gets a comment now and then, and lives', async () => {
    const server = await serve(QUICK);
    const stream = await EventStream.open(server, '/sse?room=silent');
    while (stream.comments < 5) await new Promise((resolve) => stream.response.once('data', resolve));
    expect((await server.get('/health')).json).toMatchObject({ connections: 1 });
    await server.emit({ room: 'silent', data: 'at last' });
    expect(await stream.heard(1)).toEqual(['at last']);
  });

  test('D12 W7 D8 a reader whose socket takes nothing any more is closed with 4101, and its room learns of it', async () => {
    const server = await serve({ ...QUICK, maxFrameSize: '1MiB', maxBuffer: '64MiB', logBudget: '64MiB' });
    const watcher = await NativeClient.connect(server);
    await watcher.join('live:x');
    const dead = await EventStream.open(server, '/sse?room=live:x');
    await watcher.next('user_joined');
    dead.pause();
    // More than the buffers of the operating system hold, less than counts as slow.
    for (let n = 0; n < 24; n++) await watcher.publish('live:x', PADDING.repeat(30));
    await watcher.next('user_left');
    dead.resume();
    expect(await dead.next('disconnect')).toMatchObject({ code: 4101, reconnect: true });
    expect(await server.buried()).toMatchObject({ code: 4101 });
  });
});

test('D17 a server that stops says so, spreads the return of its readers, and ends their streams', async () => {
  const server = await TestServer.start({ reconnectSpread: 5000 });
  const streams = await Promise.all([1, 2, 3, 4].map(() => EventStream.open(server, '/sse?room=live:x')));
  await Promise.all(streams.map((stream) => stream.next('join_room_success')));
  const stopped = server.stop();
  for (const stream of streams) {
    const { reconnectAfter, ...farewell } = await stream.next('disconnect');
    expect(farewell).toEqual({ reason: 'The server is shutting down.', code: 1001, reconnect: true });
    expect(stream.retry).toBe(reconnectAfter);
    await stream.closed;
  }
  await stopped;
});

test('B7 a stream behind another on one connection is refused, and holds no place', async () => {
  const server = await serve({ maxConnections: 2 });
  const socket = connect(server.port, '127.0.0.1');
  const chunks = new Inbox<string>();
  socket.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  const get = 'GET /sse?room=x HTTP/1.1\r\nhost: localhost\r\n\r\n';
  socket.write(get.repeat(5));
  await chunks.next((text) => text.includes('join_room_success'));
  const second = await EventStream.open(server, '/sse?room=x');
  socket.destroy();
  await server.buried();
  const third = await EventStream.open(server, '/sse?room=x');
  await server.emit({ room: 'x', data: 1 });
  for (const stream of [second, third]) expect(await stream.heard(1)).toEqual([1]);
});
