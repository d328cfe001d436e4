import type { PlacedRequest } from '@roomcast/protocol';
import { leavesBase } from './base-path.ts';
import type { DeliveryOptions } from './command.ts';
import type { Report, SkipReason } from './report.ts';
import { type Outcome, sendTo } from './sender.ts';

export interface DeliveryContext {
  readonly target: URL;
  readonly options: DeliveryOptions;
  readonly report: Report;
  /** Aborted when nothing is to begin any more; what is on its way is not broken off. */
  readonly stop: AbortSignal;
}

/** Milliseconds before a request is sent again: this, then twice as much each time. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;

/**
 * Hands a request to its target, again and again as far as that was asked for, and reports each attempt.
 * @returns whether it was answered with less than 500
 */
export async function deliver(request: PlacedRequest, context: DeliveryContext): Promise<boolean> {
  const { target, options, report, stop } = context;
  const reason = reasonToSkip(request, context);
  if (reason !== null) {
    report.skipped(request, target, reason);
    return false;
  }
  for (let attempt = 1; ; attempt++) {
    const outcome = await sendTo(target, request, options);
    const isGood = isGoodAnswer(outcome);
    const isLast = isGood || attempt > options.retries || stop.aborted;
    report.sent(request, target, outcome, { attempt, of: options.retries + 1, isLast });
    if (isLast || !(await waited(waitBefore(attempt), stop))) return isGood;
  }
}

function reasonToSkip(request: PlacedRequest, { target, options }: DeliveryContext): SkipReason | null {
  if (request.truncated && options.truncated === 'skip') return 'truncated';
  return leavesBase(request, target) && !options.anyPath ? 'path' : null;
}

export function waitBefore(attempt: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1));
}

function isGoodAnswer({ status }: Outcome): boolean {
  return status !== null && status < 500;
}

/** Resolves after `duration` milliseconds to true, or to false as soon as nothing is to begin any more. */
export function waited(duration: number, stop: AbortSignal): Promise<boolean> {
  if (stop.aborted) return Promise.resolve(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const end = (isOver: boolean) => () => {
    clearTimeout(timer);
    stop.removeEventListener('abort', abort);
    resolve(isOver);
  };
  const abort = end(false);
  const timer = setTimeout(end(true), duration);
  stop.addEventListener('abort', abort);
  return promise;
}
