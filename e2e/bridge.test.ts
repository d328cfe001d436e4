import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { emit } from './support/emit.ts';
import { RoomTab } from './support/room-tab.ts';
import { setStage } from './support/stage.ts';

const stage = setStage();
const run = promisify(execFile);

async function twoTabs(room: string): Promise<[RoomTab, RoomTab]> {
  const page = await stage.page();
  const first = await RoomTab.open(page, stage.server.url, room);
  const second = await RoomTab.open(await stage.tabBeside(page), stage.server.url, room);
  return [first, second];
}

test('B1 B5 B6 two tabs of one browser are two clients of a room and see what the other says', async () => {
  const [first, second] = await twoTabs('two-tabs');
  await first.say('Hello from the first');
  await second.waitForMessage('Hello from the first');
  await second.say('Hello from the second');
  await first.waitForMessage('Hello from the second');
  await Promise.all([first.waitUntilSent(), second.waitUntilSent()]);

  const both = [{ text: 'Hello from the first' }, { text: 'Hello from the second' }];
  expect(await first.values()).toEqual(both);
  expect(await second.values()).toEqual(both);
  expect(await first.values('own')).toEqual([both[0]]);
  expect(await first.values('received')).toEqual([both[1]]);
  await expect(first.messages.first().textContent()).resolves.toContain('Sent to 1');
});

test('B2 a JSON object that is typed reaches the other tab as that object', async () => {
  const [first, second] = await twoTabs('objects');
  const value = { order: 17, lines: [{ sku: 'A-7', count: 2 }], paid: true, note: null, 'ключ "x"': '<b>&amp;</b>' };
  await first.say(JSON.stringify(value));
  await second.waitForMessage('A-7');
  expect(await second.values()).toEqual([value]);
});

test('B3 the curl command that the page shows reaches both tabs', async () => {
  const [first, second] = await twoTabs("it's a room");
  const command = await first.page.locator('.snippet', { hasText: 'curl' }).locator('pre').textContent();
  await run('/bin/sh', ['-c', command ?? '']);
  await Promise.all([first.waitForMessage('Hello from curl'), second.waitForMessage('Hello from curl')]);
  expect(await first.values()).toEqual([{ text: 'Hello from curl' }]);
  expect(await second.values()).toEqual([{ text: 'Hello from curl' }]);
});

test('B4 a room is gone as soon as its last tab is closed', async () => {
  const [first, second] = await twoTabs('short-lived');
  expect(await emit(stage.server.url, 'short-lived', {})).toBe(2);
  await second.page.close();
  await expect.poll(() => emit(stage.server.url, 'short-lived', {})).toBe(1);
  await first.page.close();
  await expect.poll(() => emit(stage.server.url, 'short-lived', {})).toBe(0);
  const rooms = await (await fetch(`${stage.server.url}/api/rooms`)).text();
  expect(rooms).not.toContain('short-lived');
});

test('B1 tabs of different rooms hear nothing of each other', async () => {
  const page = await stage.page();
  const here = await RoomTab.open(page, stage.server.url, 'here');
  const there = await RoomTab.open(await stage.tabBeside(page), stage.server.url, 'there');
  await here.say('only here');
  await here.waitUntilSent();
  await emit(stage.server.url, 'there', { end: true });
  await there.waitForMessage('end');
  expect(await there.values()).toEqual([{ end: true }]);
});
