import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isolate } from '../host/isolate.ts';
import { describeMachine } from '../host/machine.ts';
import { isBuilt } from '../host/roomcast.ts';
import type { Section } from './figures.ts';
import { type Chosen, type OwnOptions, readOptions } from './options.ts';
import { introduce, renderHelp, renderPage, showGoals, showSection } from './report.ts';
import type { Suite } from './suite.ts';

/** A suite's command. Returns its exit code: 0 measured, whether goals are met or not; 1 not measured; 2 wrong options. */
export async function runSuite<Part extends string, Own extends OwnOptions>(
  suite: Suite<Part, Own>,
  argv: readonly string[],
): Promise<number> {
  const chosen = attempt(() => readOptions(suite, argv));
  if (chosen === 'help' || 'fault' in chosen) {
    console.error(chosen === 'help' ? renderHelp(suite) : `${chosen.fault}\n\n${renderHelp(suite)}`);
    return chosen === 'help' ? 0 : 2;
  }
  if (process.platform !== 'linux' || !isBuilt()) {
    console.error(`bench:${suite.name} needs Linux (/proc), and the built product: run \`npm run build\` first.`);
    return 1;
  }
  const isolated = await isolate();
  if (isolated !== null) return isolated;
  // What was started is killed, and folders are removed, when this process exits; a signal must let it exit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  try {
    await measure(suite, chosen);
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return 1;
  }
}

async function measure<Part extends string, Own extends OwnOptions>(
  suite: Suite<Part, Own>,
  chosen: Chosen<Part, Own>,
): Promise<void> {
  const machine = describeMachine();
  console.log(introduce(machine));
  const sections: Section[] = [];
  const add = (section: Section) => {
    sections.push(section);
    console.log(showSection(section));
  };
  const circumstances = await suite.measure({ ...chosen, add });
  console.log(showGoals(sections));
  if (!chosen.write) return;
  const page = new URL(`../../docs/reference/performance-${suite.name}.md`, import.meta.url);
  writeFileSync(fileURLToPath(page), renderPage(suite, { machine, circumstances, isQuick: chosen.quick }, sections));
}

function attempt<Result>(work: () => Result): Result | { readonly fault: string } {
  try {
    return work();
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
