import type { Machine } from '../host/machine.ts';
import { figuresTable, isMet, type Section } from './figures.ts';
import type { OwnOptions } from './options.ts';
import type { Circumstances, Suite } from './suite.ts';

type AnySuite = Omit<Suite<string, OwnOptions>, 'measure'>;

/** What `--help` shows. */
export function renderHelp({ name, quick, parts, options, notes }: AnySuite): string {
  const rows = [
    ['--quick', `${quick}: a smoke test, its figures mean little`],
    ['--only A,B', `parts: ${parts.join(', ')}`],
    ...Object.entries(options).map(([option, { takes, about }]) => [`--${option} ${takes}`, about]),
    ['--write', `write the results to docs/reference/performance-${name}.md`],
    ['--help', 'print this'],
  ];
  const lines = rows.map(([option = '', about]) => `  ${option.padEnd(16)} ${about}`);
  return [`npm run bench:${name} -- [options]\n`, ...lines, ...(notes === undefined ? [] : [`\n${notes}`])].join('\n');
}

/** Where a run takes place, for a terminal. */
export function introduce({ cpu, cores, node, loadBefore, network }: Machine): string {
  return `${cpu}, ${cores} cores, Node ${node}; load average ${loadBefore}\n${network}`;
}

/** One section for a terminal. */
export function showSection({ title, figures }: Section): string {
  return `\n${title}\n\n${figuresTable(figures)}`;
}

/** The goals of all sections: that all are met, or those that were missed. */
export function showGoals(sections: readonly Section[]): string {
  const missed = sections.flatMap(({ title, figures }) =>
    figures.filter((figure) => !isMet(figure)).map(({ what }) => `- ${title}: ${what}`),
  );
  return missed.length === 0 ? '\nAll goals are met.' : `\nMissed:\n${missed.join('\n')}`;
}

export interface RunFacts {
  readonly machine: Machine;
  readonly circumstances: Circumstances;
  readonly isQuick: boolean;
}

/** The page of a suite. */
export function renderPage(suite: AnySuite, facts: RunFacts, sections: readonly Section[]): string {
  const { name, title, quick, how } = suite;
  const { cpu, cores, memoryGb, kernel, node, network, date, loadBefore } = facts.machine;
  const { software = '', network: aboutNetwork, run } = facts.circumstances;
  return `${[
    `# ${title}`,
    `Written by \`npm run bench:${name} -- --write\`; do not edit.`,
    ...(facts.isQuick
      ? [`**A quick run: ${quick}. It proves that the benchmark works; its figures mean little.**`]
      : []),
    '## Measured on',
    [
      `- ${cpu}, ${cores} cores, ${memoryGb} GB, ${kernel}, Node ${node}${software}`,
      `- ${network}; ${aboutNetwork}`,
      `- ${date}; ${run === undefined ? '' : `${run}; `}load average before the run: ${loadBefore}`,
    ].join('\n'),
    '## How',
    how,
    ...sections.flatMap(({ title: heading, about, figures }) => [`## ${heading}`, about, figuresTable(figures)]),
  ].join('\n\n')}\n`;
}
