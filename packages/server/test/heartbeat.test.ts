import { expect, test } from 'vitest';
import { joinBridge } from './support/bridge.ts';
import { NativeClient } from './support/native.ts';
import { serve } from './support/server.ts';

const QUICK = { pingInterval: 100, pingTimeout: 250 };

test('D12 W7 D8 a client that answers no ping is closed with 4101, and its room learns of it', async () => {
  const server = await serve(QUICK);
  const watcher = await NativeClient.connect(server);
  await watcher.join('live:room');
  const dead = await NativeClient.connect(server, { autoPong: false });
  await dead.join('live:room');
  await watcher.next('user_joined');
  expect((await watcher.next('user_left')).payload.connectionId).toBe(dead.connectionId);
  expect((await dead.next('disconnect')).payload).toMatchObject({ code: 4101, reconnect: true });
  expect((await dead.closed).code).toBe(4101);
  expect(await server.buried(dead.connectionId)).toMatchObject({ code: 4101 });
  expect(await server.metric('roomcast_closes_total{code="4101"}')).toBe(1);
  // The watcher has answered its pings all the while.
  expect(await watcher.ask('get_members', { roomId: 'live:room' })).toMatchObject({ type: 'member_list' });
});

test('D12 B4 a raw client that has vanished without a word leaves no room behind', async () => {
  const server = await serve(QUICK);
  const ghost = await joinBridge(server, 'haunted', { autoPong: false });
  const witness = await NativeClient.connect(server);
  await witness.join('live:witness');
  expect((await ghost.closed).code).toBe(4101);
  expect(await server.rooms()).toEqual(['live:witness']);
});

test('D12 a client that only speaks is alive, though it answers no ping', async () => {
  const server = await serve({ ...QUICK, messageRate: 0 });
  const talker = await NativeClient.connect(server, { autoPong: false });
  // Silent ones come and are given up meanwhile.
  for (let turn = 0; turn < 3; turn++) {
    const silent = await joinBridge(server, 'clock', { autoPong: false });
    const ended = silent.closed.then(() => true);
    const spoke = () => talker.ask('heartbeat', { sequence: turn }).then(() => false);
    while (!(await Promise.race([ended, spoke()])));
  }
  expect(talker.socket.ws.readyState).toBe(talker.socket.ws.OPEN);
});
