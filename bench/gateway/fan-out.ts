import { METRICS, type MetricName } from '../metrics.ts';
import { socketioEmit } from '../peers/others.ts';
import { roomcastSocketIo } from '../peers/roomcast.ts';
import { Results } from '../results.ts';
import { runScenario, type ScenarioRun } from '../run-scenario.ts';
import { highestRate } from '../scenarios/highest-rate.ts';
import { atRate, type Scenario } from '../scenarios/scenario.ts';
import type { Figure, Section } from '../suite/figures.ts';

const PEERS = [roomcastSocketIo, socketioEmit] as const;
const NAMES = PEERS.map(({ name }) => name);
const ROOM = { members: 1000, rooms: 1, publishers: 1 };

/** Socket.IO clients get what another Socket.IO client says. */
const AT_RATE = atRate(
  {
    id: 'socketio-100',
    title: 'A room of 1,000 Socket.IO clients, 100 messages/s',
    about:
      'One publisher, 128-byte payloads: 100,000 deliveries/s, where little can be sent together. Socket.IO’s own server does `io.to(room).emit`. Where a server does not reach the rate, what queues is what it is slower by.',
    peers: NAMES,
  },
  100,
  ROOM,
);

const HIGHEST = highestRate(
  {
    id: 'socketio-max',
    title: 'The same room, the highest rate',
    about:
      'Without loss and with p99 under 200 ms, found by steps, and held when tried again; the other figures are of that rate.',
    peers: NAMES,
  },
  { 'roomcast-socketio': 1000, 'socketio-emit': 30 },
  ROOM,
);

/** Both scenarios, both servers in turn. Goals count as missed where a server could not be measured. */
export async function measureFanOut(run: ScenarioRun): Promise<readonly Section[]> {
  const results = new Results();
  await runScenario(AT_RATE, PEERS, run, results);
  await runScenario(HIGHEST, PEERS, run, results);
  return [
    sectionOf(AT_RATE, results, [ratio(results, AT_RATE, 'cpu', { relation: '≤', limit: 0.9 })]),
    sectionOf(HIGHEST, results, [ratio(results, HIGHEST, 'highest', { relation: '≥', limit: 10 })]),
  ];
}

function ratio(results: Results, { id }: Scenario, metric: MetricName, goal: NonNullable<Figure['goal']>): Figure {
  const value = results.ratio(id, metric, roomcastSocketIo.name, socketioEmit.name)?.median ?? Number.NaN;
  return { what: `${METRICS[metric].title}, Roomcast ÷ Socket.IO`, value, unit: '', goal };
}

function sectionOf({ id, title, about }: Scenario, results: Results, ratios: readonly Figure[]): Section {
  const metrics = new Set(NAMES.flatMap((name) => results.metrics(id, name)));
  const figures = [...metrics].flatMap((metric) => PEERS.map((peer) => figureOf(results, id, metric, peer)));
  return { title, about, figures: [...ratios, ...figures] };
}

function figureOf(results: Results, id: string, metric: MetricName, { name, title }: (typeof PEERS)[number]): Figure {
  const value = results.summary(id, name, metric)?.median ?? Number.NaN;
  const what = `${METRICS[metric].title}, ${title}`;
  const isLoss = (metric === 'lost' || metric === 'outOfOrder') && name === roomcastSocketIo.name;
  const { unit } = METRICS[metric];
  return { what, value, unit: unit === 'KB' || unit === 'MB' ? '' : unit, ...(isLoss ? { goal: NONE } : {}) };
}

const NONE = { relation: '=', limit: 0 } as const;
