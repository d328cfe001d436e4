import { launchBrowser } from '../../e2e/support/browser.ts';
import { prepareData } from '../chat/data.ts';
import { registerUsers } from '../chat/users.ts';
import { type RoomcastServer, startRoomcast } from '../host/roomcast.ts';
import { count, folder } from '../suite/options.ts';
import { runSuite } from '../suite/run.ts';
import type { Run, Suite } from '../suite/suite.ts';
import { measureFirstView } from './first-view.ts';
import { measureKeyPress } from './key-press.ts';
import { measurePresence } from './presence.ts';
import { measureRoomSwitch } from './room-switch.ts';
import { prepareRooms } from './rooms.ts';
import { measureScrolling } from './scrolling.ts';
import { Visitors } from './visitors.ts';

const FULL = { views: 20, switches: 30, presences: 20, keys: 100, pages: 100 };
const QUICK = { views: 2, switches: 4, presences: 2, keys: 10, pages: 10 };

const PARTS = ['view', 'switch', 'presence', 'key', 'scroll'] as const;
const OPTIONS = {
  data: folder('keep the database with the large room there for the next run'),
  messages: count('messages in the large room', { least: 10_000 }, () => 100_000),
};
type PageRun = Run<(typeof PARTS)[number], typeof OPTIONS>;

const suite: Suite<(typeof PARTS)[number], typeof OPTIONS> = {
  name: 'page',
  title: 'Performance of the chat page',
  quick: 'few repetitions',
  parts: PARTS,
  options: OPTIONS,
  notes: 'CHROMIUM_PATH says which browser, /usr/bin/chromium else.',
  how: `Roomcast runs as built and as \`npm start\` starts it, preset \`accounts\`, with the limits for people lifted. Real
Chromium opens the page, with real clicks and key presses, each person in a profile of their own. Time is taken inside the
pages: it begins with the event as the browser stamped it, and ends behind the first frame after what is waited for is in the
document. Medians and 95th percentiles are both held against the goal.`,

  async measure(run) {
    const server = await startRoomcast(prepareData(run.own.messages, run.own.data), null);
    try {
      const browser = await launchBrowser();
      try {
        await measureParts(run, server, new Visitors(browser, server));
        return {
          software: `, Chromium ${browser.version()} without a screen or a graphics card`,
          network: 'server, browsers and what drives them share the cores',
        };
      } finally {
        await browser.close();
      }
    } finally {
      await server.stop();
    }
  },
};

process.exitCode = await runSuite(suite, process.argv.slice(2));

/** One part after another. Reading comes before writing: the large room keeps its length until then. */
async function measureParts({ parts, quick, own, add }: PageRun, server: RoomcastServer, visitors: Visitors) {
  const times = quick ? QUICK : FULL;
  const users = await registerUsers(server.port, times.presences + 2);
  const [user] = users;
  if (!user) throw new Error('no users');
  const small = await prepareRooms(server, user);
  const large = { name: 'large', last: own.messages };
  if (parts.includes('view')) add(await measureFirstView(visitors, user, large, times.views));
  if (parts.includes('switch')) add(await measureRoomSwitch(visitors, user, [small, large], times.switches));
  if (parts.includes('presence')) add(await measurePresence(visitors, users, [small, large], times.presences));
  if (parts.includes('scroll')) add(await measureScrolling(visitors, user, large, times.pages));
  if (parts.includes('key')) add(await measureKeyPress(visitors, user, large, times.keys));
}
