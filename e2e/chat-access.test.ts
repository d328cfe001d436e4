import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { overflow, tabTo, violations } from './support/barriers.ts';
import { PRESETS, setChatStage } from './support/chat-stage.ts';
import { ChatTab, PASSWORD } from './support/chat-tab.ts';
import { poll } from './support/poll.ts';

/** The presets differ in the login form alone: one view is enough for the second. */
const VIEWS = [320, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

describe.each(PRESETS)('preset %s', (preset) => {
  const stage = setChatStage(preset);

  async function expectNoBarrier(page: Page, where: string): Promise<void> {
    await page.evaluate(async () => {
      const passing = document
        .getAnimations()
        .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime));
      // One that is cancelled is over, too.
      await Promise.allSettled(passing.map((each) => each.finished));
    });
    expect(await violations(page), where).toEqual([]);
    expect(await overflow(page), where).toBeLessThanOrEqual(0);
  }

  test.each(preset === 'accounts' ? VIEWS : VIEWS.slice(0, 1))(
    'AC-8 UI-009 axe finds no barrier and nothing overflows, $width px wide, in the $colorScheme theme',
    async ({ width, colorScheme }) => {
      const options = { viewport: { width, height: 700 }, colorScheme };
      const door = await stage.page(options);
      await door.goto(`${stage.server.url}/chat`);
      await door.getByTestId('login-form').waitFor();
      await expectNoBarrier(door, 'login');
      await door.getByTestId('login-form').locator('button[type=submit]').click();
      await door.getByText('Please enter your username.').waitFor();
      await expectNoBarrier(door, 'refused login');

      const room = `axe-${width}-${colorScheme}`;
      const ann = await stage.person('ann', options);
      const { page } = ann;
      let isCut = false;
      await page.routeWebSocket(/\/ws/, (socket) => {
        if (isCut) socket.close();
        else {
          const server = socket.connectToServer();
          cut = () => {
            isCut = true;
            server.close();
            socket.close();
          };
        }
      });
      let cut = () => {};
      await ann.open(stage.server.url, room);
      await expectNoBarrier(page, 'empty room');
      const bob = await stage.enter('bob', room);
      await bob.say(`hello **@${ann.username}**, see \`code\` and https://example.org`);
      await ann.page.locator('.message-text strong').waitFor();
      await bob.composer.pressSequentially('x');
      await ann.send('x'.repeat(200));
      await page.getByTestId('typing').getByText('is typing').waitFor();
      await expectNoBarrier(page, 'messages');

      await ann.chooseInRoomMenu('Delete room …');
      await page.getByTestId('delete-room').waitFor();
      await expectNoBarrier(page, 'delete a room');
      await page.keyboard.press('Escape');
      await page.getByTestId('delete-room').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+k');
      await page.getByTestId('switcher').waitFor();
      await expectNoBarrier(page, 'switcher');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Search messages' }).click();
      await page.getByTestId('search-panel').waitFor();
      await expectNoBarrier(page, 'search');
      await page.keyboard.press('Escape');
      if (width < 700) {
        await page.getByRole('button', { name: 'Rooms', exact: true }).click();
        await page.getByTestId('room-list').waitFor();
        await expectNoBarrier(page, 'rooms');
      }
      await page.getByRole('button', { name: 'Create a room' }).click();
      await page.getByTestId('create-room').waitFor();
      await expectNoBarrier(page, 'create a room');
      await page.keyboard.press('Escape');
      if (width < 700) await page.keyboard.press('Escape');

      cut();
      await ann.banner('reconnecting').waitFor();
      await ann.say('waits');
      await ann.waitForMark('waits', 'pending');
      await expectNoBarrier(page, 'reconnecting');
    },
  );

  test('AC-8 UI-009 all of a visit by keyboard alone: log in, create a room, write, read back, change rooms, leave', async () => {
    const bob = await stage.enter('bob', 'keys');
    await bob.send('from bob');
    const page = await stage.page({ viewport: { width: 1280, height: 800 } });
    const { keyboard } = page;
    await page.goto(`${stage.server.url}/chat`);
    await page.getByTestId('login-form').waitFor();
    if (preset === 'accounts') {
      await tabTo(page, 'Create an account');
      await keyboard.press('Enter');
    }
    const ann = new ChatTab(page, `keys-${preset}`);
    // The first field has the focus already.
    await keyboard.type(ann.username);
    if (preset === 'accounts') {
      await keyboard.press('Tab');
      await keyboard.type(PASSWORD);
    }
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No room is open' }).waitFor();

    await tabTo(page, 'Create a room');
    await keyboard.press('Enter');
    await page.getByTestId('create-room').waitFor();
    await keyboard.type(`By Keys ${preset}`);
    await keyboard.press('Enter');
    await ann.title.getByText(`By Keys ${preset}`).waitFor();
    await ann.waitUntilIn();
    await page.getByTestId('create-room').waitFor({ state: 'detached' });

    await keyboard.press('Control+k');
    await page.getByTestId('switcher').waitFor();
    await keyboard.type('keys');
    await keyboard.press('Escape');
    await page.getByTestId('switcher').waitFor({ state: 'detached' });
    await keyboard.press('Control+k');
    await page.getByTestId('switcher').waitFor();
    await keyboard.type('keys');
    // The name alone: beside it may stand how much is unread.
    const chosen = page.locator('[role=option][aria-selected=true] bdi');
    for (let tries = 0; (await chosen.textContent()) !== 'keys'; tries += 1) {
      expect(tries).toBeLessThan(10);
      await keyboard.press('ArrowDown');
    }
    await keyboard.press('Enter');
    await ann.waitForMessage('from bob');

    await reach(page, 'composer');
    await keyboard.type('typed by hand');
    await keyboard.press('Enter');
    await bob.waitForMessage('typed by hand');
    await reach(page, 'messages');
    expect(await focusedText(page)).toContain('typed by hand');
    await keyboard.press('ArrowUp');
    await poll(() => focusedText(page)).toContain('from bob');
    await reach(page, 'members');
    await reach(page, 'rooms');
    await tabTo(page, 'Room menu');
    await keyboard.press('Enter');
    await tabTo(page, 'Leave room');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No room is open' }).waitFor();
    await bob.member(ann.username).waitFor({ state: 'detached' });
  });

  test('AC-8 the same by mouse alone, once the words are written', async () => {
    const bob = await stage.enter('bob', 'mouse');
    const ann = await stage.enter('ann', 'mouse-hall');
    await ann.roomItem('mouse').click();
    await ann.member(bob.username).waitFor();
    await ann.composer.fill('clicked');
    await ann.page.getByTestId('send').click();
    await bob.waitForMessage('clicked');
    await ann.page.getByRole('button', { name: /^Members/ }).click();
    await ann.members.first().waitFor({ state: 'detached' });
    await ann.page.getByRole('button', { name: /^Members/ }).click();
    await ann.member(bob.username).waitFor();
    await ann.chooseInRoomMenu('Leave room');
    await bob.member(ann.username).waitFor({ state: 'detached' });
  });

  test.each([320, 768, 1280])('AC-8 everything to press is at least 24 by 24 pixels, %d px wide', async (width) => {
    const ann = await stage.enter('ann', `targets-${width}`, { viewport: { width, height: 640 } });
    await ann.send('something');
    const small = await ann.page
      .locator('button:visible, input:visible, select:visible, textarea:visible, .brand')
      .evaluateAll((elements) =>
        elements
          .map((element) => ({ html: element.outerHTML, box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width < 24 || box.height < 24)
          .map(({ html }) => html),
      );
    expect(small).toEqual([]);
  });
});

/** Presses F6 until that region has the focus. */
async function reach(page: Page, region: string): Promise<void> {
  const here = () =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region']);
  for (let presses = 0; (await here()) !== region; presses += 1) {
    expect(presses, `F6 does not reach "${region}"`).toBeLessThan(5);
    await page.keyboard.press('F6');
  }
}

const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
