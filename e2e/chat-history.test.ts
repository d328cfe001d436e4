import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { chatFlags, freshName, PRESETS, setChatStage } from './support/chat-stage.ts';
import { ChatTab } from './support/chat-tab.ts';
import { poll } from './support/poll.ts';
import { fillRoom } from './support/raw-chat.ts';
import { TIMED } from './support/timed.ts';

const stage = setChatStage('accounts', ['--message-rate', '0']);
const COUNT = 2_400;

beforeAll(async () => {
  const writer = await stage.enter('writer', 'long');
  await fillRoom(writer.page, 'long', COUNT);
});

/** Opens the long room as a new person. */
async function enterLong(preset: 'accounts' | 'open'): Promise<{ tab: ChatTab; asked: string[]; got: number[] }> {
  const tab =
    preset === 'accounts'
      ? await stage.person('reader')
      : new ChatTab(await stage.page({ viewport: { width: 1280, height: 800 } }), freshName('reader'));
  const traffic = watchHistory(tab.page);
  await tab.page.goto(`${stage.server.url}/chat?room=long`);
  if (preset === 'open') await tab.logIn('open');
  await tab.waitUntilIn();
  await tab.waitForMessage(`line ${COUNT}`);
  return { tab, ...traffic };
}

/** What the page asks of the history, as it is written, and how many messages come at a time. */
function watchHistory(page: Page): { asked: string[]; got: number[] } {
  const asked: string[] = [];
  const got: number[] = [];
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const { type, payload: order } = JSON.parse(`${payload}`);
      if (type === 'get_history' || type === 'join_room') asked.push(`${type} ${order.limit}`);
    });
    socket.on('framereceived', ({ payload }) => {
      for (const line of `${payload}`.split('\n')) {
        const { type, payload: answer } = JSON.parse(line);
        if (type === 'history') got.push(answer.publications?.length ?? answer.messages.length);
        if (type === 'join_room_success') got.push(answer.history.length);
      }
    });
  });
  return { asked, got };
}

/** Number of the first line that is seen, and of the last. */
function seen({ list }: ChatTab): Promise<{ first: number; last: number }> {
  return list.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const numbers = [...element.querySelectorAll<HTMLElement>('[data-testid=message]')]
      .filter((row) => {
        const box = row.getBoundingClientRect();
        return box.bottom > top + 1 && box.top < bottom - 1;
      })
      .map(({ dataset }) => Number(dataset['offset']))
      .sort((a, b) => a - b);
    return { first: numbers[0] ?? 0, last: numbers.at(-1) ?? 0 };
  });
}

test.each(PRESETS)(
  'EC-3 FR-020 UI-006 PR-002 of thousands of messages a page of 50 is loaded, and the reader goes on page by page (preset %s)',
  TIMED,
  async (preset) => {
    if (preset === 'open') await changePreset('open');
    const began = performance.now();
    const { tab, asked, got } = await enterLong(preset);
    expect(performance.now() - began).toBeLessThan(preset === 'accounts' ? 2_000 : 4_000);
    expect(await tab.page.getByTestId('page-size').inputValue()).toBe('50');
    expect(asked[0]).toBe('join_room 50');
    expect(got[0]).toBe(50);
    expect((await seen(tab)).last).toBe(COUNT);

    let before = (await seen(tab)).first;
    for (const _ of [1, 2, 3]) {
      await tab.page.getByTestId('older').click();
      await poll(async () => (await seen(tab)).first).toBe(before - 50);
      before -= 50;
    }
    const { last } = await seen(tab);
    await tab.page.getByTestId('newer').click();
    await poll(async () => (await seen(tab)).last).toBe(last + 50);
    expect(Math.max(...got)).toBe(50);
    expect(asked.every((order) => order.endsWith(' 50'))).toBe(true);
    expect(await tab.messages.count()).toBeLessThanOrEqual(200);
  },
);

test.each([100, 200, 500])('EC-3 FR-020 UI-006 a page can have %i messages, and stays so long', async (size) => {
  await changePreset('accounts');
  const { tab, asked, got } = await enterLong('accounts');
  await tab.page.getByTestId('page-size').selectOption(`${size}`);
  let before = (await seen(tab)).first;
  for (const _ of [1, 2]) {
    await tab.page.getByTestId('older').click();
    await poll(async () => (await seen(tab)).first).toBe(before - size);
    before -= size;
  }
  expect(asked).toContain(`get_history ${size}`);
  expect(Math.max(...got)).toBe(size);
  expect(await tab.messages.count()).toBeLessThanOrEqual(200);
  await tab.page.reload();
  await tab.waitForMessage(`line ${COUNT}`);
  expect(await tab.page.getByTestId('page-size').inputValue()).toBe(`${size}`);
  await poll(() => asked.filter((order) => order.startsWith('join_room')).at(-1)).toBe(`join_room ${size}`);
});

test('EC-3 scrolling back with the wheel loads what is older, down to the first message, and loses no place', async () => {
  await changePreset('accounts');
  const { tab } = await enterLong('accounts');
  await tab.page.getByTestId('page-size').selectOption('500');
  await tab.list.hover();
  let first = COUNT;
  await poll(async () => {
    await tab.page.mouse.wheel(0, -12_000);
    ({ first } = await seen(tab));
    return first;
  }).toBe(1);
  await tab.waitForMessage('line 1');
  expect(await tab.messages.count()).toBeLessThanOrEqual(200);
  await tab.page.getByTestId('jump').click();
  await poll(async () => (await seen(tab)).last).toBe(COUNT);
});

let current = 'accounts';

/** Starts the same server with the other preset: the rooms are the same. */
async function changePreset(preset: 'accounts' | 'open'): Promise<void> {
  if (preset === current) return;
  current = preset;
  await stage.server.end('SIGTERM');
  await stage.server.startAgain([...chatFlags(preset), '--message-rate', '0']);
}
