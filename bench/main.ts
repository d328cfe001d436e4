import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from './host/compile.ts';
import { isolate } from './host/isolate.ts';
import { describeMachine, type Machine } from './host/machine.ts';
import { describePinning } from './host/pin.ts';
import { startServer } from './host/server.ts';
import { Yardstick } from './host/yardstick.ts';
import { runLoad } from './load/load.ts';
import { type BenchOptions, HELP, parseOptions } from './options.ts';
import { PEERS } from './peers/index.ts';
import type { Peer } from './peers/peer.ts';
import { renderPage } from './report/markdown.ts';
import { showGoals, showScenario } from './report/terminal.ts';
import { Results } from './results.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Scenario, Trial } from './scenarios/scenario.ts';

const BUILT_SERVER = new URL('../packages/server/dist/main.js', import.meta.url);
const PAGE = fileURLToPath(new URL('../docs/reference/performance.md', import.meta.url));

/** The command. Returns its exit code: 0 all measured, 1 something could not be measured, 2 wrong options. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  if ('fault' in options) {
    console.error(`${options.fault}\n\n${HELP}`);
    return 2;
  }
  if (process.platform !== 'linux') {
    console.error('The load generator is written for Linux (epoll, /proc).');
    return 1;
  }
  if (options.peers.some((name) => name.startsWith('roomcast')) && !existsSync(BUILT_SERVER)) {
    console.error('Roomcast is not built yet: run `npm run build` first.');
    return 1;
  }
  return (await isolate()) ?? (await bench(options));
}

async function bench(options: BenchOptions): Promise<number> {
  // Servers and the generator are killed, and folders removed, when this process exits; a signal must let it exit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  const generator = compile(new URL('./load/', import.meta.url));
  const yardstick = new Yardstick();
  const machine = describeMachine();
  console.log(introduce(machine));
  const results = new Results();
  for (const scenario of SCENARIOS.filter(({ id }) => options.only.includes(id))) {
    yardstick.read();
    await runScenario(scenario, generator, options, results);
    console.log(showScenario(scenario, results));
  }
  yardstick.read();
  console.log(`${showGoals(results)}\n\n${yardstick.describe()}`);
  if (options.write) writeFileSync(PAGE, renderPage({ machine, yardstick: yardstick.describe(), ...options }, results));
  return results.faults.length === 0 ? 0 : 1;
}

function introduce(machine: Machine): string {
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}, Node ${machine.node}`,
    `${describePinning()}; ${machine.network}`,
    `load average ${machine.loadBefore}`,
  ].join('\n');
}

/** Round by round, and in each round server by server: neighbours in time are what is compared. */
async function runScenario(scenario: Scenario, generator: string, options: BenchOptions, results: Results) {
  const peers = PEERS.filter(({ name }) => scenario.peers.includes(name) && options.peers.includes(name));
  for (let round = 0; round < options.rounds; round++) {
    for (const peer of peers) {
      process.stderr.write(`${scenario.id}: round ${round + 1} of ${options.rounds}, ${peer.title}\n`);
      try {
        results.add(scenario.id, peer.name, await scenario.run(trialOf(scenario, peer, generator, options, results)));
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error);
        console.error(fault);
        results.addFault(scenario.id, peer.name, fault);
      }
    }
  }
}

function trialOf(scenario: Scenario, peer: Peer, generator: string, options: BenchOptions, results: Results): Trial {
  return {
    peer: peer.name,
    quick: options.quick,
    previous: results.latest(scenario.id, peer.name),
    async load(loadOptions, extras = {}) {
      const server = await startServer(peer, extras.options);
      try {
        const lines = await runLoad(generator, peer, server, loadOptions, options.raw);
        await extras.inspect?.(server.port);
        return lines;
      } finally {
        await server.stop();
      }
    },
  };
}
