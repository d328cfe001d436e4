import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Backend } from './support/backend.ts';
import { TestServer } from './support/server.ts';
import { SocketIoClient } from './support/socketio.ts';

const GRACE = 100;

/** A server whose outbox is so small that one event fills it, and a backend that can be away. */
async function begin() {
  const dataDir = mkdtempSync(join(tmpdir(), 'roomcast-'));
  const backend = await Backend.start();
  const settings = { dataDir, forwardUrl: backend.url, outboxSize: '1KiB', lifecycleGrace: `${GRACE}ms` };
  let server = await TestServer.start(settings);
  onTestFinished(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const filler = await SocketIoClient.connect(server);
  await filler.register('filler');
  await backend.next('connected');
  return {
    backend,
    server,
    /** Somebody of whom the backend knows, and who can come back. */
    arrive: async (userId: string) => {
      const client = await SocketIoClient.connect(server);
      await client.register(userId);
      await server.postJson('/api/push', { userId, event: 'tick', data: 0 });
      await client.next('tick');
      return { client, told: await backend.next('connected') };
    },
    /** From here on nothing finds a place, not even a departure. */
    fill: async () => {
      backend.answers.set('fill', { status: 503 });
      expect(await filler.ask('fill', 'x'.repeat(360))).toMatchObject({ ok: true });
      expect(await filler.ask('fill', 'x'.repeat(360))).toMatchObject({ ok: false, code: 'OVERLOADED' });
    },
    drain: () => backend.answers.delete('fill'),
    again: async () => {
      await server.stop();
      server = await TestServer.start(settings);
    },
  };
}

test('G3.5 departures for which the outbox has no place are told when it has one, each once', async () => {
  const { backend, server, arrive, fill, drain } = await begin();
  const [one, two, three] = [await arrive('1'), await arrive('2'), await arrive('3')];
  await fill();
  one.client.socket.disconnect();
  await server.postJson('/api/users/2/disconnect', { reason: 'banned' });
  await three.client.drop();
  // Not a wait for something: time passes in which the first tries and one of the sweeper's fail, unseen from outside.
  await sleep(GRACE + 1200);
  expect(await two.client.return()).toMatchObject({ recovered: false });
  drain();
  const gone = [1, 2, 3].map(() => backend.next('disconnected'));
  const byUser = (await Promise.all(gone)).toSorted((a, b) => a.userId.localeCompare(b.userId));
  expect(byUser).toMatchObject([
    { userId: '1', session: one.told.session, reason: 'client_left' },
    { userId: '2', session: two.told.session, reason: 'banned' },
    { userId: '3', session: three.told.session, reason: 'connection_lost' },
  ]);
  for (const { sequence } of byUser) expect(sequence).toBeGreaterThan(1);
  // Whatever was owed twice would have been told before this one, who came and went behind them all.
  const last = await arrive('4');
  last.client.socket.disconnect();
  await backend.events.next(({ userId, event }) => userId === '4' && event === 'disconnected', 'the last one going');
  expect(backend.events.waiting.filter(({ event }) => event !== 'fill')).toEqual([]);
});

test('G3.5 who is back before the departure found a place has never been gone', async () => {
  const { backend, arrive, fill, drain } = await begin();
  const { client, told } = await arrive('42');
  await fill();
  await client.drop();
  // Not a wait for something: the grace passes, and nothing may come of it.
  await sleep(3 * GRACE);
  expect(await client.return()).toMatchObject({ recovered: true });
  drain();
  await expect.poll(() => client.ask('later'), { timeout: 10_000 }).toMatchObject({ ok: true });
  const { session } = told;
  const next = () => backend.events.next(({ userId }) => userId === '42', 'news of the user');
  expect(await next()).toMatchObject({ event: 'later', session });
  client.socket.disconnect();
  expect(await next()).toMatchObject({ event: 'disconnected', session, reason: 'client_left' });
});

test('G3.5 a departure for which the outbox has no place outlives the server', async () => {
  const { backend, server, arrive, fill, drain, again } = await begin();
  const { client, told } = await arrive('42');
  await fill();
  client.socket.disconnect();
  await server.buried();
  await again();
  drain();
  const gone = await backend.events.next(({ userId }) => userId === '42', 'news of the user');
  expect(gone).toMatchObject({ event: 'disconnected', session: told.session });
});
