import { expect, test } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';
import { Socket } from './support/socket.ts';

/** How many clients come and go, and how many of them are there at a time. */
const CYCLES = 2000;
const AT_ONCE = 50;

test('D17 D19 W7 two thousand clients that come and go in every way leave nothing behind', async () => {
  const server = await serve();
  // Rooms of the bridge end with their last member; those with a log would live on for it.
  const visits = [
    async () => {
      const client = await NativeClient.connect(server);
      await client.expect('session_resumed', 'resume_session', { sessionId: `session-${client.connectionId}` });
      await client.join(`bridge:${client.connectionId}`);
      await client.join('bridge:all');
      await client.publish('bridge:all', 1, { clientMessageId: 'one' });
      await client.close();
    },
    async (n: number) => {
      const socket = await joinBridge(server, `raw-${n % 10}`);
      socket.send('{}');
      socket.tcp.destroy();
    },
    async () => {
      const socket = await joinBridge(server, 'all');
      socket.tcp.resetAndDestroy();
      await socket.closed;
    },
    async (n: number) => {
      const socket = await joinBridge(server, n % 2 > 0 ? 'all' : '');
      socket.send(n % 3 > 0 ? 'not json' : Buffer.from([1]));
      await socket.closed;
    },
    async () => {
      const client = await NativeClient.connect(server);
      await client.join('live:silent'); // nobody ever speaks there, so it ends as well
      client.socket.ws.terminate();
    },
    async () => {
      await Socket.open(server.ws('/ws'), {}, ['other']).catch(() => {});
    },
  ];
  for (let n = 0; n < CYCLES; n += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => visits[(n + i) % visits.length]?.(n + i)));
  }
  const opened = (await server.metric('roomcast_connections_opened_total')) ?? 0;
  for (let i = 0; i < opened; i++) await server.buried();
  expect(opened).toBeGreaterThan((CYCLES * 4) / 5);
  expect((await server.get('/health')).json).toMatchObject({ connections: 0, rooms: 0 });
  expect(await server.metric('roomcast_rooms')).toBe(0);
  expect(await server.metric('roomcast_log_bytes')).toBe(0);
});

test('D17 memory of rooms with a log is bounded by the budget, and goes to the rooms in use', async () => {
  const server = await serve({ logBudget: '1MiB', maxFrameSize: '64KiB', messageRate: 0 });
  const client = await NativeClient.connect(server);
  for (let n = 0; n < 100; n++) {
    await client.join(`live:${n}`);
    await client.publish(`live:${n}`, 'x'.repeat(40_000));
    await client.expect('room_left', 'leave_room', { roomId: `live:${n}` });
  }
  expect(await server.metric('roomcast_log_bytes')).toBeLessThanOrEqual(1024 * 1024);
  expect((await client.join('live:99')).history).toHaveLength(1);
  expect((await client.join('live:0')).history).toHaveLength(0);
});
