import type { Machine } from '../host/machine.ts';
import { figuresTable, isMet, type Section } from './results.ts';

/** One section for a terminal. */
export function showSection({ title, figures }: Section): string {
  return `\n${title}\n\n${figuresTable(figures)}`;
}

/** The goals of all sections that were missed, as a sentence each. */
export function missed(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ title, figures }) =>
    figures.filter((figure) => !isMet(figure)).map(({ what }) => `${title}: ${what}`),
  );
}

export interface RunFacts {
  readonly machine: Machine;
  readonly quick: boolean;
}

/** The page docs/reference/performance-chat.md. */
export function renderPage({ machine, quick }: RunFacts, sections: readonly Section[]): string {
  const { cpu, cores, memoryGb, kernel, node, network, date, loadBefore } = machine;
  return `${[
    '# Performance of chat',
    'Written by `npm run bench:chat -- --write`; do not edit.',
    ...(quick ? ['**A quick run: short steps. It proves that the benchmark works; its figures mean little.**'] : []),
    '## Measured on',
    [
      `- ${cpu}, ${cores} cores, ${memoryGb} GB, ${kernel}, Node ${node}`,
      `- ${network}; the load generator on a core that it shares with the server’s threads`,
      `- ${date}; load average before the run: ${loadBefore}`,
    ].join('\n'),
    '## How',
    HOW,
    ...sections.flatMap(({ title, about, figures }) => [`## ${title}`, about, figuresTable(figures)]),
  ].join('\n\n')}\n`;
}

const HOW = `Roomcast runs as built and as \`npm start\` starts it, with the limits for people lifted: messages, changes of room,
registrations. Users are registered, and each connects with a token of its own. A message counts as acknowledged when its
\`message_ack\` says \`level: synced\`: it is on disk, with an fsync. Latencies are from sending to receiving, by one clock.
*CPU per message* is the run time of the server’s threads as the kernel counts it, divided by the messages acknowledged
meanwhile; *main thread* is the one that everything passes. The *event-loop delay* is the server’s own, from \`/metrics\`.
All scenarios run on one database, which holds the large room from the beginning.`;
