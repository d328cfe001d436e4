import { figuresTable, type Section } from '../chat/results.ts';
import type { Machine } from '../host/machine.ts';

export interface RunFacts {
  readonly machine: Machine;
  /** What a send() costs. */
  readonly yardstick: string;
  readonly rounds: number;
  readonly quick: boolean;
}

/** The page docs/reference/performance-gateway.md. */
export function renderPage({ machine, yardstick, rounds, quick }: RunFacts, sections: readonly Section[]): string {
  const { cpu, cores, memoryGb, kernel, node, network, date, loadBefore } = machine;
  return `${[
    '# Performance of the gateway',
    'Written by `npm run bench:gateway -- --write`; do not edit.',
    ...(quick ? ['**A quick run: short steps. It proves that the benchmark works; its figures mean little.**'] : []),
    '## Measured on',
    [
      `- ${cpu}, ${cores} cores, ${memoryGb} GB, ${kernel}, Node ${node}`,
      `- ${network}; ${yardstick}`,
      `- ${date}; ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of the first two; load average before the run: ${loadBefore}`,
    ].join('\n'),
    '## How',
    HOW,
    ...sections.flatMap(({ title, about, figures }) => [`## ${title}`, about, figuresTable(figures)]),
  ].join('\n\n')}\n`;
}

const HOW = `Roomcast runs as built and as \`npm start\` starts it; only the limit of messages per second of a connection is lifted.
Clients use WebSocket. Those of the first two come from the load generator in C, and both servers take turns, each alone on a
core: a figure is the median of the rounds, a ratio is formed within each round. *CPU per delivery* is the run time of all
threads of the server as the kernel counts it, divided by messages received. The other clients are lean ones in Node, which
check every message: a thousand of the official client would use up the core that is to measure. The official one is what the
tests run, in smaller crowds. Latencies are from sending to receiving, by one clock.`;
