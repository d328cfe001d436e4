import { afterEach, beforeEach, expect, test } from 'vitest';
import { emit } from './support/emit.ts';
import { type Network, startNetwork } from './support/network.ts';
import { RoomTab } from './support/room-tab.ts';
import { setStage } from './support/stage.ts';
import { TIMED } from './support/timed.ts';

const stage = setStage();
let network: Network;

beforeEach(async () => {
  network = await startNetwork(stage.server.port);
});

afterEach(() => network.close());

/** One tab whose network can fail, and one beside it whose network holds. */
async function tabs(room: string): Promise<{ away: RoomTab; steady: RoomTab }> {
  const away = await RoomTab.open(await stage.page(), network.url, room);
  const steady = await RoomTab.open(await stage.page(), stage.server.url, room);
  return { away, steady };
}

test('B5 D16 a tab that loses its network shows each state, comes back by itself, and nothing is lost or doubled', async () => {
  const { away, steady } = await tabs('outage');
  await away.say('before');
  await steady.waitForMessage('before');

  network.cut();
  await away.waitForState('Disconnected');
  await away.waitForState('Reconnecting');
  for (const text of ['away 1', 'away 2', 'away 3']) await away.say(text);
  await expect(away.page.locator('li[data-mark=pending]').count()).resolves.toBe(3);
  await away.page.getByText(/^Attempt 2/).waitFor();

  network.restore();
  await away.waitForState('Connected');
  await away.waitUntilSent();
  await steady.say('after');
  await away.waitForMessage('after');

  const all = ['before', 'away 1', 'away 2', 'away 3', 'after'].map((text) => ({ text }));
  expect(await away.values()).toEqual(all);
  expect(await steady.values()).toEqual(all);

  const shown = await away.shownStates();
  expect(shown.map(({ word }) => word)).toEqual([
    'Connecting',
    'Connected',
    'Disconnected',
    'Reconnecting',
    'Connected',
  ]);
});

test('B5 D16 a message whose acknowledgement is lost with the network is sent again and arrives once', async () => {
  const { away, steady } = await tabs('lost-ack');
  network.muteServer();
  await away.say('heard, but not confirmed');
  await steady.waitForMessage('heard, but not confirmed');
  await away.messages.filter({ hasText: 'Pending' }).waitFor();
  network.cut();
  await away.waitForState('Reconnecting');
  network.restore();
  await away.waitUntilSent();
  await away.say('the next one');
  await steady.waitForMessage('the next one');
  expect(await steady.values()).toEqual([{ text: 'heard, but not confirmed' }, { text: 'the next one' }]);
});

test('B5 the loss stays to be read for half a second at least, and screen readers are told of each state', async () => {
  const { away } = await tabs('perceivable');
  network.cut();
  await away.waitForState('Reconnecting');
  network.restore();
  await away.waitForState('Connected');
  const shown = await away.shownStates();
  const lost = shown.findIndex(({ word }) => word === 'Disconnected');
  const duration = (shown[lost + 1]?.at ?? 0) - (shown[lost]?.at ?? 0);
  expect(duration).toBeGreaterThan(500);
  const told = await away.page.getByTestId('announcer').textContent();
  expect(told).toMatch(/Disconnected.*Reconnecting, attempt 1.*Connected/);
});

test('B5 "Reconnect now" ends the wait for the next attempt', TIMED, async () => {
  const { away } = await tabs('impatient');
  network.cut();
  await away.page.getByText(/^Attempt 3/).waitFor();
  network.restore();
  const began = performance.now();
  await away.page.getByRole('button', { name: 'Reconnect now' }).click();
  await away.waitForState('Connected');
  // The third attempt would have waited for two seconds at least.
  expect(performance.now() - began).toBeLessThan(1_500);
});

test('B5 a message that is written while away waits, marked as pending, and the page says so', async () => {
  const { away, steady } = await tabs('waiting');
  network.cut();
  await away.waitForState('Reconnecting');
  await away.page.getByText('messages wait here').waitFor();
  await away.say('in the tunnel');
  await away.messages.filter({ hasText: 'Pending' }).waitFor();
  network.restore();
  await steady.waitForMessage('in the tunnel');
  await away.waitUntilSent();
  expect(await steady.values()).toEqual([{ text: 'in the tunnel' }]);
});

test('B3 B6 what is emitted while a tab is away is not kept for it, for the bridge has no history', async () => {
  const { away, steady } = await tabs('no-history');
  network.cut();
  await away.waitForState('Reconnecting');
  await emit(stage.server.url, 'no-history', { missed: true });
  await steady.waitForMessage('missed');
  network.restore();
  await away.waitForState('Connected');
  await expect.poll(() => emit(stage.server.url, 'no-history', { seen: true })).toBe(2);
  await away.waitForMessage('seen');
  expect(await away.values()).not.toContainEqual({ missed: true });
});
