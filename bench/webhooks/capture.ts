import type { RoomcastServer } from '../host/roomcast.ts';
import type { Figure, Section } from '../suite/figures.ts';
import { surroundings } from '../suite/surroundings.ts';
import { answers, costs, faults } from './figures.ts';
import type { WatcherKind } from './load/plan.ts';
import { runPlan } from './load/run.ts';
import { createWebhook } from './webhook.ts';

/** More than can be on their way: a server that is slower than the schedule must not be spared. */
export const CONNECTIONS = 256;
export const WATCHERS: readonly WatcherKind[] = ['native', 'native', 'Socket.IO'];

interface CaptureStep {
  /** Requests per second. */
  readonly rate: number;
  /** That count. */
  readonly seconds: number;
  /** Milliseconds: what the 99th percentiles are held against. */
  readonly answerLimit?: number;
  readonly receiptLimit?: number;
}

export async function measureCapture(server: RoomcastServer, step: CaptureStep): Promise<Section> {
  const { rate, seconds, answerLimit, receiptLimit } = step;
  const outcome = await runPlan(server, {
    ...{ kind: 'capture', webhookId: await createWebhook(server), rate, connections: CONNECTIONS, watchers: WATCHERS },
    ...{ warm: Math.min(2, seconds / 2), duration: seconds },
  });
  const goal = receiptLimit === undefined ? {} : { goal: { relation: '≤', limit: receiptLimit } as const };
  const seen = outcome.watchers.flatMap((watcher, index): readonly Figure[] => {
    const name = `watcher ${index + 1} (${watcher.kind})`;
    return [
      { what: `request to ${name}, p50`, value: watcher.receipt.p50, unit: 'ms' },
      { what: `request to ${name}, p99`, value: watcher.receipt.p99, unit: 'ms', ...goal },
      { what: `request to ${name}, most`, value: watcher.receipt.most, unit: 'ms' },
      ...faults(name, watcher),
    ];
  });
  return {
    title: `${rate.toLocaleString('en')} requests/s of 1 kB, three watchers`,
    about: `${seconds} s, after ${Math.min(2, seconds / 2)} s that are not timed, though they count for losses. ${CONNECTIONS} connections that stay open take turns. The webhook keeps its last 1,000 requests.`,
    figures: [
      { what: 'captured', value: outcome.sent - outcome.refused, unit: '' },
      ...answers(outcome, answerLimit),
      ...seen,
      ...costs(outcome),
      ...surroundings(outcome),
    ],
  };
}
