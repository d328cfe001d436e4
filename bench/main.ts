import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from './host/compile.ts';
import { isolate } from './host/isolate.ts';
import { describeMachine, type Machine } from './host/machine.ts';
import { describePinning } from './host/pin.ts';
import { Yardstick } from './host/yardstick.ts';
import { type BenchOptions, HELP, parseOptions } from './options.ts';
import { PEERS } from './peers/index.ts';
import type { Peer } from './peers/peer.ts';
import { renderPage } from './report/markdown.ts';
import { showGoals, showScenario } from './report/terminal.ts';
import { Results } from './results.ts';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Scenario } from './scenarios/scenario.ts';

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
    await runScenario(scenario, peersOf(scenario, options), { ...options, generator }, results);
    console.log(showScenario(scenario, results));
  }
  yardstick.read();
  console.log(`${showGoals(results)}\n\n${yardstick.describe()}`);
  if (options.write) writeFileSync(PAGE, renderPage({ machine, yardstick: yardstick.describe(), ...options }, results));
  return results.faults.length === 0 ? 0 : 1;
}

function peersOf(scenario: Scenario, options: BenchOptions): readonly Peer[] {
  return PEERS.filter(({ name }) => scenario.peers.includes(name) && options.peers.includes(name));
}

function introduce(machine: Machine): string {
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}, Node ${machine.node}`,
    `${describePinning()}; ${machine.network}`,
    `load average ${machine.loadBefore}`,
  ].join('\n');
}
