import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isolate } from '../host/isolate.ts';
import { describeMachine } from '../host/machine.ts';
import { prepareData } from './data.ts';
import { durableSteps, measureAtRate, measureBesideSearch, measureHighest, measureSlow, ROOMS } from './durable.ts';
import { measureColdStarts, measureReading, type Times } from './large-room.ts';
import { LoadGenerator } from './load/generator.ts';
import { type ChatBenchOptions, HELP, parseOptions } from './options.ts';
import { missed, renderPage, showSection } from './report.ts';
import type { Section } from './results.ts';
import { searchOnAndOn } from './searches.ts';
import { isBuilt, startChatServer } from './server.ts';
import { type BenchUser, registerUsers } from './users.ts';
import { Visitor } from './visitor.ts';
import { measureInserts } from './yardstick.ts';

const PAGE = fileURLToPath(new URL('../../docs/reference/performance-chat.md', import.meta.url));
const FULL: Times = { starts: 5, joins: 1000, pages: 1000, searches: 200 };
const QUICK: Times = { starts: 1, joins: 100, pages: 100, searches: 20 };

process.exitCode = await main(process.argv.slice(2));

/** The command. Returns its exit code: 0 measured, whether goals are met or not; 1 not measured; 2 wrong options. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === 'help' || 'fault' in options) {
    console.error(options === 'help' ? HELP : `${options.fault}\n\n${HELP}`);
    return options === 'help' ? 0 : 2;
  }
  if (process.platform !== 'linux' || !isBuilt()) {
    console.error('The benchmarks of chat need Linux (/proc), and the built product: run `npm run build` first.');
    return 1;
  }
  const isolated = await isolate();
  if (isolated !== null) return isolated;
  // Server and generator are killed, and folders removed, when this process exits; a signal must let it exit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  try {
    await bench(options);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function bench(options: ChatBenchOptions): Promise<void> {
  const machine = describeMachine();
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load average ${machine.loadBefore}`);
  console.log(machine.network);
  const sections: Section[] = [];
  const add = (section: Section) => {
    sections.push(section);
    console.log(showSection(section));
  };
  const dataDir = prepareData(options.messages, options.data);
  add(measureInserts(dataDir));
  const users = await prepareUsers(dataDir);
  const times = options.quick ? QUICK : FULL;
  if (options.parts.includes('start')) add(await measureColdStarts(dataDir, users[0] as BenchUser, times));
  if (options.parts.some((part) => part !== 'start')) await measureRunning(options, dataDir, users, times, add);
  const faults = missed(sections);
  console.log(
    faults.length === 0 ? '\nAll goals are met.' : `\nMissed:\n${faults.map((one) => `- ${one}`).join('\n')}`,
  );
  if (options.write) writeFileSync(PAGE, renderPage({ machine, quick: options.quick }, sections));
}

/** Tokens outlive the server: the users are registered once. */
async function prepareUsers(dataDir: string): Promise<readonly BenchUser[]> {
  const server = await startChatServer(dataDir, null);
  try {
    return await registerUsers(server.port, 2 * ROOMS + 1);
  } finally {
    await server.stop();
  }
}

async function measureRunning(
  { parts, quick, profile, messages }: ChatBenchOptions,
  dataDir: string,
  users: readonly BenchUser[],
  times: Times,
  add: (section: Section) => void,
): Promise<void> {
  if (profile !== null) mkdirSync(profile, { recursive: true });
  const server = await startChatServer(dataDir, profile);
  try {
    if (parts.includes('large')) add(await measureReading(server, users, messages, times));
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
  } finally {
    await server.stop();
  }
}
