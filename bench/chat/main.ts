import type { RoomcastServer } from '../host/roomcast.ts';
import { startRoomcast } from '../host/roomcast.ts';
import { count, folder } from '../suite/options.ts';
import { runSuite } from '../suite/run.ts';
import type { Run, Suite } from '../suite/suite.ts';
import { prepareData } from './data.ts';
import { durableSteps, measureAtRate, measureBesideSearch, measureHighest, measureSlow, ROOMS } from './durable.ts';
import { measureColdStarts, measureReading, type Times } from './large-room.ts';
import { LoadGenerator } from './load/generator.ts';
import { searchOnAndOn } from './searches.ts';
import { type BenchUser, registerUsers } from './users.ts';
import { Visitor } from './visitor.ts';
import { measureInserts } from './yardstick.ts';

const FULL: Times = { starts: 5, joins: 1000, pages: 1000, searches: 200 };
const QUICK: Times = { starts: 1, joins: 100, pages: 100, searches: 20 };

const PARTS = ['start', 'large', 'slow', 'rate', 'search', 'highest'] as const;
const OPTIONS = {
  data: folder('keep the database with the large room there for the next run'),
  messages: count('messages in the large room', { least: 1000 }, () => 1_000_000),
  profile: folder('write a CPU profile of each thread of the server; spoils the figures'),
};
type ChatRun = Run<(typeof PARTS)[number], typeof OPTIONS>;

const suite: Suite<(typeof PARTS)[number], typeof OPTIONS> = {
  name: 'chat',
  title: 'Performance of chat',
  quick: 'short steps',
  parts: PARTS,
  options: OPTIONS,
  how: `Roomcast runs as built and as \`npm start\` starts it, with the limits for people lifted: messages, changes of room,
registrations. Users are registered, and each connects with a token of its own. A message counts as acknowledged when its
\`message_ack\` says \`level: synced\`: it is on disk, with an fsync. Latencies are from sending to receiving, by one clock.
*CPU per message* is the run time of the server’s threads as the kernel counts it, divided by the messages acknowledged
meanwhile; *main thread* is the one that everything passes. The *event-loop delay* is the server’s own, from \`/metrics\`.
All scenarios run on one database, which holds the large room from the beginning.`,

  async measure(run) {
    const { parts, quick, own, add } = run;
    const dataDir = prepareData(own.messages, own.data);
    add(measureInserts(dataDir));
    const users = await prepareUsers(dataDir);
    const times = quick ? QUICK : FULL;
    if (parts.includes('start')) add(await measureColdStarts(dataDir, users[0] as BenchUser, times));
    if (parts.some((part) => part !== 'start')) {
      const server = await startRoomcast(dataDir, own.profile);
      try {
        await measureRunning(run, server, users, times);
      } finally {
        await server.stop();
      }
    }
    return { network: 'the load generator on a core that it shares with the server’s threads' };
  },
};

process.exitCode = await runSuite(suite, process.argv.slice(2));

/** Tokens outlive the server: the users are registered once. */
async function prepareUsers(dataDir: string): Promise<readonly BenchUser[]> {
  const server = await startRoomcast(dataDir, null);
  try {
    return await registerUsers(server.port, 2 * ROOMS + 1);
  } finally {
    await server.stop();
  }
}

async function measureRunning(
  { parts, quick, own, add }: ChatRun,
  server: RoomcastServer,
  users: readonly BenchUser[],
  times: Times,
): Promise<void> {
  if (parts.includes('large')) add(await measureReading(server, users, own.messages, times));
  if (parts.every((part) => part === 'large' || part === 'start')) return;
  const steps = durableSteps(quick ? 3 : 10);
  const load = await LoadGenerator.connect(server, users, ROOMS);
  if (parts.includes('slow')) add(await measureSlow(load, steps.slow));
  if (parts.includes('rate')) add(await measureAtRate(load, steps.atRate));
  if (parts.includes('search')) {
    const searcher = await Visitor.connect(server.port, users.at(-1) as BenchUser);
    add(await measureBesideSearch(load, steps.atRate, () => searchOnAndOn(searcher)));
    await searcher.leave();
  }
  if (parts.includes('highest')) add(await measureHighest(load, steps.highest));
  load.end();
}
