import { expect, test } from 'vitest';
import { emit } from './support/emit.ts';
import { RoomTab } from './support/room-tab.ts';
import { setStage } from './support/stage.ts';

const stage = setStage();
const open = async (room: string, options = {}) => RoomTab.open(await stage.page(options), stage.server.url, room);

/** Emits `count` numbered objects, in order. */
async function emitMany(room: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await emit(stage.server.url, room, { number });
}

test('B5 the room name is plain to see, in the page and in the title of the tab', async () => {
  const { page } = await open('Küche & Bad');
  await page.getByRole('heading', { level: 1, name: 'Küche & Bad' }).waitFor();
  expect(await page.title()).toContain('Küche & Bad');
});

test('B7 a room name over the limit is refused in words, and another can be chosen', async () => {
  const page = await stage.page();
  await page.goto(`${stage.server.url}/bridge?room=${'x'.repeat(129)}`);
  expect(await page.getByRole('alert').textContent()).toContain('longer than 128 characters');
  await page.getByRole('textbox', { name: 'Room name' }).fill('lobby');
  await page.getByRole('button', { name: 'Open room' }).click();
  await new RoomTab(page).waitForState('Connected');
});

test('B7 an address without a room asks for one, suggests one, and refuses an empty one in words', async () => {
  const page = await stage.page();
  await page.goto(`${stage.server.url}/bridge`);
  const name = page.getByRole('textbox', { name: 'Room name' });
  expect(await name.inputValue()).toBe('lobby');
  await name.fill('   ');
  await name.press('Enter');
  expect(await page.getByRole('alert').textContent()).toContain('enter a room name');
  await name.fill('  lobby ');
  await name.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'lobby' }).waitFor();
});

test('B5 the page says beforehand what will be sent, and Shift+Enter begins a line', async () => {
  const tab = await open('hints');
  await tab.field.fill('one');
  await tab.field.press('Shift+Enter');
  await tab.field.pressSequentially('two');
  await tab.page.getByText('Sends text as').waitFor();
  await tab.field.press('Enter');
  await tab.waitUntilSent();
  expect(await tab.values()).toEqual([{ text: 'one\ntwo' }]);
  await tab.field.fill('{"a": 1}');
  await tab.page.getByText('Sends this JSON object').waitFor();
  await tab.page.getByRole('button', { name: 'Send' }).click();
  await expect.poll(() => tab.values()).toEqual([{ text: 'one\ntwo' }, { a: 1 }]);
});

test('B7 invalid JSON is not sent but explained, and can be sent as text', async () => {
  const tab = await open('mistakes');
  await tab.say('{"a": 1');
  expect(await tab.page.getByRole('alert').textContent()).toContain('not valid JSON');
  expect(await tab.field.getAttribute('aria-invalid')).toBe('true');
  expect(await tab.field.inputValue()).toBe('{"a": 1');
  await tab.page.getByRole('button', { name: 'Send as text' }).click();
  await tab.waitUntilSent();
  expect(await tab.values()).toEqual([{ text: '{"a": 1' }]);
});

test('B7 a message over the size limit is marked as failed, with the reason, and the room goes on', async () => {
  const tab = await open('too-large');
  await tab.say('x'.repeat(1_100_000));
  await tab.messages.filter({ hasText: 'Failed' }).waitFor();
  expect(await tab.messages.first().textContent()).toMatch(/too large|larger|limit/i);
  await tab.say('small');
  await tab.messages.filter({ hasText: 'Sent to 0' }).waitFor();
});

test('B2 markup in a message stays text', async () => {
  const tab = await open('markup');
  await emit(stage.server.url, 'markup', { html: '<img src=x onerror="document.title=1"><b>bold</b>' });
  await tab.waitForMessage('<b>bold</b>');
  expect(await tab.messages.locator('img, b').count()).toBe(0);
});

test('B5 the list follows its end, but not for a reader who has scrolled up: there a button says how many are new', async () => {
  const tab = await open('scrolling');
  await emitMany('scrolling', 30);
  await tab.waitForMessage('30');
  const list = tab.page.getByTestId('messages');
  const distance = () => list.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  expect(await distance()).toBeLessThan(2);

  await list.evaluate((element) => element.scrollTo({ top: 0 }));
  await expect.poll(distance).toBeGreaterThan(100);
  await emitMany('scrolling', 3);
  await tab.page.getByRole('button', { name: '3 new' }).click();
  await expect.poll(distance).toBeLessThan(2);
  expect(await tab.page.getByRole('button', { name: /new/ }).count()).toBe(0);
});

test('B5 at most 500 messages are shown, and the page says how many it has let go', async () => {
  const tab = await open('long');
  await emitMany('long', 503);
  await tab.waitForMessage('503');
  expect(await tab.messages.count()).toBe(500);
  await tab.page.getByText('3 older messages are no longer shown').waitFor();
  expect((await tab.values())[0]).toEqual({ number: 4 });
});

test('B3 the copy buttons copy the command and the link, and say so to eyes and ears', async () => {
  const tab = await open('copying', { permissions: ['clipboard-read', 'clipboard-write'] });
  const clipboard = () => tab.page.evaluate(() => navigator.clipboard.readText());
  await tab.page.getByRole('button', { name: 'Copy curl command' }).click();
  await tab.page.getByRole('button', { name: 'Copied curl command' }).waitFor();
  expect(await clipboard()).toContain(`${stage.server.url}/api/emit`);
  expect(await tab.page.getByTestId('announcer').textContent()).toContain('Copied the curl command');
  await tab.page.getByRole('button', { name: 'Copy link room link' }).click();
  await expect.poll(clipboard).toBe(`${stage.server.url}/bridge?room=copying`);
});

test('B3 without a clipboard API, as on plain HTTP of another machine, the copy button still works', async () => {
  const tab = await open('old-copying', { permissions: ['clipboard-read', 'clipboard-write'] });
  await tab.page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('not here'));
  });
  await tab.page.getByRole('button', { name: 'Copy curl command' }).click();
  await tab.page.getByRole('button', { name: 'Copied curl command' }).waitFor();
  expect(await tab.page.evaluate(() => navigator.clipboard.readText())).toContain('/api/emit');
});

test('B5 the link to a second tab opens the same room there, and the room can be changed', async () => {
  const tab = await open('first room');
  const [page] = await Promise.all([
    tab.page.context().waitForEvent('page'),
    tab.page.getByRole('link', { name: 'Open in a second tab' }).click(),
  ]);
  const second = new RoomTab(page);
  await second.waitForState('Connected');
  await second.say('from the second');
  await tab.waitForMessage('from the second');
  await tab.page.getByRole('textbox', { name: 'Room name' }).fill('other room');
  await tab.page.getByRole('button', { name: 'Open', exact: true }).click();
  await tab.page.getByRole('heading', { level: 1, name: 'other room' }).waitFor();
});
