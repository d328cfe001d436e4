import { AxeBuilder } from '@axe-core/playwright';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { overflow } from './support/barriers.ts';
import { setChatStage } from './support/chat-stage.ts';
import { startNetwork } from './support/network.ts';
import { poll } from './support/poll.ts';

const WIDE = 1280;
const NARROW = 320;
const HEIGHT = 700;
/** The rules that a theme can break. All others have been asked in the first one: the elements are the same. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Looks at what the page shows in both themes. */
async function expectOpenToAll(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(async () => {
      const passing = document
        .getAnimations()
        .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime));
      // One that is cancelled is over, too.
      await Promise.allSettled(passing.map((each) => each.finished));
    });
    const view = `${where}, ${colorScheme}, ${page.viewportSize()?.width} px`;
    // There are no frames here, and it is twice as fast.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await (colorScheme === 'light' ? axe : axe.withRules(COLOUR_RULES)).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(found, view).toEqual([]);
    expect(await overflow(page), view).toBeLessThanOrEqual(0);
  }
}

/** The same on a wide and on a narrow screen. The state stays what it is meanwhile. */
async function expectNoBarrier(page: Page, where: string): Promise<void> {
  for (const width of [WIDE, NARROW]) {
    await page.setViewportSize({ width, height: HEIGHT });
    await expectOpenToAll(page, where);
  }
  await page.setViewportSize({ width: WIDE, height: HEIGHT });
}

describe('preset accounts', () => {
  const stage = setChatStage('accounts');

  test('UI-009 UI-010 EC-1 FR-025 axe finds no barrier while the page reconnects, nor when it is offline', async () => {
    const network = await startNetwork(stage.server.port);
    onTestFinished(() => network.close());
    const away = await stage.person('away', { origin: network.url });
    await away.page.clock.install();
    await away.open(network.url, 'axe-away');
    await away.send('before');
    network.cut();
    await away.banner('reconnecting').waitFor();
    await away.say('written meanwhile');
    await away.waitForMark('written meanwhile', 'pending');
    await expectNoBarrier(away.page, 'reconnecting');
    // Past the wait before each attempt that is left.
    await poll(async () => {
      await away.page.clock.fastForward(25_000);
      return away.banner('offline').count();
    }).toBe(1);
    await away.page.getByText('1 was here').waitFor();
    await expectNoBarrier(away.page, 'offline');
  });

  test('UI-008 UI-009 DP-005 EC-6 axe finds no barrier while the storage cannot be reached', async () => {
    const ann = await stage.enter('ann', 'axe-storage');
    const intruder = new Database(`${stage.server.directory}/roomcast.db`);
    onTestFinished(() => void intruder.close());
    intruder.exec('BEGIN IMMEDIATE');
    await ann.say('not saved');
    await ann.waitForMark('not saved', 'unsaved');
    await ann.banner('storage').waitFor();
    await expectNoBarrier(ann.page, 'storage');
    intruder.exec('ROLLBACK');
    await ann.waitForMark('not saved', 'sent');
  });

  test('UI-008 UI-009 FR-019 EC-5 axe finds no barrier in a message that has failed', async () => {
    const ann = await stage.person('ann');
    const bob = await stage.enter('bob', 'axe-failed');
    let tries = 0;
    await ann.page.routeWebSocket(/\/ws/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((data) => {
        if (`${data}`.includes('"chat_message"')) tries += 1;
        else server.send(data);
      });
    });
    await ann.page.clock.install();
    await ann.open(stage.server.url, 'axe-failed');
    await ann.say('lost');
    for (let count = 1; count <= 3; count += 1) {
      await poll(() => tries).toBe(count);
      // The answer is overdue; then the pause before the next try is over. Bob keeps the server from seeming silent.
      await ann.page.clock.fastForward(10_500);
      await bob.send(`here ${count}`);
      await ann.waitForMessage(`here ${count}`);
      if (count < 3) await ann.page.clock.fastForward(2_500);
    }
    await ann.waitForMark('lost', 'failed');
    for (const name of ['Retry', 'Edit', 'Discard']) await ann.message('lost').getByRole('button', { name }).waitFor();
    await expectNoBarrier(ann.page, 'failed message');
  });

  test('UI-009 UI-012 UI-013 AC-8 axe finds no barrier in any dialog', async () => {
    const ann = await stage.enter('ann', 'axe-dialogs');
    const { page } = ann;
    const chooseInAccountMenu = async (entry: string) => {
      await page.getByRole('button', { name: 'account menu' }).click();
      await page.getByRole('button', { name: entry }).click();
    };
    const look = async (name: string, reach: () => Promise<void>) => {
      await reach();
      const dialog = page.getByRole('dialog', { name });
      await dialog.waitFor();
      await expectNoBarrier(page, name);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    };
    await look('Change your password', () => chooseInAccountMenu('Change password …'));
    await look('Keyboard', () => chooseInAccountMenu('Keyboard help'));
    await look('Go to a room', () => page.keyboard.press('Control+k'));
    await look('Delete', () => ann.chooseInRoomMenu('Delete room …'));
  });

  test('UI-001 UI-009 axe finds no barrier in search results, whose words are marked', async () => {
    const ann = await stage.enter('ann', 'axe-search');
    const { page } = ann;
    for (const text of ['a needle here', 'Needles <b>there</b>', 'nothing']) await ann.send(text);
    await page.getByRole('button', { name: 'Search messages' }).click();
    const panel = page.getByTestId('search-panel');
    await panel.getByRole('searchbox', { name: 'Words' }).fill('needle');
    // The index follows a moment behind.
    await poll(async () => {
      await page.keyboard.press('Enter');
      await panel.getByRole('status').getByText(/found/).waitFor();
      return page.getByTestId('search-result').count();
    }).toBe(2);
    const marked = () => panel.locator('mark').allTextContents();
    expect(await marked()).toEqual(['Needles', 'needle']);
    await expectOpenToAll(page, 'search results');
    await page.setViewportSize({ width: NARROW, height: HEIGHT });
    await page.getByRole('button', { name: 'Search messages' }).click();
    await page.getByTestId('search-result').first().waitFor();
    expect(await marked()).toEqual(['Needles', 'needle']);
    await expectOpenToAll(page, 'search results');
  });
});

describe('preset open', () => {
  const stage = setChatStage('open');

  test('UI-009 AC-8 axe finds no barrier on the main screens', async () => {
    const door = await stage.page({ viewport: { width: WIDE, height: HEIGHT } });
    await door.goto(`${stage.server.url}/chat`);
    await door.getByTestId('login-form').waitFor();
    await expectNoBarrier(door, 'login');
    const ann = await stage.enter('ann', 'axe-open');
    await expectNoBarrier(ann.page, 'empty room');
    const bob = await stage.enter('bob', 'axe-open');
    await bob.say(`hello **@${ann.username}**, see \`code\` and https://example.org`);
    await ann.page.locator('.message-text strong').waitFor();
    await ann.send('own');
    await expectNoBarrier(ann.page, 'messages');
  });
});
