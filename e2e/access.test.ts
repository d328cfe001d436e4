import { describe, expect, test } from 'vitest';
import { overflow, tabTo, violations } from './support/barriers.ts';
import { emit } from './support/emit.ts';
import { RoomTab } from './support/room-tab.ts';
import { setStage } from './support/stage.ts';

const stage = setStage();

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each([320, 1280])(
    'B5 the pages have no barrier that axe finds and no sideways scrolling, %d px wide',
    async (width) => {
      const room = `axe-${colorScheme}-${width}`;
      const page = await stage.page({ colorScheme, viewport: { width, height: 800 } });
      await page.goto(stage.server.url);
      await page.getByText('Running').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);

      const tab = await RoomTab.open(page, stage.server.url, room);
      expect(await violations(page)).toEqual([]);
      await tab.say('mine');
      await tab.waitUntilSent();
      await emit(stage.server.url, room, { number: 1, word: null, long: 'x'.repeat(300) });
      await tab.waitForMessage('number');
      await tab.say('{"broken');
      for (const fold of await page.locator('summary').all()) await fold.click();
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBeLessThanOrEqual(0);

      await page.goto(`${stage.server.url}/bridge?room=%07`);
      await page.getByRole('alert').waitFor();
      expect(await violations(page)).toEqual([]);
    },
  );

  test('B5 a missing connection and a waiting message are shown without a barrier', async () => {
    const page = await stage.page({ colorScheme });
    await page.routeWebSocket(/\/ws/, (socket) => socket.close());
    await page.goto(`${stage.server.url}/bridge?room=axe`);
    const tab = new RoomTab(page);
    await tab.waitForState('Reconnecting');
    await tab.say('waits');
    await tab.messages.filter({ hasText: 'Pending' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

test('B5 from the start page into a room, a message and a copy: all by keyboard alone', async () => {
  const page = await stage.page({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(stage.server.url);
  await tabTo(page, 'Room name');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('keys');
  await page.keyboard.press('Enter');

  const tab = new RoomTab(page);
  await tab.waitForState('Connected');
  await tabTo(page, 'Messages');
  await tabTo(page, 'Message to keys');
  await page.keyboard.type('typed');
  await page.keyboard.press('Enter');
  await tab.waitUntilSent();
  await page.keyboard.type('again');
  await tabTo(page, 'Send');
  await page.keyboard.press('Space');
  await tab.waitForMessage('again');
  await tabTo(page, 'Copy curl command');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Copied curl command' }).waitFor();
  await tabTo(page, 'Open in a second tab');
});

test('B5 whatever has the focus shows it', async () => {
  const page = await stage.page();
  await RoomTab.open(page, stage.server.url, 'focus');
  const unseen: string[] = [];
  for (let count = 0; count < 12; count += 1) {
    await page.keyboard.press('Tab');
    const fault = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      return getComputedStyle(element).outlineStyle === 'none' ? element.outerHTML : null;
    });
    if (fault) unseen.push(fault);
  }
  expect(unseen).toEqual([]);
});

test('B5 everything to press is at least 24 by 24 pixels', async () => {
  const page = await stage.page({ viewport: { width: 320, height: 640 } });
  await RoomTab.open(page, stage.server.url, 'targets');
  await page.locator('summary').click();
  const small = await page.locator('a, button, input, textarea, summary').evaluateAll((elements) =>
    elements
      .map((element) => ({ html: element.outerHTML, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ html }) => html),
  );
  expect(small).toEqual([]);
});

test.each(['/', '/bridge?room=lobby'])('FR-027 with JavaScript off %s says so', async (path) => {
  const page = await stage.page({ javaScriptEnabled: false });
  await page.goto(stage.server.url + path);
  const note = page.locator('.no-script');
  await note.waitFor();
  expect(await note.textContent()).toContain('JavaScript is switched off');
});
