import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { audit } from './crash/audit.ts';
import { CrashClient } from './crash/crash-client.ts';
import { CrashServer } from './crash/crash-server.ts';

/** How often the server is killed: few times among the other tests, a hundred with `npm run test:crash`. */
const ROUNDS = Number(process.env['ROOMCAST_CRASH_ROUNDS'] ?? 5);
/** How often a client loses its connection: a thousand with `npm run test:crash`. */
const DROPS = Number(process.env['ROOMCAST_CRASH_DROPS'] ?? 100);
const ROOMS = 5;
/** Messages per second, of all clients together. */
const RATE = 500;
const TICK = 10;

/** Users in five rooms, all of them joined. */
async function crowd(server: CrashServer, size: number): Promise<CrashClient[]> {
  const clients: CrashClient[] = [];
  for (let i = 0; i < size; i++) {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: `speaker-${i}`, password: 'correct horse' }),
    });
    if (!response.ok) throw new Error(`speaker-${i}: ${response.status} ${await response.text()}`);
    const { token, user } = (await response.json()) as { token: string; user: { id: string } };
    clients.push(new CrashClient(server, token, user.id, `chat:crash-${i % ROOMS}`));
  }
  return clients;
}

/** Has the clients speak in turn at the rate, until told to stop. */
function speak(clients: readonly CrashClient[]): () => void {
  let next = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < (RATE * TICK) / 1000; i++) clients[next++ % clients.length]?.say();
  }, TICK);
  return () => clearInterval(timer);
}

/** Everything is acknowledged, and everybody has heard the last message of their room. */
async function settle(clients: readonly CrashClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.idle()));
  const tops = new Map<string, number>();
  for (const { roomId, top } of clients) tops.set(roomId, Math.max(tops.get(roomId) ?? 0, top));
  await expect.poll(() => clients.every(({ roomId, top }) => top === tops.get(roomId)), { timeout: 30_000 }).toBe(true);
}

async function stage(size: number) {
  const dataDir = await mkdtemp(join(tmpdir(), 'roomcast-crash-'));
  const server = new CrashServer(dataDir);
  onTestFinished(async () => {
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  });
  await server.start();
  const clients = await crowd(server, size);
  const runs = clients.map((client) => client.run());
  const stop = async (): Promise<void> => {
    for (const client of clients) client.stop();
    await Promise.all(runs);
  };
  await expect.poll(() => clients.every(({ joined }) => joined), { timeout: 30_000 }).toBe(true);
  return { dataDir, server, clients, stop };
}

test(`D5 FR-003 FR-023 AC-6 nothing acknowledged is lost, doubled or out of order when the server is killed ${ROUNDS} times`, {
  timeout: 60_000 + ROUNDS * 10_000,
}, async () => {
  const { dataDir, server, clients, stop } = await stage(20);
  const hush = speak(clients);
  const starts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await wait(100 + Math.random() * 900); // the moment of the murder is the point of the test
    await server.kill();
    starts.push(await server.start());
  }
  hush();
  await settle(clients);
  await stop();
  const verdict = audit(dataDir, clients);
  report('killed', { ...verdict, startMs: quantile(starts, 0.5), resumes: clients.flatMap(({ resumes }) => resumes) });
  expect(clients.flatMap(({ faults }) => faults)).toEqual([]);
  expect(verdict).toMatchObject({ lost: [], doubled: [], disordered: [] });
  expect(verdict.acknowledged).toBe(clients.reduce((sum, { written }) => sum + written.length, 0));
});

test(`D6 D16 AC-4 ${DROPS} random disconnects lose, double and reorder nothing at any client`, {
  timeout: 120_000 + DROPS * 200,
}, async () => {
  const { dataDir, clients, stop } = await stage(50);
  const hush = speak(clients);
  for (let drop = 0; drop < DROPS; drop++) {
    await wait(Math.random() * 40);
    clients[Math.floor(Math.random() * clients.length)]?.drop();
  }
  hush();
  await settle(clients);
  await stop();
  const verdict = audit(dataDir, clients);
  const resumes = clients.flatMap((client) => client.resumes);
  report('dropped', { ...verdict, resumes });
  expect(clients.flatMap(({ faults }) => faults)).toEqual([]);
  expect(verdict).toMatchObject({ lost: [], doubled: [], disordered: [] });
  expect(resumes.length).toBeGreaterThan(DROPS / 3); // drops of a client that is still coming back count once
});

interface Report {
  readonly stored: number;
  readonly acknowledged: number;
  readonly heard: number;
  readonly startMs?: number;
  readonly resumes: readonly number[];
}

function report(what: string, { stored, acknowledged, heard, startMs, resumes }: Report): void {
  const replay = `replay p50 ${quantile(resumes, 0.5).toFixed(1)} ms, p99 ${quantile(resumes, 0.99).toFixed(1)} ms`;
  const start = startMs === undefined ? '' : `, start ${startMs.toFixed(0)} ms`;
  console.log(`${what}: ${acknowledged} acknowledged, ${stored} stored, ${heard} heard; ${replay}${start}`);
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
