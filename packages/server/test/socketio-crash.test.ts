import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Api } from './support/api.ts';
import { TestProcess } from './support/process.ts';
import { SocketIoClient } from './support/socketio.ts';

/** A port that is free just now, to be had again after a crash. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function push(server: Api, body: object): Promise<unknown> {
  const { status, json } = await server.postJson('/api/push', { event: 'pushed', ...body });
  expect(status).toBe(200);
  return json;
}

test('G2.4 G9.4 recovers after the server was killed: what was pushed before, meanwhile and after', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'roomcast-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const settings = {
    port: await freePort(),
    dataDir,
    namespaces: { orders: { history: { size: 100, age: '5m', durable: true } } },
  };
  let server = await TestProcess.start(settings);
  const client = await SocketIoClient.connect(server);
  const stranger = await SocketIoClient.connect(server);
  await client.register('42');
  await client.join('orders:7');
  await stranger.register('43');
  await push(server, { userId: '42', data: 0 });
  expect(await client.next('pushed')).toBe(0);
  const { id } = client.socket;

  for (let round = 1; round <= 3; round++) {
    await client.drop();
    await push(server, { userId: '42', data: `${round}: before` });
    await push(server, { userId: '43', data: 'not for 42' });
    server.kill('SIGKILL');
    await server.exited;
    server = await TestProcess.start(settings);
    expect(await push(server, { userId: '42', data: `${round}: before`, id: `${round}` })).toBeTruthy();
    await push(server, { room: 'orders:7', data: `${round}: in the room` });
    await push(server, { broadcast: true, data: `${round}: to all` });
    expect(await push(server, { userId: '42', data: 'once', id: `${round}` })).toMatchObject({
      results: [{ duplicate: true }],
    });
    expect(await client.return()).toMatchObject({ recovered: true, userId: '42' });
    expect(client.socket).toMatchObject({ recovered: true, id });
    expect(client.received('pushed')).toEqual([
      ...[`${round}: before`, `${round}: before`],
      ...[`${round}: in the room`, `${round}: to all`],
    ]);
    while (client.received('pushed').length > 0) await client.next('pushed');
    await push(server, { userId: '42', data: 'live' });
    expect(await client.next('pushed')).toBe('live');
  }
});

test('G2.4 says that it cannot recover a room that was in memory alone after the server was killed', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'roomcast-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const settings = { port: await freePort(), dataDir };
  let server = await TestProcess.start(settings);
  const client = await SocketIoClient.connect(server);
  await client.join('live:room');
  server.kill('SIGKILL');
  await server.exited;
  await client.states.next(({ state }) => state === 'disconnect', 'the end');
  server = await TestProcess.start(settings);
  expect(await client.return()).toMatchObject({ recovered: false, reason: 'history_gone', rooms: [] });
});
