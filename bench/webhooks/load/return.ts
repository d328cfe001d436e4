import { setTimeout as delay } from 'node:timers/promises';
import { spreadOf } from '../../suite/spread.ts';
import { Account } from './ledger.ts';
import type { LoadPlan, ReturnPlan, ReturnResult, WatcherKind } from './plan.ts';
import { Sending } from './sending.ts';
import { createWatcher } from './watcher.ts';

const KINDS: readonly WatcherKind[] = ['native', 'Socket.IO', 'SSE'];
const CALM_MS = 1000;
const WAIT_LIMIT_MS = 30_000;

/** Carries the plan out. @param counting called when all are there */
export async function comeBack(plan: LoadPlan & ReturnPlan, counting: () => void): Promise<ReturnResult> {
  const { port, webhookId, rate, rounds, away } = plan;
  const sending = await Sending.connect(plan);
  const { ledger } = sending;
  const watching = KINDS.map((kind) => {
    const account = new Account(ledger, () => {});
    const watcher = createWatcher(kind, { port, webhookId, account });
    return { kind, account, watcher, missed: [] as number[], replays: [] as number[] };
  });
  await Promise.all(watching.map(({ watcher }) => watcher.connect()));
  sending.begin(rate);
  counting();
  sending.beginCounting();
  for (let round = 0; round < rounds; round++) {
    await delay(CALM_MS);
    for (const { watcher } of watching) watcher.drop();
    await delay(away * 1000);
    // One after the other: each by itself is what is to be known.
    for (const { account, watcher, missed, replays } of watching) {
      const answered = ledger.answered;
      missed.push(answered - account.received);
      const begin = performance.now();
      await watcher.connect();
      if (await reaches(account, answered)) replays.push(performance.now() - begin);
    }
  }
  await delay(CALM_MS);
  await sending.end(() => watching.some(({ account }) => account.received < ledger.answered));
  const result = sending.result();
  return {
    ...result,
    watchers: watching.map(({ kind, account, missed, replays }) => ({
      ...{ kind, ...account.result() },
      missed: Math.max(...missed),
      replay: spreadOf(replays),
    })),
  };
}

/** Resolves when so many requests have come, to false where they do not. */
async function reaches(account: Account, count: number): Promise<boolean> {
  if (account.received >= count) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), WAIT_LIMIT_MS);
  account.onRequest = () => account.received >= count && resolve(true);
  const isThere = await promise;
  clearTimeout(timer);
  account.onRequest = () => {};
  return isThere;
}
