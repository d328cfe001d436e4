import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ATTACKS } from './support/attacks.ts';
import { overflow } from './support/barriers.ts';
import { setChatStage } from './support/chat-stage.ts';
import { poll } from './support/poll.ts';
import { sendOrders } from './support/raw-chat.ts';

const stage = setChatStage('accounts', ['--message-rate', '0']);
const NARROW = { viewport: { width: 320, height: 640 } };

/** What attacks would do to a page, from now on: dialogs, other pages, and requests to other servers. */
function watchHits(page: Page): string[] {
  const hits: string[] = [];
  page.on('dialog', (dialog) => {
    hits.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', () => hits.push('popup'));
  page.on('framenavigated', (frame) => {
    const { origin, pathname } = new URL(frame.url());
    if (origin !== stage.server.url || pathname !== '/chat') hits.push(`navigation to ${frame.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(stage.server.url)) hits.push(`request to ${request.url()}`);
  });
  return hits;
}

/** What of an attack has become part of the document, anywhere in it. */
function traces(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = Reflect.get(window, 'hit') ? ['a script ran'] : [];
    for (const element of document.querySelectorAll('#chat *, dialog *')) {
      if (/^(script|img|iframe|object|embed|video|audio|link|style|base|meta|math|marquee)$/i.test(element.localName)) {
        found.push(element.outerHTML);
      }
      for (const { name, value } of element.attributes) {
        const isAddress = /^(href|src|action|xlink:href|formaction)$/.test(name);
        if (name.startsWith('on') || (isAddress && !/^(https?:|mailto:|\/|#)/.test(value)))
          found.push(element.outerHTML);
      }
    }
    for (const link of document.querySelectorAll<HTMLAnchorElement>('.message-text a')) {
      if (!link.rel.includes('noopener') || !/^(https?|mailto):$/.test(link.protocol)) found.push(link.outerHTML);
    }
    return found;
  });
}

/** Pixels by which something in the page is wider than its place. */
const listOverflow = (page: Page) =>
  page.getByTestId('message-list').evaluate((list) => list.scrollWidth - list.clientWidth);

test('SR-002 attacks sent as messages stay text in the pages of all: nothing runs, nothing loads, the layout holds', async () => {
  expect(ATTACKS.length).toBeGreaterThanOrEqual(60);
  const wide = await stage.enter('wide', 'attacks');
  const narrow = await stage.enter('narrow', 'attacks', NARROW);
  const pages = [wide.page, narrow.page];
  const hits = pages.map(watchHits);
  for (const [index, attack] of ATTACKS.entries()) {
    await wide.composer.fill(attack);
    await wide.composer.press('Enter');
    for (const page of pages) {
      const row = page.locator(`[data-testid=message][data-offset="${index + 1}"]`);
      await row.waitFor();
      expect(await traces(page), attack).toEqual([]);
      expect(await overflow(page), attack).toBeLessThanOrEqual(0);
      expect(await listOverflow(page), attack).toBeLessThanOrEqual(0);
    }
  }
  expect(hits).toEqual([[], []]);
});

test('SR-002 a message is kept and delivered as it was written, not escaped', async () => {
  const [ann, bob] = [await stage.enter('ann', 'as-written'), await stage.enter('bob', 'as-written')];
  await ann.send('<b>&amp; "quotes" \'too\'</b>');
  await bob.waitForMessage('<b>&amp; "quotes" \'too\'</b>');
});

test('SR-002 ten thousand combining marks are over the limit: the page says so, and the text stays', async () => {
  const ann = await stage.enter('ann', 'marks');
  await ann.say(`z${'\u0316'.repeat(10_000)}`);
  await ann.page.getByRole('alert').filter({ hasText: 'characters too many' }).waitFor();
  expect((await ann.composer.inputValue()).length).toBe(10_001);
  expect(await ann.messages.count()).toBe(0);
  expect(await overflow(ann.page)).toBeLessThanOrEqual(0);
});

test('SR-002 attacks as names of rooms stay text, in the list, the head and the title', async () => {
  const wide = await stage.enter('wide', 'lobby');
  const narrow = await stage.enter('narrow', 'lobby', NARROW);
  const hits = [wide.page, narrow.page].map(watchHits);
  const answers = await sendOrders(
    narrow.page,
    ATTACKS.map((name) => ({ type: 'create_room', payload: { name } })),
  );
  const created = answers.filter((answer) => answer === 'room_created').length;
  expect(created).toBeGreaterThan(30);
  expect(answers.every((answer) => ['room_created', 'VALIDATION_ERROR', 'CONFLICT'].includes(answer))).toBe(true);

  await poll(() => wide.page.getByTestId('room-item').count()).toBeGreaterThan(created);
  expect(await traces(wide.page)).toEqual([]);
  expect(await overflow(wide.page)).toBeLessThanOrEqual(0);
  const ids = await wide.page
    .getByTestId('room-item')
    .evaluateAll((items) => items.map(({ dataset }) => dataset['room']));
  for (const id of ids.filter((_, index) => index % 4 === 0)) {
    await wide.page.locator(`[data-room="${id}"][data-testid=room-item]`).click();
    await wide.page.locator(`[data-testid=room-item][data-room="${id}"][aria-current=true]`).waitFor();
    expect(await traces(wide.page)).toEqual([]);
    expect(await overflow(wide.page)).toBeLessThanOrEqual(0);
  }
  await narrow.page.getByRole('button', { name: 'Rooms' }).click();
  await narrow.page.getByTestId('room-item').nth(10).waitFor();
  expect(await traces(narrow.page)).toEqual([]);
  expect(await overflow(narrow.page)).toBeLessThanOrEqual(0);
  expect(hits).toEqual([[], []]);
});

test('SR-002 attacks as user names are refused in words', async () => {
  const page = await stage.page(NARROW);
  const hits = watchHits(page);
  await page.goto(`${stage.server.url}/chat`);
  await page.getByRole('button', { name: 'Create an account' }).click();
  for (const name of ATTACKS.slice(0, 12)) {
    await page.getByLabel('Username').fill(name);
    await page.getByLabel('Password', { exact: true }).fill('long enough');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText(/^Usernames (have|are made of)/).waitFor();
    expect(await traces(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  }
  for (const username of ATTACKS) {
    const data = { username, password: 'long enough' };
    const answer = await page.request.post(`${stage.server.url}/api/auth/register`, { data });
    expect(answer.status(), username).toBe(400);
  }
  expect(hits).toEqual([]);
});
