import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { CrashServer } from './crash/crash-server.ts';
import { EventBackend } from './crash/event-backend.ts';
import { EventClient } from './crash/event-client.ts';

/** How long the backend is away: a little among the other tests, five minutes to reproduce the published figure. */
const AWAY = Number(process.env['ROOMCAST_AWAY_SECONDS'] ?? 10) * 1000;
/** Events per second, of all users together. */
const RATE = 200;
const USERS = 20;
const TICK = 10;
const PATIENCE = 60_000 + AWAY;

test(
  'G3.5 G9.3 G9.4 the backend is away and Roomcast killed twice meanwhile, and once more afterwards: all that was acknowledged arrives, in order',
  async () => {
    const { server, backend, clients } = await stage();
    const silence = speak(clients);
    await wait(1000);
    await backend.close();
    for (let kill = 0; kill < 2; kill++) {
      await wait(AWAY / 3);
      await server.kill();
      await server.start();
    }
    await wait(AWAY / 3);
    const before = backend.arrivals.length;
    await backend.open();
    const backAt = performance.now();
    // Once more while they pour in: what the backend has and Roomcast has not written down comes again.
    await expect.poll(() => backend.arrivals.length > before + 200, { timeout: PATIENCE, interval: 5 }).toBe(true);
    await server.kill();
    await server.start();
    await wait(1000);
    silence();
    await expect.poll(() => clients.every(({ underway }) => underway === 0), { timeout: PATIENCE }).toBe(true);
    const acked = clients.flatMap(({ userId, acked: numbers }) =>
      [...numbers].map(([number, id]) => ({ userId, number, id })),
    );
    const missing = () => {
      const arrived = new Set(backend.arrivals.map(({ id }) => id));
      return acked.filter(({ id }) => !arrived.has(id)).length;
    };
    await expect.poll(missing, { timeout: PATIENCE, interval: 250 }).toBe(0);
    const drained = performance.now() - backAt;

    expect(clients.flatMap(({ faults }) => faults)).toEqual([]);
    expect(acked.length).toBeGreaterThan((RATE * AWAY) / 1000 / 2);
    const numbers = new Map(acked.map(({ userId, number, id }) => [`${userId} ${number}`, id]));
    const ids = new Map<string, string>();
    for (const { userId, number, id } of backend.arrivals) {
      const key = `${userId} ${number}`;
      // Every repetition has the id that its client was told.
      expect(id).toBe(numbers.get(key) ?? ids.get(key) ?? id);
      ids.set(key, id);
    }
    for (const { userId } of clients) {
      const mine = backend.arrivals.filter((one) => one.userId === userId).map(({ number }) => number);
      const firsts = [...new Set(mine)];
      expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
    }
    const repeated = backend.arrivals.length - ids.size;
    console.log(
      `${acked.length} events acknowledged, ${ids.size} arrived, ${repeated} repeated; ` +
        `all there ${(drained / 1000).toFixed(1)} s after the backend came back`,
    );
  },
  PATIENCE * 3,
);

async function stage() {
  const dataDir = await mkdtemp(join(tmpdir(), 'roomcast-outbox-'));
  const backend = new EventBackend();
  await backend.open();
  // Its clients come back to the same address.
  const port = await freePort();
  const server = new CrashServer(dataDir, { ROOMCAST_PORT: String(port), ROOMCAST_FORWARD_URL: backend.url });
  const clients: EventClient[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.stop();
    await server.kill();
    await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  await server.start();
  for (let i = 0; i < USERS; i++) clients.push(new EventClient(port, `user-${i}`));
  await expect.poll(() => clients.every(({ isReady }) => isReady), { timeout: 20_000 }).toBe(true);
  return { server, backend, clients };
}

/** Has the users send events in turn at the rate, until told to stop. */
function speak(clients: readonly EventClient[]): () => void {
  let next = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < (RATE * TICK) / 1000; i++) void clients[next++ % clients.length]?.say();
  }, TICK);
  return () => clearInterval(timer);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
