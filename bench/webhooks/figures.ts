import type { ServerCost } from '../host/server-cost.ts';
import type { Figure } from '../suite/figures.ts';
import type { CaptureResult, WatcherResult } from './load/plan.ts';

const NONE = { relation: '=', limit: 0 } as const;

/** How the senders were answered. @param limit of the 99th percentile, in milliseconds */
export function answers(
  { answer, refused }: Pick<CaptureResult, 'answer' | 'refused'>,
  limit?: number,
): readonly Figure[] {
  const goal = limit === undefined ? {} : { goal: { relation: '≤', limit } as const };
  return [
    { what: 'answer to the sender, p50', value: answer.p50, unit: 'ms' },
    { what: 'answer to the sender, p99', value: answer.p99, unit: 'ms', ...goal },
    { what: 'answer to the sender, most', value: answer.most, unit: 'ms' },
    { what: 'not answered 200', value: refused, unit: '', goal: NONE },
  ];
}

/** What a watcher must not have. @param name of the watcher */
export function faults(name: string, { lost, doubled, outOfOrder, wrong }: WatcherResult): readonly Figure[] {
  return [
    { what: `lost, ${name}`, value: lost, unit: '', goal: NONE },
    { what: `doubled, ${name}`, value: doubled, unit: '', goal: NONE },
    { what: `out of order, ${name}`, value: outOfOrder, unit: '', goal: NONE },
    { what: `other than sent, ${name}`, value: wrong, unit: '', goal: NONE },
  ];
}

export function costs({ mainCpu, cpu, answer, late }: CaptureResult & ServerCost): readonly Figure[] {
  return [
    { what: 'CPU per capture, main thread', value: mainCpu / answer.count, unit: 'µs' },
    { what: 'CPU per capture, all threads', value: cpu / answer.count, unit: 'µs' },
    { what: 'generator late, p99', value: late.p99, unit: 'ms' },
  ];
}
