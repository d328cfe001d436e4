import { type RoomcastServer, startRoomcast } from '../host/roomcast.ts';
import type { Figure, Section } from '../suite/figures.ts';
import { type Spread, spreadOf } from '../suite/spread.ts';
import { forgetCached } from './data.ts';
import { rareWord } from './sentence.ts';
import type { BenchUser } from './users.ts';
import { Visitor } from './visitor.ts';

const ROOM = 'chat:large';

/** How often things are done. */
export interface Times {
  readonly starts: number;
  readonly joins: number;
  readonly pages: number;
  readonly searches: number;
}

/** Starts the server on the large database, each time with nothing of it in the kernel's memory, and joins once. */
export async function measureColdStarts(dataDir: string, user: BenchUser, { starts }: Times): Promise<Section> {
  const startUps: number[] = [];
  const warmStartUps: number[] = [];
  const joins: number[] = [];
  for (let i = 0; i < starts; i++) {
    forgetCached(dataDir);
    const cold = await startRoomcast(dataDir, null);
    startUps.push(cold.startUp);
    joins.push(await joinOnce(cold, user));
    await cold.stop();
    const warm = await startRoomcast(dataDir, null);
    warmStartUps.push(warm.startUp);
    await warm.stop();
  }
  const { p50, most } = spreadOf(startUps);
  const join = spreadOf(joins);
  return {
    title: 'Starting on the large room',
    about: `${starts} starts, each with the database out of the kernel’s memory, and as many with it there. A start lasts from the start of the process to its first answer.`,
    figures: [
      { what: 'start-up, cold, middle', value: p50, unit: 'ms' },
      { what: 'start-up, cold, most', value: most, unit: 'ms', goal: { relation: '≤', limit: 1000 } },
      { what: 'start-up, warm, middle', value: spreadOf(warmStartUps).p50, unit: 'ms' },
      { what: 'first join with 50 after a cold start, middle', value: join.p50, unit: 'ms' },
      { what: 'first join with 50 after a cold start, most', value: join.most, unit: 'ms', goal: below(50) },
    ],
  };
}

async function joinOnce({ port }: RoomcastServer, user: BenchUser): Promise<number> {
  const visitor = await Visitor.connect(port, user);
  const { time } = await visitor.ask('join_room', { roomId: ROOM, limit: 50 });
  await visitor.leave();
  return time;
}

/** Joins, pages and searches, one after another. */
export async function measureReading(
  server: RoomcastServer,
  users: readonly BenchUser[],
  messages: number,
  times: Times,
): Promise<Section> {
  const [resident = users[0], ...others] = users;
  if (!resident) throw new Error('no users');
  // Somebody is in the room, as is usual.
  const visitor = await Visitor.connect(server.port, resident);
  await visitor.ask('join_room', { roomId: ROOM, limit: 1 });

  const joins: number[] = [];
  for (let i = 0; i < times.joins; i++) joins.push(await joinOnce(server, others[i % others.length] ?? resident));
  const anywhere = () => 2 + Math.floor(Math.random() * (messages - 1));
  const page = (limit: number) => () => visitor.ask('get_history', { roomId: ROOM, before: anywhere(), limit });
  const pages = await timed(times.pages, page(50));
  const largePages = await timed(times.pages, page(500));
  const search = (text: () => string, where: object) =>
    timed(times.searches, () => visitor.ask('search', { text: text(), ...where }));
  const figures: Figure[] = [
    ...two('join with 50', spreadOf(joins), 50),
    ...two('any page of 50', pages, 50),
    ...two('any page of 500', largePages, 50),
  ];
  for (const [name, text] of SEARCHES) {
    figures.push(...two(`search for ${name}, in the room`, await search(text, { roomId: ROOM }), 200));
    figures.push(...two(`search for ${name}, everywhere`, await search(text, {}), 200));
  }
  await visitor.leave();
  return {
    title: `A room of ${messages.toLocaleString('en')} messages`,
    about: `${times.joins} joins, each by another connection, ${times.pages} pages before a random offset and ${times.searches} searches of each kind (first pages of 20), from sending to the last byte.`,
    figures,
  };
}

const SEARCHES: readonly (readonly [name: string, text: () => string])[] = [
  ['a rare word', rareWord],
  ['a frequent word', () => 'the'],
  ['two frequent words', () => 'the and'],
  ['a frequent beginning', () => 'th'],
];

async function timed(count: number, work: () => Promise<{ readonly time: number }>): Promise<Spread> {
  const samples: number[] = [];
  for (let i = 0; i < count; i++) samples.push((await work()).time);
  return spreadOf(samples);
}

function two(what: string, { p50, p99 }: Spread, limit: number): readonly Figure[] {
  return [
    { what: `${what}, p50`, value: p50, unit: 'ms' },
    { what: `${what}, p99`, value: p99, unit: 'ms', goal: below(limit) },
  ];
}

function below(limit: number) {
  return { relation: '≤', limit } as const;
}
