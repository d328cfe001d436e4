import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../../e2e/support/browser.ts';
import { prepareData } from '../chat/data.ts';
import { missed, showSection } from '../chat/report.ts';
import type { Section } from '../chat/results.ts';
import { type ChatServer, isBuilt, startChatServer } from '../chat/server.ts';
import { registerUsers } from '../chat/users.ts';
import { isolate } from '../host/isolate.ts';
import { describeMachine } from '../host/machine.ts';
import { measureFirstView } from './first-view.ts';
import { measureKeyPress } from './key-press.ts';
import { HELP, type PageBenchOptions, parseOptions } from './options.ts';
import { measurePresence } from './presence.ts';
import { renderPage } from './report.ts';
import { measureRoomSwitch } from './room-switch.ts';
import { prepareRooms } from './rooms.ts';
import { measureScrolling } from './scrolling.ts';
import { Visitors } from './visitors.ts';

const PAGE = fileURLToPath(new URL('../../docs/reference/performance-page.md', import.meta.url));
const FULL = { views: 20, switches: 30, presences: 20, keys: 100, pages: 100 };
const QUICK = { views: 2, switches: 4, presences: 2, keys: 10, pages: 10 };

process.exitCode = await main(process.argv.slice(2));

/** The command. Returns its exit code: 0 measured, whether goals are met or not; 1 not measured; 2 wrong options. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === 'help' || 'fault' in options) {
    console.error(options === 'help' ? HELP : `${options.fault}\n\n${HELP}`);
    return options === 'help' ? 0 : 2;
  }
  if (process.platform !== 'linux' || !isBuilt()) {
    console.error('The benchmarks of the page need Linux, and the built product: run `npm run build` first.');
    return 1;
  }
  const isolated = await isolate();
  if (isolated !== null) return isolated;
  // Server and browser are killed, and folders removed, when this process exits; a signal must let it exit.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  try {
    await bench(options);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function bench(options: PageBenchOptions): Promise<void> {
  const machine = describeMachine();
  const sections: Section[] = [];
  const server = await startChatServer(prepareData(options.messages, options.data), null);
  try {
    const browser = await launchBrowser();
    try {
      const facts = { machine, browser: browser.version(), quick: options.quick };
      console.log(`${machine.cpu}, ${machine.cores} cores, Chromium ${facts.browser}; load ${machine.loadBefore}`);
      for await (const section of measure(options, server, new Visitors(browser, server))) {
        sections.push(section);
        console.log(showSection(section));
      }
      if (options.write) writeFileSync(PAGE, renderPage(facts, sections));
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
  const faults = missed(sections);
  console.log(
    faults.length === 0 ? '\nAll goals are met.' : `\nMissed:\n${faults.map((one) => `- ${one}`).join('\n')}`,
  );
}

/** One section after another. Reading comes before writing: the large room keeps its length until then. */
async function* measure(
  { parts, quick, messages }: PageBenchOptions,
  server: ChatServer,
  visitors: Visitors,
): AsyncGenerator<Section> {
  const times = quick ? QUICK : FULL;
  const users = await registerUsers(server.port, times.presences + 2);
  const [user] = users;
  if (!user) throw new Error('no users');
  const small = await prepareRooms(server, user);
  const large = { name: 'large', last: messages };
  if (parts.includes('view')) yield await measureFirstView(visitors, user, large, times.views);
  if (parts.includes('switch')) yield await measureRoomSwitch(visitors, user, [small, large], times.switches);
  if (parts.includes('presence')) yield await measurePresence(visitors, users, [small, large], times.presences);
  if (parts.includes('scroll')) yield await measureScrolling(visitors, user, large, times.pages);
  if (parts.includes('key')) yield await measureKeyPress(visitors, user, large, times.keys);
}
