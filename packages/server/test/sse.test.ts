import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { EventStream } from './support/event-stream.ts';
import { Inbox } from './support/inbox.ts';
import { NativeClient } from './support/native.ts';
import { serve, type TestServer } from './support/server.ts';

const count = (to: number, from = 1): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Publishes into a room that it is in itself. */
async function speakerIn(server: TestServer, roomId: string): Promise<(numbers: readonly number[]) => Promise<void>> {
  const client = await NativeClient.connect(server);
  await client.join(roomId, { limit: 0 });
  return async (numbers) => {
    for (const n of numbers) await client.publish(roomId, n);
  };
}

describe('a reader of events', () => {
  test('W4 gets what is published as events with their places, behind an answer that says where it is', async () => {
    const server = await serve();
    const speaker = await NativeClient.connect(server);
    await speaker.join('live:news');
    const stream = await EventStream.open(server, '/sse?room=live:news');
    expect(stream.response.headers).toMatchObject({
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    expect(stream.response.headers['transfer-encoding']).toBeUndefined();
    const joined = await stream.next('join_room_success');
    expect(joined).toMatchObject({ roomId: 'live:news', history: [], offset: 0, recovered: false });
    expect(joined['members']).toHaveLength(2);
    expect(stream.retry).toBe(1000);
    expect(stream.lastEventId).toBe(`${joined['epoch']}-0`);
    await speaker.publish('live:news', { n: 1 }, { event: 'flash' });
    const { data, lastEventId } = await stream.events.next(({ type }) => type === 'flash');
    expect(lastEventId).toBe(`${joined['epoch']}-1`);
    expect(JSON.parse(data)).toEqual({
      ...{ timestamp: expect.any(String), roomId: 'live:news', event: 'flash', id: lastEventId },
      ...{ offset: 1, epoch: joined['epoch'], sender: expect.any(Object), data: { n: 1 } },
    });
  });

  test('W4 hears the same as native and raw clients, in the same order, and is seen by them', async () => {
    const server = await serve({ messageRate: 0 });
    const [native, raw] = [await NativeClient.connect(server), await joinBridge(server, 'mixed')];
    await native.join('bridge:mixed');
    const stream = await EventStream.open(server, '/sse?room=mixed');
    await stream.next('join_room_success');
    for (const n of count(200))
      (n % 2 ? raw : native.socket).send(n % 2 ? `{"n":${n}}` : publishing('bridge:mixed', n));
    const heard = (await stream.heard(200)) as { n: number }[];
    const others = heard.filter(({ n }) => n % 2 === 1).map(({ n }) => n);
    expect(others).toEqual(count(200).filter((n) => n % 2 === 1));
    expect(heard.map(({ n }) => n).sort((a, b) => a - b)).toEqual(count(200));
    expect(stream.lastEventId).toBe(''); // nothing is kept there, so there is no place to come back to
    const watcher = await NativeClient.connect(server);
    await watcher.join('live:seen');
    const seen = await EventStream.open(server, '/sse?room=live:seen');
    expect((await watcher.next('user_joined')).payload.roomId).toBe('live:seen');
    seen.drop();
    await watcher.next('user_left');
  });

  test('B2 gets data that is spread over several lines, and every character of it', async () => {
    const server = await serve();
    const stream = await EventStream.open(server, '/sse?room=x');
    const pretty = '{\n  "text": "é😀 \u2028 \\n",\r\n\t"big": 12345678901234567890\n}';
    await server.emit(`{"room":"x","data":${pretty}}`);
    const { data } = await stream.events.next(({ type }) => type === 'message');
    expect(data).toContain(pretty.replace('\r\n', '\n'));
  });

  test('gets the recent page with the answer, as much as it asks for', async () => {
    const server = await serve();
    await (await speakerIn(server, 'live:x'))(count(60));
    const history = async (query: string): Promise<unknown[]> => {
      const stream = await EventStream.open(server, `/sse?room=live:x${query}`);
      const joined = await stream.next('join_room_success');
      expect(stream.lastEventId).toBe(`${joined['epoch']}-60`);
      return (joined['history'] as { data: unknown }[]).map(({ data }) => data);
    };
    expect(await history('')).toEqual(count(60, 11));
    expect(await history('&limit=2')).toEqual([59, 60]);
    expect(await history('&limit=0')).toEqual([]);
  });

  test('can be curl', async () => {
    const server = await serve();
    const url = `http://127.0.0.1:${server.port}/sse?room=x`;
    const curl = spawn('curl', ['-sN', '-m', '20', url], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      curl.kill();
    });
    const lines = new Inbox<string>();
    createInterface({ input: curl.stdout }).on('line', (line) => lines.push(line));
    await lines.next((line) => line === 'retry: 1000');
    await lines.next((line) => line === 'event: join_room_success');
    await server.emit({ room: 'x', event: 'tick', data: 'tock' });
    await lines.next((line) => line === 'event: tick');
    expect(await lines.next((line) => line.includes('"tock"'))).toMatch(/^data: \{"timestamp":.+"data":"tock"\}$/);
  });

  test('W10 two hundred of them get everything, and leave nothing behind', async () => {
    const server = await serve();
    const streams = await Promise.all(count(200).map(() => EventStream.open(server, '/sse?room=live:crowd')));
    await Promise.all(streams.map((stream) => stream.next('join_room_success')));
    expect((await server.get('/health')).json).toMatchObject({ connections: 200 });
    await (await speakerIn(server, 'live:crowd'))(count(20));
    const heard = await Promise.all(streams.map((stream) => stream.heard(20)));
    for (const numbers of heard) expect(numbers).toEqual(count(20));
    for (const stream of streams) stream.drop();
    for (const _ of streams) await server.buried();
    expect((await server.get('/health')).json).toMatchObject({ connections: 1 });
    expect(await server.metric('roomcast_closes_total{code="1006"}')).toBe(200);
  });
});

describe('a reader that comes back', () => {
  test('W9 D16 gets what it missed, once and in order, before what comes live', async () => {
    const server = await serve();
    const say = await speakerIn(server, 'live:x');
    const first = await EventStream.open(server, '/sse?room=live:x');
    await say(count(5));
    expect(await first.heard(5)).toEqual(count(5));
    first.drop();
    await server.buried();
    await say(count(105, 6));
    const second = await EventStream.open(server, '/sse?room=live:x', { 'last-event-id': first.lastEventId });
    await say(count(110, 106));
    expect(await second.next('join_room_success')).toMatchObject({ recovered: true, history: [] });
    expect(await second.heard(105)).toEqual(count(110, 6));
    expect(second.events.waiting).toEqual([]);
    expect(await server.metric('roomcast_recovered_total')).toBe(1);
  });

  test('W9 D16 misses nothing where it was dropped before anything had happened', async () => {
    const server = await serve();
    const say = await speakerIn(server, 'live:x');
    const first = await EventStream.open(server, '/sse?room=live:x');
    await first.next('join_room_success');
    first.drop();
    await server.buried();
    await say(count(3));
    // Where a header cannot be set, the address says it.
    const second = await EventStream.open(server, `/sse?room=live:x&lastEventId=${first.lastEventId}`);
    expect(await second.heard(3)).toEqual(count(3));
  });

  test('W9 D16 that is dropped again and again under load has everything in the end', async () => {
    const server = await serve({ namespaces: { deep: { history: { size: 5000, age: '1h' } } } });
    const heard: unknown[] = [];
    let id = '';
    const talk = (await speakerIn(server, 'deep:x'))(count(1000));
    while (heard.length < 1000) {
      const stream = await EventStream.open(server, '/sse?room=deep:x&limit=500', id ? { 'last-event-id': id } : {});
      const { history } = await stream.next('join_room_success');
      heard.push(...(history as { data: unknown }[]).map(({ data }) => data));
      heard.push(...(await stream.heard(Math.min(40, 1000 - heard.length))));
      stream.drop();
      await stream.closed;
      // What had arrived by then was read.
      for (const { type, data } of stream.events.waiting) if (type === 'message') heard.push(JSON.parse(data).data);
      id = stream.lastEventId;
    }
    await talk;
    expect(heard).toEqual(count(1000));
  });

  test('D16 is told where that cannot be, and gets the recent page apart from what is new', async () => {
    const server = await serve({ namespaces: { brief: { history: { size: 3, age: '1h' } } } });
    await (await speakerIn(server, 'brief:x'))(count(10));
    const top = (await (await EventStream.open(server, '/sse?room=brief:x')).next('join_room_success'))['epoch'];
    for (const lost of [`${top}-2`, `${top}-11`, 'another-10', 'nonsense', 'x'.repeat(2000)]) {
      const stream = await EventStream.open(server, '/sse?room=brief:x', { 'last-event-id': lost });
      const joined = await stream.next('join_room_success');
      expect(joined).toMatchObject({ recovered: false, offset: 10 });
      expect((joined['history'] as { data: unknown }[]).map(({ data }) => data)).toEqual([8, 9, 10]);
      expect(stream.lastEventId).toBe(`${top}-10`);
    }
  });
});

function publishing(roomId: string, n: number): string {
  return JSON.stringify({ type: 'publish', payload: { roomId, data: { n } } });
}
