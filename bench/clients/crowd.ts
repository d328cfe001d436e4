import { setTimeout as delay } from 'node:timers/promises';

const AT_ONCE = 100;
const TICK_MS = 1;

/** Does something for each, for a hundred at a time. */
export async function inParts<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items.entries()].values();
  const worker = async () => {
    for (const [, item] of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/**
 * Does something so many times per second, whatever comes of it, until it is to stop.
 * @param work gets the moment at which it was due, as `performance.now()` tells it
 * @param late gets how many milliseconds behind the schedule each time was
 */
export async function pace(
  rate: number,
  isOver: AbortSignal,
  work: (due: number) => void,
  late: (time: number) => void = () => {},
): Promise<void> {
  const begin = performance.now();
  for (let done = 0; !isOver.aborted; await delay(TICK_MS)) {
    for (let due = (performance.now() - begin) * (rate / 1000); done < Math.floor(due); done++) {
      const moment = begin + ((done + 1) * 1000) / rate;
      late(performance.now() - moment);
      work(moment);
    }
  }
}
