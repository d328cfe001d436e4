import { describe, expect, test } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { aProblem, call, problemOf, UPGRADE } from './support/http.ts';
import { NativeClient } from './support/native.ts';
import { TestProcess } from './support/process.ts';

describe('a server that is told to stop', () => {
  test('D17 W7 says so to its clients before it closes, spreads their return, and ends with code 0', async () => {
    const server = await TestProcess.start({ reconnectSpread: 3000 });
    const natives = await Promise.all(Array.from({ length: 20 }, () => NativeClient.connect(server)));
    const raw = await joinBridge(server, 'lobby');
    server.kill('SIGTERM');
    const waits: number[] = [];
    for (const client of natives) {
      const { payload } = await client.next('disconnect');
      expect(payload).toEqual({
        reason: 'The server is shutting down.',
        code: 1001,
        reconnect: true,
        reconnectAfter: expect.any(Number),
      });
      waits.push(payload.reconnectAfter ?? -1);
      expect(await client.closed).toMatchObject({ code: 1001 });
    }
    expect(await raw.closed).toMatchObject({ code: 1001 });
    expect(raw.inbox.waiting).toEqual([]);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3000);
    expect(new Set(waits).size).toBeGreaterThan(10);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  test('D17 turns /ready negative first and takes no new connections, while those it has go on', async () => {
    const server = await TestProcess.start({ drainDelay: '2s' });
    const [a, b] = [await NativeClient.connect(server), await NativeClient.connect(server)];
    for (const client of [a, b]) await client.join('live:room');
    expect((await server.get('/ready')).status).toBe(200);
    server.kill('SIGINT');
    await server.lines.next((line) => line.includes('"stopping"'));
    expect(problemOf(await server.get('/ready'))).toEqual(aProblem(503, 'SHUTTING_DOWN'));
    expect(await server.get('/health')).toMatchObject({ status: 200, json: { status: 'draining', connections: 2 } });
    for (const path of ['/ws', '/bridge?room=a']) {
      const refused = await call(server.port, { path, headers: UPGRADE });
      expect(problemOf(refused)).toEqual(aProblem(503, 'SHUTTING_DOWN'));
      expect(refused.headers['retry-after']).toBeDefined();
    }
    await a.publish('live:room', 'still here');
    expect((await b.next('publication')).payload.data).toBe('still here');
    expect((await server.emit({ room: 'nobody', data: 1 })).status).toBe(200);
    expect((await a.closed).code).toBe(1001);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  test('D17 loses nothing that it has acknowledged', async () => {
    const server = await TestProcess.start({ messageRate: 0 });
    const writer = await NativeClient.connect(server);
    const readers = await Promise.all(Array.from({ length: 10 }, () => NativeClient.connect(server)));
    const raw = await joinBridge(server, 'lobby');
    for (const client of [writer, ...readers]) {
      await client.join('live:room');
      await client.join('bridge:lobby');
    }
    let told = 0;
    for (let i = 0; i < 1000; i++) {
      writer.tell('publish', { roomId: 'live:room', data: ++told });
      writer.tell('publish', { roomId: 'bridge:lobby', data: { n: told } });
      if (i === 500) server.kill('SIGTERM');
    }
    await writer.closed;
    const acknowledged = writer.frames.waiting.filter(({ type }) => type === 'published').length;
    expect(acknowledged).toBeGreaterThan(0);
    const live = Math.ceil(acknowledged / 2);
    for (const reader of readers) {
      await reader.closed;
      const offsets = reader.frames.waiting.flatMap(({ payload }) =>
        'roomId' in payload && payload.roomId === 'live:room' && 'data' in payload ? [payload.data] : [],
      );
      expect(offsets).toEqual(Array.from({ length: live }, (_, i) => i + 1));
    }
    await raw.closed;
    expect(raw.inbox.waiting).toHaveLength(Math.floor(acknowledged / 2));
    expect((await server.exited).code).toBe(0);
  });

  test('D17 does not wait for ever for a client that no longer reads', async () => {
    const server = await TestProcess.start({ shutdownTimeout: '2s' });
    const stalled = await NativeClient.connect(server);
    stalled.socket.ws.pause();
    server.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  test('D17 ends at once when it is told a second time', async () => {
    const server = await TestProcess.start({ drainDelay: '1h' });
    server.kill('SIGTERM');
    await server.lines.next((line) => line.includes('"stopping"'));
    server.kill('SIGINT');
    expect(await server.exited).toEqual({ code: 128 + 2, signal: null });
  });
});
