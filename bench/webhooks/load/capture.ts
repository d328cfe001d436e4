import { setTimeout as delay } from 'node:timers/promises';
import { spreadOf } from '../../suite/spread.ts';
import { Account } from './ledger.ts';
import type { CapturePlan, CaptureResult, LoadPlan } from './plan.ts';
import { Sending } from './sending.ts';
import { createWatcher } from './watcher.ts';

/** Carries the plan out. @param counting called when all are there */
export async function capture(plan: LoadPlan & CapturePlan, counting: () => void): Promise<CaptureResult> {
  const { port, webhookId, rate, warm, duration } = plan;
  const sending = await Sending.connect(plan);
  const watching = plan.watchers.map((kind) => {
    const receipts: number[] = [];
    const account = new Account(sending.ledger, (n) => sending.ledger.time(n, receipts));
    return { kind, receipts, account, watcher: createWatcher(kind, { port, webhookId, account }) };
  });
  await Promise.all(watching.map(({ watcher }) => watcher.connect()));
  sending.begin(rate);
  await delay(warm * 1000);
  counting();
  sending.beginCounting();
  await delay(duration * 1000);
  await sending.end(() => watching.some(({ account }) => account.received < sending.ledger.answered));
  const result = sending.result();
  return {
    ...result,
    watchers: watching.map(({ kind, receipts, account }) => ({
      ...{ kind, ...account.result() },
      receipt: spreadOf(receipts),
    })),
  };
}
