import type { RoomcastServer } from '../host/roomcast.ts';
import type { ServerCost } from '../host/server-cost.ts';
import type { Section } from '../suite/figures.ts';
import { surroundings } from '../suite/surroundings.ts';
import { CONNECTIONS, WATCHERS } from './capture.ts';
import { answers, costs } from './figures.ts';
import type { CaptureResult } from './load/plan.ts';
import { runPlan } from './load/run.ts';
import { createWebhook } from './webhook.ts';

const FIRST_RATE = 500;
const FACTOR = 1.25;
const MOST_STEPS = 16;
const LIMIT_MS = 200;

interface Held {
  readonly rate: number;
  readonly outcome: CaptureResult & ServerCost;
}

/** Raises the rate until it does not hold. @param seconds of a step */
export async function measureHighest(server: RoomcastServer, seconds: number): Promise<Section> {
  let best: Held | null = null;
  let rate = FIRST_RATE;
  for (let step = 0; step < MOST_STEPS; step++) {
    // A bad moment of the machine is not a limit of the server.
    const held = (await attempt(server, rate, seconds)) ?? (await attempt(server, rate, seconds));
    if (held === null) break;
    best = held;
    rate = Math.round((rate * FACTOR) / 50) * 50;
  }
  return {
    title: 'The highest rate',
    about: `Steps of ${seconds} s, each a quarter faster than the one before, ${CONNECTIONS} connections. A rate holds where, at the first try or the second, every request is answered 200 and comes to each watcher, in order and once, with p99 up to ${LIMIT_MS} ms; the other figures are of the last that held.`,
    figures: best
      ? [
          { what: 'captured and watched', value: best.rate, unit: '/s' },
          ...answers(best.outcome),
          { what: 'request to a watcher, p99', value: receiptOf(best.outcome), unit: 'ms' },
          ...costs(best.outcome),
          ...surroundings(best.outcome),
        ]
      : [{ what: 'captured and watched', value: Number.NaN, unit: '/s' }],
  };
}

/** Null where the rate does not hold, or a watcher was put out as one that is too slow. */
async function attempt(server: RoomcastServer, rate: number, seconds: number): Promise<Held | null> {
  const webhookId = await createWebhook(server);
  const step = { rate, connections: CONNECTIONS, watchers: WATCHERS, warm: 1, duration: seconds };
  const outcome = await runPlan(server, { kind: 'capture', webhookId, ...step }).catch(() => null);
  return outcome && holds(outcome) ? { rate, outcome } : null;
}

function holds(outcome: CaptureResult): boolean {
  const isWhole = outcome.watchers.every(
    ({ lost, doubled, outOfOrder, wrong }) => lost + doubled + outOfOrder + wrong === 0,
  );
  return isWhole && outcome.refused === 0 && receiptOf(outcome) <= LIMIT_MS;
}

/** Of the watcher that waited longest. */
function receiptOf({ watchers }: CaptureResult): number {
  return Math.max(...watchers.map(({ receipt }) => receipt.p99));
}
