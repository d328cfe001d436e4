import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import type { BenchUser } from '../chat/users.ts';
import type { Section } from '../suite/figures.ts';
import { seenIn } from './probe.ts';
import { middleAndMost } from './samples.ts';
import { type ShownRoom, shows, type Visitors } from './visitors.ts';

const LIMIT = 1200;
const SCRIPT_LIMIT = 60_000;
const FORM = ['[data-testid=login-form]'];

interface View {
  /** Milliseconds from the start of the navigation. */
  readonly firstPaint: number;
  readonly complete: number;
  /** Bytes of script that had come by then, gzipped. */
  readonly script: number;
}

/** Opens the page with nothing in the cache: as somebody who is not logged in, and as somebody who is. */
export async function measureFirstView(
  visitors: Visitors,
  user: BenchUser,
  room: ShownRoom,
  times: number,
): Promise<Section> {
  // The first start of a browser process is not the page's.
  await view(visitors, null, `${visitors.url}/chat`, FORM);
  const doors: View[] = [];
  const rooms: View[] = [];
  for (let turn = 0; turn < times; turn++) {
    doors.push(await view(visitors, null, `${visitors.url}/chat`, FORM));
    rooms.push(await view(visitors, user, visitors.address(room), shows(room)));
  }
  const script = Math.max(...[...doors, ...rooms].map((each) => each.script));
  const all = (views: readonly View[], part: 'firstPaint' | 'complete') => views.map((each) => each[part]);
  return {
    title: 'First view',
    about: `${times} visits each, every one in a new profile: nothing is cached. From the start of the navigation; a view counts when the frame that shows it has been painted. The room has ${room.last.toLocaleString('en')} messages, and its list, members and last messages are there.`,
    figures: [
      ...middleAndMost('first paint, not logged in', all(doors, 'firstPaint')),
      ...middleAndMost('login form', all(doors, 'complete'), LIMIT),
      ...middleAndMost('first paint, logged in', all(rooms, 'firstPaint')),
      ...middleAndMost('rooms and messages', all(rooms, 'complete'), LIMIT),
      {
        what: 'script until then, bytes gzipped',
        value: script,
        unit: '',
        goal: { relation: '≤', limit: SCRIPT_LIMIT },
      },
    ],
  };
}

async function view(
  visitors: Visitors,
  user: BenchUser | null,
  url: string,
  selectors: readonly string[],
): Promise<View> {
  const context = await visitors.profile(user, selectors);
  try {
    const page = await context.newPage();
    const scripts = gatherScripts(page);
    await page.goto(url);
    const seen = await seenIn(page);
    const { origin, firstPaint } = await page.evaluate(() => ({
      origin: performance.timeOrigin,
      firstPaint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    }));
    return { firstPaint, complete: seen - origin, script: await scripts() };
  } finally {
    await context.close();
  }
}

/** Sums up the scripts that the page loads from now on; the function it returns tells their size. */
function gatherScripts(page: Page): () => Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return;
    sizes.push(response.body().then((body) => gzipSync(body).length));
  });
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
