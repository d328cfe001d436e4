import type { Machine } from '../host/machine.ts';
import { describePinning } from '../host/pin.ts';
import type { Results } from '../results.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { figuresTable, goalsTable, ratiosTable, type Table } from './tables.ts';

/** What a report says besides figures. */
export interface RunFacts {
  readonly machine: Machine;
  /** What a send() costs, before the scenarios and after them. */
  readonly yardstick: string;
  readonly rounds: number;
  readonly quick: boolean;
}

/** The page docs/reference/performance.md. */
export function renderPage(facts: RunFacts, results: Results): string {
  const measured = SCENARIOS.filter((scenario) => scenario.peers.some((peer) => results.has(scenario.id, peer)));
  return `${[
    '# Performance',
    'Written by `npm run bench -- --write`; do not edit. How to run and read it: [bench/README.md](../../bench/README.md).',
    ...(facts.quick
      ? ['**A quick run: one round of short steps. It proves that the benchmark works; its figures mean little.**']
      : []),
    '## Goals',
    markdown(goalsTable(results, true)),
    '## Measured on',
    renderMachine(facts),
    '## How',
    HOW,
    ...measured.map((scenario) => renderScenario(scenario, results)),
    ...renderFaults(results),
  ].join('\n\n')}\n`;
}

const HOW = `Each server is a process of its own on a core of its own, started afresh for every round; one load generator, written in C,
plays all members and publishers on the other core. Roomcast runs as built and as \`npm start\` starts it, with every check,
limit, metric and log line switched on; only the limit of messages per second of a connection is lifted. All servers run
on the same Node, without compression. *CPU per delivery* is the run time of the server's threads as the kernel counts
it, divided by messages received. Latency is from sending to receiving, by one clock. *RSS* is growth of resident memory
over the server before its first connection, divided by connections.

Servers take turns, round by round. A figure is the median of its rounds with the lowest and the highest behind it; a ratio
is formed within each round, so that a slow minute of the machine meets both sides. Differences under 10 % mean nothing.`;

function renderMachine({ machine, yardstick, rounds }: RunFacts): string {
  return [
    `- ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.kernel}, Node ${machine.node}`,
    `- ${describePinning()}; ${machine.network}`,
    `- ${machine.date}; ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; load average before the run: ${machine.loadBefore}`,
    `- ${yardstick}: the floor of a server that sends messages one by one`,
  ].join('\n');
}

function renderScenario(scenario: Scenario, results: Results): string {
  const ratios = ratiosTable(scenario, results);
  const parts = [`## ${scenario.title}`, scenario.about, markdown(figuresTable(scenario, results))];
  return [...parts, ...(ratios.length > 1 ? [markdown(ratios)] : [])].join('\n\n');
}

function renderFaults(results: Results): readonly string[] {
  if (results.faults.length === 0) return [];
  return ['## Rounds that failed', results.faults.map((fault) => `- ${fault.split('\n')[0]}`).join('\n')];
}

function markdown(table: Table): string {
  const [head = [], ...rows] = table;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}
