import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freshName, PRESETS, setChatStage } from './support/chat-stage.ts';
import { ChatTab } from './support/chat-tab.ts';
import { type Network, startNetwork } from './support/network.ts';
import { poll } from './support/poll.ts';
import { TIMED } from './support/timed.ts';

describe.each(PRESETS)('preset %s', (preset) => {
  const stage = setChatStage(preset);

  /** A person whose network can fail, on a clock that the test can put forward. */
  async function traveller(room: string): Promise<{ network: Network; away: ChatTab }> {
    const network = await startNetwork(stage.server.port);
    onTestFinished(() => network.close());
    const away = await stage.person('away', { origin: network.url });
    await away.page.clock.install();
    await away.open(network.url, room);
    return { network, away };
  }

  /** Puts the clock forward past the wait before each attempt, and tells what the banner said. */
  async function passAttempts(tab: ChatTab): Promise<string[]> {
    const seen: string[] = [];
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const words = tab.banner('reconnecting').filter({ hasText: `Attempt ${attempt} of 5` });
      await words.waitFor();
      seen.push((await words.textContent()) ?? '');
      await tab.page.clock.fastForward(25_000);
    }
    return seen;
  }

  test('EC-1 EC-7 FR-016 FR-025 UI-008 UI-010 RC-005 five attempts with their number, then offline with a button that leads back', async () => {
    const { network, away } = await traveller('ec1');
    const bob = await stage.enter('bob', 'ec1');
    await bob.send('before');
    await away.waitForMessage('before');
    network.cut();
    const seen = await passAttempts(away);
    expect(seen).toHaveLength(5);
    for (const words of seen) expect(words).toMatch(/Connection lost\. Attempt \d of 5( in \d+ s|, trying …)/);
    const offline = away.banner('offline');
    await offline.waitFor();
    expect(await offline.textContent()).toContain('You are offline.');
    await away.say('written offline');
    await away.waitForMark('written offline', 'pending');
    await bob.member(away.username).waitFor({ state: 'detached' });
    await bob.send('while away');

    network.restore();
    await offline.getByRole('button', { name: 'Try again' }).click();
    await away.waitForMark('written offline', 'sent');
    await offline.waitFor({ state: 'detached' });
    await bob.waitForMessage('written offline');
    for (const tab of [away, bob]) expect(await tab.texts()).toEqual(['before', 'while away', 'written offline']);
    await bob.member(away.username).waitFor();
  });

  test('EC-7 FR-025 RC-005 D16 a connection that drops comes back by itself, and what was written meanwhile is sent once, in order', async () => {
    const { network, away } = await traveller('ec7');
    const bob = await stage.enter('bob', 'ec7');
    network.cut();
    await away.banner('reconnecting').waitFor();
    for (const text of ['away 1', 'away 2', 'away 3']) await away.say(text);
    await poll(() => away.page.locator('[data-testid=message][data-mark=pending]').count()).toBe(3);
    network.restore();
    await away.waitForMark('away 3', 'sent');
    await bob.waitForMessage('away 3');
    expect(await away.banner('reconnecting').count()).toBe(0);
    for (const tab of [away, bob]) expect(await tab.texts()).toEqual(['away 1', 'away 2', 'away 3']);
  });

  test('EC-7 UI-010 “Reconnect now” does not wait for the next attempt', TIMED, async () => {
    const { network, away } = await traveller(freshName('ec7-now'));
    network.cut();
    for (const attempt of [1, 2, 3, 4]) {
      await away
        .banner('reconnecting')
        .filter({ hasText: `Attempt ${attempt} of 5 in` })
        .waitFor();
      if (attempt < 4) await away.page.clock.fastForward(4_000);
    }
    network.restore();
    const began = performance.now();
    await away.page.getByRole('button', { name: 'Reconnect now' }).click();
    await away.page.getByTestId('banner').waitFor({ state: 'detached' });
    // The fourth attempt would have waited for four seconds at least.
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  test('D16 EC-1 what was written offline survives a reload, and is sent once, in order', async () => {
    const { network, away } = await traveller('reload');
    const bob = await stage.enter('bob', 'reload');
    await away.send('before');
    network.cut();
    await away.banner('reconnecting').waitFor();
    for (const text of ['first', 'second', 'third']) await away.say(text);
    await poll(() => away.page.locator('[data-testid=message][data-mark=pending]').count()).toBe(3);
    await away.page.goto('about:blank');
    network.restore();
    await away.open(network.url, 'reload');
    await away.waitForMark('third', 'sent');
    await bob.waitForMessage('third');
    for (const tab of [away, bob]) expect(await tab.texts()).toEqual(['before', 'first', 'second', 'third']);
    await away.page.reload();
    await away.waitForMessage('third');
    expect(await away.texts()).toEqual(['before', 'first', 'second', 'third']);
  });

  test('EC-2 FR-008 messages of nearly the same time have one order for all: the writers’ clocks in the preset open, else the server’s', async () => {
    const [ann, bob, carl] = [
      await stage.enter('ann', 'ec2'),
      await stage.person('bob'),
      await stage.enter('carl', 'ec2'),
    ];
    // Bob's clock is ten minutes late.
    await bob.page.clock.install({ time: Date.now() - 600_000 });
    await bob.open(stage.server.url, 'ec2');
    await ann.send('ann first');
    await bob.waitForMessage('ann first');
    await bob.send('bob second');
    const order = preset === 'open' ? ['bob second', 'ann first'] : ['ann first', 'bob second'];
    for (const tab of [ann, bob, carl]) {
      await tab.waitForMessage('bob second');
      await poll(() => tab.texts()).toEqual(order);
    }
    await carl.page.reload();
    await carl.waitForMessage('bob second');
    expect(await carl.texts()).toEqual(order);
  });

  test('EC-5 FR-019 a message without an answer is tried three times, then “try again later” with retry, edit and discard', async () => {
    const ann = await stage.person('ann');
    const bob = await stage.enter('bob', 'ec5');
    const tries: string[] = [];
    let passes = false;
    await ann.page.routeWebSocket(/\/ws/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((data) => {
        const isMessage = `${data}`.includes('"chat_message"');
        if (isMessage) tries.push(/"clientMessageId":"([^"]+)"/.exec(`${data}`)?.[1] ?? '');
        if (!isMessage || passes) server.send(data);
      });
    });
    await ann.page.clock.install();
    await ann.open(stage.server.url, 'ec5');
    await fail('lost in the void');
    expect(tries).toHaveLength(3);
    expect(new Set(tries).size).toBe(1);
    const failed = ann.message('lost in the void');
    expect(await failed.locator('.message-failed').textContent()).toMatch(/Not sent\..*Try again later\./);

    await failed.getByRole('button', { name: 'Edit' }).click();
    await failed.waitFor({ state: 'detached' });
    expect(await ann.composer.inputValue()).toBe('lost in the void');
    await fail('thrown away');
    await ann.message('thrown away').getByRole('button', { name: 'Discard' }).click();
    await ann.message('thrown away').waitFor({ state: 'detached' });

    await fail('at last');
    passes = true;
    await ann.message('at last').getByRole('button', { name: 'Retry' }).click();
    await ann.waitForMark('at last', 'sent');
    await bob.waitForMessage('at last');
    expect((await bob.texts()).filter((text) => !/\d$/.test(text))).toEqual(['at last']);

    async function fail(text: string): Promise<void> {
      tries.length = 0;
      await ann.say(text);
      for (let count = 1; count <= 3; count += 1) {
        await poll(() => tries.length).toBe(count);
        // The answer is overdue; then the pause before the next try is over. Bob keeps the server from seeming silent.
        await ann.page.clock.fastForward(10_500);
        await bob.send(`${text} ${count}`);
        await ann.waitForMessage(`${text} ${count}`);
        if (count < 3) await ann.page.clock.fastForward(2_500);
      }
      await ann.waitForMark(text, 'failed');
    }
  });

  test('EC-6 DP-005 UI-008 OR-004 while the storage cannot be reached the page says so, messages go on, and are saved afterwards', async () => {
    const [ann, bob] = [await stage.enter('ann', 'ec6'), await stage.enter('bob', 'ec6')];
    await ann.send('saved');
    const intruder = new Database(`${stage.server.directory}/roomcast.db`);
    onTestFinished(() => void intruder.close());
    intruder.exec('BEGIN IMMEDIATE');
    await ann.say('not saved');
    await ann.waitForMark('not saved', 'unsaved');
    expect(await ann.message('not saved').textContent()).toContain('Delivered, but not saved yet.');
    await bob.waitForMessage('not saved');
    for (const tab of [ann, bob]) {
      await tab.banner('storage').waitFor();
      expect(await tab.banner('storage').textContent()).toContain('Messages can’t be saved right now.');
    }
    await poll(() => stage.server.printed()).toMatch(/"level":"?(error|50)"?[^\n]*(stor|sav|database)/i);

    intruder.exec('ROLLBACK');
    await ann.waitForMark('not saved', 'sent');
    for (const tab of [ann, bob]) await tab.banner('storage').waitFor({ state: 'detached' });
    await bob.page.reload();
    await bob.waitForMessage('not saved');
    expect(await bob.texts()).toEqual(['saved', 'not saved']);
  });

  test('D15 after a login as somebody else in the same browser, the open room is theirs, with nothing of the user before', async () => {
    const { network, away } = await traveller('handed-over');
    const bob = await stage.person('bob');
    await away.send('said before');
    network.cut();
    await away.banner('reconnecting').waitFor();
    await away.say('not yet sent');
    await away.waitForMark('not yet sent', 'pending');
    await away.composer.fill('a draft');
    const browser = away.page.context();
    await browser.clearCookies();
    await browser.addCookies(await bob.page.context().cookies());
    network.restore();
    await away.page.clock.fastForward(25_000);
    await away.page.getByTestId('toast').getByText(`You are ${bob.username} now`).waitFor();
    await away.member(bob.username).waitFor();
    expect(await away.composer.inputValue()).toBe('');
    await away.send('said by bob');
    expect(await away.texts()).toEqual(['said before', 'said by bob']);
  });

  // In the preset open, the second tab takes the place of the first.
  test.runIf(preset === 'accounts')('D16 two tabs of one person keep what is written in each', async () => {
    const first = await stage.enter('ann', 'drafts');
    const second = new ChatTab(await stage.tabBeside(first.page), first.username);
    await second.open(stage.server.url, 'drafts');
    await first.composer.fill('of the first');
    await second.composer.fill('of the second');
    await first.page.reload();
    await first.waitUntilIn();
    expect(await first.composer.inputValue()).toBe('of the first');
    await second.say('of the second');
    await first.waitForMessage('of the second');
    await first.page.reload();
    await first.waitUntilIn();
    expect(await first.composer.inputValue()).toBe('of the first');
  });

  test('EC-8 FR-027 without JavaScript the page says that the chat needs it', async () => {
    const page = await stage.page({ javaScriptEnabled: false });
    await page.goto(`${stage.server.url}/chat`);
    await page.locator('.no-script').waitFor();
    expect(await page.locator('.no-script').textContent()).toMatch(/JavaScript is switched off.*needs JavaScript/s);
  });
});
