import { figuresTable, type Section } from '../chat/results.ts';
import type { Machine } from '../host/machine.ts';

export interface RunFacts {
  readonly machine: Machine;
  /** Version of the browser. */
  readonly browser: string;
  readonly quick: boolean;
}

/** The page docs/reference/performance-page.md. */
export function renderPage({ machine, browser, quick }: RunFacts, sections: readonly Section[]): string {
  const { cpu, cores, memoryGb, kernel, node, network, date, loadBefore } = machine;
  return `${[
    '# Performance of the chat page',
    'Written by `npm run bench:page -- --write`; do not edit.',
    ...(quick
      ? ['**A quick run: few repetitions. It proves that the benchmark works; its figures mean little.**']
      : []),
    '## Measured on',
    [
      `- ${cpu}, ${cores} cores, ${memoryGb} GB, ${kernel}, Node ${node}, Chromium ${browser} without a screen or a graphics card`,
      `- ${network}; server, browsers and what drives them share the cores`,
      `- ${date}; load average before the run: ${loadBefore}`,
    ].join('\n'),
    '## How',
    HOW,
    ...sections.flatMap(({ title, about, figures }) => [`## ${title}`, about, figuresTable(figures)]),
  ].join('\n\n')}\n`;
}

const HOW = `Roomcast runs as built and as \`npm start\` starts it, preset \`accounts\`, with the limits for people lifted. Real
Chromium opens the page, with real clicks and key presses, each person in a profile of their own. Time is taken inside the
pages: it begins with the event as the browser stamped it, and ends behind the first frame after what is waited for is in the
document. Medians and 95th percentiles are both held against the goal.`;
