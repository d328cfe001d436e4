import { describe, expect, test } from 'vitest';
import { BROWSERS } from './support/browser.ts';
import { freshName, PRESETS, setChatStage } from './support/chat-stage.ts';
import { ChatTab } from './support/chat-tab.ts';
import { poll } from './support/poll.ts';
import { TIMED } from './support/timed.ts';

const STAGES = BROWSERS.flatMap((browser) => PRESETS.map((preset) => ({ browser, preset })));

describe.each(STAGES)('UI-011 in $browser, preset $preset:', ({ browser, preset }) => {
  const stage = setChatStage(preset, [], browser);

  test('AC-1 FR-003 FR-004 FR-007 UI-003 whoever enters sees what was said before, and is seen by those who are there', async () => {
    const ann = await stage.enter('ann', 'ac1');
    for (const text of ['one', 'two', 'three']) await ann.send(text);
    const bob = await stage.enter('bob', 'ac1');
    await bob.waitForMessage('three');
    expect(await bob.texts()).toEqual(['one', 'two', 'three']);
    await ann.member(bob.username).waitFor();
    expect(await ann.people()).toEqual([ann.username, bob.username].sort());
    expect(await bob.people()).toEqual(await ann.people());
  });

  test(
    'AC-2 FR-001 FR-002 PR-001 UI-001 UI-004 all others see a message within a second, without reloading',
    TIMED,
    async () => {
      const room = freshName('ac2');
      const ann = await stage.enter('ann', room);
      const others = [await stage.enter('bob', room), await stage.enter('carl', room)];
      let loads = 0;
      for (const { page } of others) page.on('load', () => (loads += 1));
      await ann.composer.fill('hello, you two');
      const began = performance.now();
      await ann.composer.press('Enter');
      await Promise.all(others.map((tab) => tab.waitForMessage('hello, you two')));
      expect(performance.now() - began).toBeLessThan(1000);
      expect(loads).toBe(0);
      expect(await ann.message('hello, you two').count()).toBe(1);
    },
  );

  test('FR-006 FR-009 UI-002 each message says who sent it and when, in the order of time', async () => {
    const [ann, bob] = [await stage.enter('ann', 'who'), await stage.enter('bob', 'who')];
    const began = Date.now();
    await ann.send('from ann');
    await bob.waitForMessage('from ann');
    await bob.send('from bob');
    await ann.waitForMessage('from bob');
    for (const tab of [ann, bob]) {
      const said = await tab.messages.evaluateAll((elements) =>
        elements.map((element) => ({
          who: element.querySelector('.message-who bdi')?.textContent,
          shown: element.querySelector('time')?.textContent,
          at: element.querySelector('time')?.dateTime ?? '',
        })),
      );
      expect(said.map(({ who }) => who)).toEqual([ann.username, bob.username]);
      const times = said.map(({ at }) => Date.parse(at));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      for (const time of times) expect(Math.abs(time - began)).toBeLessThan(30_000);
      for (const { shown } of said) expect(shown).toMatch(/\d\d:\d\d/);
    }
  });

  test('FR-012 UI-005 a checkmark says that the server has it: pending without an answer, sent with one', async () => {
    const ann = await stage.person('ann');
    let answers = true;
    const held: (() => void)[] = [];
    await ann.page.routeWebSocket(/\/ws/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((data) => {
        if (answers || !`${data}`.includes('message_ack')) socket.send(data);
        else held.push(() => socket.send(data));
      });
    });
    await ann.open(stage.server.url, 'marks');
    answers = false;
    await ann.say('wait for it');
    await ann.waitForMark('wait for it', 'pending');
    await poll(() => held.length).toBe(1);
    expect(await ann.message('wait for it').locator('.message-mark').textContent()).toBe('Being sent');
    for (const release of held) release();
    await ann.waitForMark('wait for it', 'sent');
    expect(await ann.message('wait for it').locator('.message-mark').textContent()).toBe('Sent');
    expect(await ann.message('wait for it').locator('.message-mark svg').isVisible()).toBe(true);
  });

  test('AC-3 FR-005 PR-003 coming and going of others shows within half a second', TIMED, async () => {
    const room = freshName('ac3');
    const ann = await stage.enter('ann', room);
    const bob = await stage.enter('bob', 'ac3-hall');
    await bob.roomItem(room).waitFor();
    // On the pages' clocks: the way from here to a browser takes its time, too.
    let times = [clicked(bob), memberChanged(ann, bob.username)];
    await bob.roomItem(room).click();
    await ann.member(bob.username).waitFor();
    expect(await between(times)).toBeLessThan(500);
    await bob.waitUntilIn();
    await bob.page.getByRole('button', { name: 'Room menu' }).click();
    times = [clicked(bob), memberChanged(ann, bob.username)];
    await bob.page.getByRole('button', { name: 'Leave room' }).click();
    await ann.member(bob.username).waitFor({ state: 'detached' });
    expect(await between(times)).toBeLessThan(500);

    const carl = await stage.enter('carl', room);
    await ann.member(carl.username).waitFor();
    const began = performance.now();
    await carl.page.close();
    await ann.member(carl.username).waitFor({ state: 'detached' });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test('AC-4 whoever was away sees all that was said meanwhile, once', async () => {
    const [ann, bob] = [await stage.enter('ann', 'ac4'), await stage.enter('bob', 'ac4')];
    await ann.send('before');
    await bob.waitForMessage('before');
    await bob.page.goto('about:blank');
    await ann.member(bob.username).waitFor({ state: 'detached' });
    for (const text of ['while 1', 'while 2', 'while 3']) await ann.send(text);
    await bob.open(stage.server.url, 'ac4');
    await bob.waitForMessage('while 3');
    expect(await bob.texts()).toEqual(['before', 'while 1', 'while 2', 'while 3']);
    expect(await bob.page.getByTestId('divider').count()).toBe(1);
  });

  test('AC-5 FR-014 what is submitted stays, after leaving and coming back', async () => {
    const ann = await stage.enter('ann', 'ac5');
    await ann.send('to be kept');
    await ann.chooseInRoomMenu('Leave room');
    await ann.page.getByRole('heading', { name: 'No room is open' }).waitFor();
    await ann.switchTo('ac5');
    await ann.waitForMark('to be kept', 'sent');
    await ann.page.reload();
    await ann.waitForMark('to be kept', 'sent');
    expect(await ann.texts()).toEqual(['to be kept']);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'AC-6 FR-021 FR-022 FR-023 after a restart (%s) all is there, and the page comes back by itself',
    async (signal) => {
      const room = `ac6-${signal.toLowerCase()}`;
      const [ann, bob] = [await stage.enter('ann', room), await stage.enter('bob', room)];
      await ann.send('before the restart');
      await bob.waitForMessage('before the restart');
      await stage.server.end(signal);
      await ann.banner('reconnecting').waitFor();
      await stage.server.startAgain();
      await ann.banner('reconnecting').waitFor({ state: 'detached' });
      await ann.send('after the restart');
      await bob.waitForMessage('after the restart');
      await bob.page.reload();
      await bob.waitForMessage('after the restart');
      for (const tab of [ann, bob]) expect(await tab.texts()).toEqual(['before the restart', 'after the restart']);
      await poll(() => bob.people()).toEqual([ann.username, bob.username].sort());
      await bob.roomItem(room).waitFor();
    },
  );

  test('AC-7 FR-024 PR-006 RC-001 RC-002 RC-003 all of it goes over one connection, and nothing is polled', async () => {
    const [ann, bob] = [await stage.person('ann'), await stage.enter('bob', 'ac7')];
    await ann.page.addInitScript(countConnections);
    await ann.open(stage.server.url, 'ac7');
    await ann.send('first');
    const requests: string[] = [];
    ann.page.on('request', (request) => requests.push(request.url()));
    for (let number = 1; number <= 20; number += 1) {
      await bob.send(`to ann ${number}`);
      await ann.waitForMessage(`to ann ${number}`);
      await ann.send(`to bob ${number}`);
      await bob.waitForMessage(`to bob ${number}`);
    }
    await bob.page.close();
    await ann.member(bob.username).waitFor({ state: 'detached' });
    expect(await ann.page.evaluate(() => Reflect.get(window, 'connections'))).toBe(1);
    expect(requests).toEqual([]);
  });

  test(
    'AC-9 FR-017 FR-018 EC-4 PR-008 RC-004 who joins another room is gone from the first, and sees the other within a second',
    TIMED,
    async () => {
      const [a, b] = [freshName('ac9-a'), freshName('ac9-b')];
      const [bob, carl] = [await stage.enter('bob', a), await stage.enter('carl', b)];
      await carl.send('said in b');
      const ann = await stage.enter('ann', a);
      await ann.send('said in a');
      await ann.roomItem(b).waitFor();
      const began = performance.now();
      await ann.roomItem(b).click();
      await ann.waitForMessage('said in b');
      expect(performance.now() - began).toBeLessThan(1000);
      await bob.member(ann.username).waitFor({ state: 'detached' });
      await carl.member(ann.username).waitFor();
      expect(await ann.people()).toEqual([ann.username, carl.username].sort());
      expect(await ann.texts()).toEqual(['said in b']);
      await bob.send('ann does not get this');
      await carl.send('but this');
      await ann.waitForMessage('but this');
      expect(await ann.texts()).toEqual(['said in b', 'but this']);
    },
  );

  test('FR-011 three people who write at the same time lose nothing, and see one order', async () => {
    const tabs = [
      await stage.enter('ann', 'many'),
      await stage.enter('bob', 'many'),
      await stage.enter('carl', 'many'),
    ];
    await Promise.all(
      tabs.map(async (tab) => {
        for (const number of [1, 2, 3, 4, 5]) await tab.send(`${tab.username} ${number}`);
      }),
    );
    for (const tab of tabs) await poll(() => tab.messages.count()).toBe(15);
    const orders = await Promise.all(tabs.map((tab) => tab.texts()));
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).toEqual(orders[0]);
  });

  test('OR-006 the log says who has joined and left which room', async () => {
    const ann = await stage.enter('ann', 'or6');
    await ann.chooseInRoomMenu('Leave room');
    const lines = () =>
      stage.server
        .printed()
        .split('\n')
        .filter((line) => line.includes('"chat:or6"') && line.includes('"userId"'));
    await poll(() => lines().filter((line) => line.includes('room joined')).length).toBe(1);
    await poll(() => lines().filter((line) => line.includes('room left')).length).toBe(1);
  });
});

describe.each(STAGES)('UI-011 entering in $browser, preset $preset:', ({ browser, preset }) => {
  const stage = setChatStage(preset, [], browser);

  test(
    'FR-026 PR-002 PR-007 the first view is there within two seconds, and so is a room with its history',
    TIMED,
    async () => {
      const room = freshName('first-view');
      const ann = await stage.enter('ann', room);
      for (let number = 1; number <= 8; number += 1) await ann.send(`line ${number}`);
      const page = await stage.page();
      let began = performance.now();
      await page.goto(`${stage.server.url}/chat`);
      await page.getByTestId('login-form').waitFor();
      expect(performance.now() - began).toBeLessThan(2000);
      const bob = await stage.person('bob');
      began = performance.now();
      await bob.page.goto(`${stage.server.url}/chat?room=${room}`);
      await bob.waitForMessage('line 8');
      expect(performance.now() - began).toBeLessThan(2000);
    },
  );

  test('FR-010 SR-001 nobody sees a room without logging in; a name alone is enough in the preset open, and there only', async () => {
    const page = await stage.page();
    await page.goto(`${stage.server.url}/chat?room=door`);
    await page.getByTestId('login-form').waitFor();
    expect(await page.getByTestId('composer').count()).toBe(0);
    expect(await page.getByLabel('Password', { exact: true }).count()).toBe(preset === 'open' ? 0 : 1);
    if (preset === 'accounts') await page.getByRole('button', { name: 'Create an account' }).click();
    const tab = new ChatTab(page, `door-${preset}`);
    await tab.logIn(preset);
    await tab.title.getByText('door', { exact: true }).waitFor();
    await tab.send('I am in');
  });
});

/** When the person clicks next, in milliseconds of this machine's clock. */
function clicked({ page }: ChatTab): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        addEventListener('click', () => resolve(Date.now()), { capture: true, once: true }),
      ),
  );
}

/** When the page shows that the person has come or gone, in milliseconds of this machine's clock. */
function memberChanged({ page }: ChatTab, username: string): Promise<number> {
  return page.evaluate((name) => {
    const isThere = () =>
      [...document.querySelectorAll('[data-testid=member] bdi')].some(({ textContent }) => textContent === name);
    const before = isThere();
    return new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        if (isThere() === before) return;
        observer.disconnect();
        resolve(Date.now());
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  }, username);
}

/** Milliseconds from the first to the last. */
async function between(times: readonly Promise<number>[]): Promise<number> {
  const [first = 0, last = Number.NaN] = await Promise.all(times);
  return last - first;
}

/** Runs in the page: counts its connections, which not every browser tells whoever drives it. */
function countConnections(): void {
  Reflect.set(window, 'connections', 0);
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      Reflect.set(window, 'connections', Reflect.get(window, 'connections') + 1);
    }
  };
}
