import type { ServerCost } from '../host/server-cost.ts';
import type { Figure, Section } from '../suite/figures.ts';
import type { LoadGenerator } from './load/generator.ts';
import type { LoadResult, LoadStep } from './load/plan.ts';

/** Rooms, each with one sender and one receiver. */
export const ROOMS = 50;
const RATE = 15_000;
const SLOW_RATE = 100;
const IN_FLIGHT = 64;

type Outcome = LoadResult & ServerCost;
type Step = Omit<LoadStep, 'kind'>;

/** The steps of the durable path. Seconds: how long each counts. */
export function durableSteps(seconds: number) {
  const warm = Math.min(2, seconds / 2);
  const step = (rate: number | null): Step => ({ rate, inFlight: IN_FLIGHT, warm, duration: seconds });
  return { atRate: step(RATE), slow: step(SLOW_RATE), highest: step(null) };
}

export async function measureAtRate(load: LoadGenerator, step: Step): Promise<Section> {
  const outcome = await load.talk(step);
  return {
    title: `${ROOMS} senders in ${ROOMS} rooms, ${count(RATE)} messages/s`,
    about: `Each room has one receiver besides. Messages are sent on time, whether answers come or not.`,
    figures: [...underLoad(outcome, RATE, 'alone'), ...losses(outcome), ...surroundings(outcome)],
  };
}

/** @param beside what goes on meanwhile; stopped by its own function, which says how it went */
export async function measureBesideSearch(
  load: LoadGenerator,
  step: Step,
  search: () => () => Promise<readonly Figure[]>,
): Promise<Section> {
  const stop = search();
  try {
    const outcome = await load.talk(step);
    const searches = await stop();
    return {
      title: `The same while searches run beside`,
      about: `One connection searches all messages, the large room among them, again and again without a pause.`,
      figures: [...underLoad(outcome, RATE, 'beside'), ...losses(outcome), ...searches, ...surroundings(outcome)],
    };
  } finally {
    await stop();
  }
}

export async function measureHighest(load: LoadGenerator, step: Step): Promise<Section> {
  const outcome = await load.talk(step);
  return {
    title: 'The highest rate',
    about: `The same rooms. Each sender has ${IN_FLIGHT} messages open and sends the next when one is acknowledged.`,
    figures: [
      { what: 'acknowledged on disk', value: outcome.acknowledged, unit: '/s' },
      { what: 'delivered', value: outcome.delivered, unit: '/s' },
      ...latency(outcome),
      ...cost(outcome),
      ...losses(outcome),
      ...surroundings(outcome),
    ],
  };
}

export async function measureSlow(load: LoadGenerator, step: Step): Promise<Section> {
  const outcome = await load.talk(step);
  const [p50, p99, most] = latency(outcome);
  return {
    title: `The same rooms, ${SLOW_RATE} messages/s`,
    about: 'What one message costs where nothing can be written together.',
    figures: [
      ...(p50 && p99 && most ? [p50, { ...p99, goal: { relation: '≤', limit: 5 } } as const, most] : []),
      ...cost(outcome),
      ...losses(outcome),
      ...surroundings(outcome),
    ],
  };
}

function underLoad(outcome: Outcome, rate: number, where: 'alone' | 'beside'): readonly Figure[] {
  const [p50, p99, most] = latency(outcome);
  const [mainCpu, cpu, delay, delayMost] = cost(outcome);
  if (!p50 || !p99 || !most || !mainCpu || !cpu || !delay || !delayMost) return [];
  // A rate of the schedule is reached where not more than one in two hundred is still under way at the end.
  const rateGoal = { relation: '≥', limit: rate * 0.995 } as const;
  return [
    { what: 'acknowledged on disk', value: outcome.acknowledged, unit: '/s', goal: rateGoal },
    { what: 'delivered', value: outcome.delivered, unit: '/s' },
    p50,
    where === 'beside' ? { ...p99, goal: { relation: '≤', limit: 50 } } : p99,
    most,
    mainCpu,
    cpu,
    { ...delay, goal: { relation: '≤', limit: 20 } },
    delayMost,
  ];
}

function latency({ ack }: Outcome): readonly Figure[] {
  return [
    { what: 'acknowledgement, p50', value: ack.p50, unit: 'ms' },
    { what: 'acknowledgement, p99', value: ack.p99, unit: 'ms' },
    { what: 'acknowledgement, most', value: ack.most, unit: 'ms' },
  ];
}

function cost({ mainCpu, cpu, loopDelay, loopDelayMost, counted }: Outcome): readonly Figure[] {
  return [
    { what: 'CPU per message, main thread', value: mainCpu / counted, unit: 'µs' },
    { what: 'CPU per message, all threads', value: cpu / counted, unit: 'µs' },
    { what: 'event-loop delay, p99', value: loopDelay, unit: 'ms' },
    { what: 'event-loop delay, most', value: loopDelayMost, unit: 'ms' },
  ];
}

function losses(outcome: Outcome): readonly Figure[] {
  const none = { relation: '=', limit: 0 } as const;
  return [
    { what: 'not acknowledged', value: outcome.notAcknowledged, unit: '', goal: none },
    { what: 'acknowledged, but not on disk', value: outcome.notSynced, unit: '', goal: none },
    { what: 'not delivered', value: outcome.notDelivered, unit: '', goal: none },
    { what: 'out of order', value: outcome.outOfOrder, unit: '', goal: none },
  ];
}

/** What tells whether to believe the other figures. */
function surroundings({ late, generatorLoad, cpu, machineBusy, seconds }: Outcome): readonly Figure[] {
  const others = Math.max(0, machineBusy / 1e6 / seconds - cpu / 1e6 / seconds - generatorLoad);
  return [
    ...(late.count === 0 ? [] : [{ what: 'generator late, p99', value: late.p99, unit: 'ms' } as const]),
    { what: 'generator, of a core', value: generatorLoad * 100, unit: '%' },
    { what: 'everything else on the machine, of a core', value: others * 100, unit: '%' },
  ];
}

function count(value: number): string {
  return value.toLocaleString('en');
}
