import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser, newPage, pageFaults } from '../../../e2e/support/browser.ts';
import type { ScriptedModel } from './chat-states/scripted-model.ts';
import { type StatesPage, serveStatesPage } from './support/states-page.ts';

declare global {
  interface Window {
    model: ScriptedModel;
  }
}

let states: StatesPage;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [states, browser] = await Promise.all([serveStatesPage(), launchBrowser()]);
});

afterEach(async () => {
  const faults = pageFaults(page);
  await page.context().close();
  expect(faults).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await states?.close();
});

async function open(state: string): Promise<Page> {
  page = await newPage(browser, { viewport: { width: 1280, height: 800 } });
  await page.goto(states.url(state));
  await page.getByTestId('message').last().waitFor();
  return page;
}

/** Pixels between what is seen and the end of the list. */
function fromEnd(): Promise<number> {
  return page.getByTestId('message-list').evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);
}

/** Scrolls as a reader does. */
async function scrollBy(pixels: number): Promise<void> {
  await page.getByTestId('message-list').hover();
  await page.mouse.wheel(0, pixels);
}

test('FR-020 a hundred older pages come in front without moving what is read, in at most 200 elements', async () => {
  await open('huge');
  const { moved, most } = await page.evaluate(async () => {
    const list = document.querySelector('[data-testid="message-list"]') as HTMLElement;
    const room = window.model.active.value;
    // Not a wait for something: the first task behind a frame is when that frame has been painted.
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    const messages = () => [...document.querySelectorAll<HTMLElement>('[data-testid="message"]')];
    const topOf = (message?: HTMLElement) => message?.querySelector('.message-text')?.getBoundingClientRect().top;
    const firstSeen = () => {
      const edge = list.getBoundingClientRect().top + 1;
      const message = messages().find((each) => each.getBoundingClientRect().bottom > edge);
      return { key: message?.dataset['key'], top: topOf(message) ?? Number.NaN };
    };
    let moved = 0;
    let most = 0;
    for (let turn = 0; turn < 100; turn += 1) {
      list.scrollTop = 0;
      const before = room?.timeline.value.messages[0];
      await frame();
      let seen = firstSeen();
      // The last look before the page came, and some after it.
      for (let look = 0; look < 200 && room?.timeline.value.messages[0] === before; look += 1) {
        seen = firstSeen();
        await frame();
      }
      for (let look = 0; look < 3; look += 1) {
        await frame();
        const now = topOf(messages().find(({ dataset }) => dataset['key'] === seen.key));
        moved = Math.max(moved, Math.abs((now ?? Number.POSITIVE_INFINITY) - seen.top));
        most = Math.max(most, messages().length);
      }
    }
    return { moved, most };
  });
  expect(moved).toBeLessThanOrEqual(1);
  expect(most).toBeLessThanOrEqual(200);
});

test('a reader at the end stays there, however high the messages are and however the field grows', async () => {
  await open('many');
  for (const content of ['short', 'high\n'.repeat(18), 'word '.repeat(300)]) {
    await page.evaluate((text) => window.model.active.value?.receive(text), content);
    await expect.poll(fromEnd).toBeLessThanOrEqual(1);
    expect(await page.getByTestId('jump').count()).toBe(0);
  }
  await page.getByTestId('composer').fill('one\ntwo\nthree\nfour');
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
});

test('a reader elsewhere is not moved; the button counts what is new and leads there', async () => {
  await open('many');
  await scrollBy(-600);
  await page.getByTestId('jump').waitFor();
  const middle = page.getByTestId('message').nth(20);
  const before = await middle.boundingBox();
  await page.evaluate(() => {
    for (let count = 0; count < 3; count += 1) window.model.active.value?.receive(`new ${count}`);
  });
  await page.getByRole('button', { name: '3 new messages, jump to latest' }).waitFor();
  expect(await middle.boundingBox()).toEqual(before);
  await page.getByTestId('jump').click();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  await page.getByTestId('jump').waitFor({ state: 'detached' });
});

test('FR-012 an own message is there at once, and the same element carries its marks', async () => {
  await open('many');
  await page.getByTestId('composer').fill('hello');
  await page.getByTestId('composer').press('Enter');
  const message = page.locator('[data-key="ada own 1"]');
  await message.evaluate((element) => element.setAttribute('data-same', ''));
  expect(await page.getByTestId('composer').inputValue()).toBe('');
  await expect.poll(() => message.getAttribute('data-mark')).toBe('sent');
  expect(await message.getAttribute('data-same')).toBe('');
});

test('UI-004 the field is empty as soon as Enter is pressed: what is typed right behind it begins the next message', async () => {
  await open('many');
  await page.getByTestId('composer').fill('first');
  const left = await page.getByTestId('composer').evaluate((field: HTMLTextAreaElement) => {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    return field.value;
  });
  expect(left).toBe('');
});

test('UI-009 F6 goes round the regions, arrows through the messages, and scrolling loses no focus', async () => {
  await open('many');
  const focused = () =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region']);
  const regions: unknown[] = [];
  for (let press = 0; press < 4; press += 1) {
    await page.keyboard.press('F6');
    regions.push(await focused());
  }
  expect(regions).toEqual(['members', 'rooms', 'messages', 'composer']);
  await page.keyboard.press('Shift+F6');
  const offset = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset['offset']);
  expect(await offset()).toBe('2000');
  await page.keyboard.press('ArrowUp');
  await expect.poll(offset).toBe('1999');
  await page.keyboard.press('PageUp');
  await expect.poll(offset).toBe('1989');
  await scrollBy(-5_000);
  await page.locator('[data-offset="1901"]').waitFor();
  expect(await offset()).toBe('1989');
});

test('FR-020 Older and Newer turn a page of the chosen length', async () => {
  await open('many');
  const firstSeen = () =>
    page.getByTestId('message-list').evaluate((list) => {
      const edge = list.getBoundingClientRect().top + 1;
      const seen = [...list.querySelectorAll<HTMLElement>('[data-testid="message"]')];
      return Number(seen.find((each) => each.getBoundingClientRect().bottom > edge)?.dataset['offset']);
    });
  const before = await firstSeen();
  await page.getByTestId('older').click();
  await expect.poll(firstSeen).toBeLessThanOrEqual(before - 48);
  expect(await firstSeen()).toBeGreaterThanOrEqual(before - 52);
  await page.getByTestId('newer').click();
  await expect.poll(firstSeen).toBeGreaterThanOrEqual(before - 2);
  await page.getByTestId('page-size').selectOption('500');
  await page.getByTestId('older').click();
  await expect.poll(firstSeen).toBeLessThanOrEqual(before - 490);
});

test('a room is entered at what is unread', async () => {
  await open('unread');
  const list = await page.getByTestId('message-list').boundingBox();
  const divider = await page.getByTestId('divider').boundingBox();
  expect((divider?.y ?? Number.NaN) - (list?.y ?? Number.NaN)).toBeLessThan(100);
});
