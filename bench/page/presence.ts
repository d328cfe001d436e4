import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { BenchUser } from '../chat/users.ts';
import type { Section } from '../suite/figures.ts';
import { expectIn, pressedIn, seenIn } from './probe.ts';
import { middleAndMost, repeat } from './samples.ts';
import { item, type ShownRoom, type Visitors } from './visitors.ts';

const LIMIT = 500;
/** Milliseconds. Who comes and goes again and again within a second is announced late, on purpose. */
const CALM = 1200;
const ALONE = ['[data-testid=members]:not(:has(> :nth-child(2)))'];
const TOGETHER = ['[data-testid=members] > :nth-child(2)'];

/** One sees others come and go, in ways that need no time of grace. */
export async function measurePresence(
  visitors: Visitors,
  [watching, coming, ...leaving]: readonly BenchUser[],
  [room, elsewhere]: readonly [ShownRoom, ShownRoom],
  times: number,
): Promise<Section> {
  if (!watching || !coming || leaving.length < times) throw new Error('too few users');
  const watcher = await visitors.enter(watching, room);
  const comer = await visitors.enter(coming, elsewhere);
  const comes: number[] = [];
  const goes: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    await delay(CALM);
    comes.push(await watched(watcher, TOGETHER, () => press(comer, item(room))));
    await delay(CALM);
    goes.push(await watched(watcher, ALONE, () => press(comer, item(elsewhere))));
  }
  await comer.context().close();
  const closes = await repeat(times, () => measureLeaving(visitors, watcher, coming, room, closePage));
  const logsOut = await repeat(times, (turn) =>
    measureLeaving(visitors, watcher, leaving[turn] ?? coming, room, logOut),
  );
  await watcher.context().close();
  return {
    title: 'Presence',
    about: `Each ${times} times. From the click, or the closing, in one browser to the painted frame with the other list of members in another. All of these say to the server that somebody goes; a connection that only breaks has three seconds of grace to come back in.`,
    figures: [
      ...middleAndMost('enters the room', comes, LIMIT),
      ...middleAndMost('goes to another room', goes, LIMIT),
      ...middleAndMost('closes the page', closes, LIMIT),
      ...middleAndMost('logs out', logsOut, LIMIT),
    ],
  };
}

/** Enters with a fresh page, and leaves for good. */
async function measureLeaving(
  visitors: Visitors,
  watcher: Page,
  user: BenchUser,
  room: ShownRoom,
  leave: (page: Page) => Promise<number>,
): Promise<number> {
  await expectIn(watcher, TOGETHER);
  const page = await visitors.enter(user, room);
  const context = page.context();
  await seenIn(watcher);
  await delay(CALM);
  const time = await watched(watcher, ALONE, () => leave(page));
  await context.close();
  return time;
}

async function closePage(page: Page): Promise<number> {
  const begin = Date.now();
  await page.close();
  return begin;
}

async function logOut(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'account menu' }).click();
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  return pressedIn(page);
}

/** Milliseconds from when `act` says that it was done, to the painted frame in which the watcher sees it. */
async function watched(watcher: Page, selectors: readonly string[], act: () => Promise<number>): Promise<number> {
  await expectIn(watcher, selectors);
  const done = await act();
  return (await seenIn(watcher)) - done;
}

async function press(page: Page, selector: string): Promise<number> {
  await page.click(selector);
  return pressedIn(page);
}
