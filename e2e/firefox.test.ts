import { describe, expect, onTestFinished, test } from 'vitest';
import { violations } from './support/barriers.ts';
import { setChatStage } from './support/chat-stage.ts';
import type { ChatTab } from './support/chat-tab.ts';
import { startNetwork } from './support/network.ts';
import { poll } from './support/poll.ts';
import { fillRoom } from './support/raw-chat.ts';

// What the acceptance scenarios, which run in both browsers, do not touch: where browsers differ, or could.

describe('UI-011 in Firefox, preset accounts:', () => {
  const stage = setChatStage('accounts', ['--message-rate', '0'], 'Firefox');

  test('FR-015 UI-007 rooms are created, joined and deleted, in dialogs', async () => {
    const [ann, bob] = [await stage.enter('ann', 'hall'), await stage.enter('bob', 'hall')];
    await ann.createRoom('Short lived');
    await bob.switchTo('Short lived');
    await ann.member(bob.username).waitFor();
    await bob.chooseInRoomMenu('Delete room …');
    await bob.page.getByTestId('delete-room').getByRole('button', { name: 'Delete room' }).click();
    for (const tab of [ann, bob]) await tab.page.getByRole('heading', { name: 'No room is open' }).waitFor();
    expect(await ann.roomItem('Short lived').count()).toBe(0);
  });

  test('UI-003 UI-004 who is typing shows, and the field grows with its lines', async () => {
    const [ann, bob] = [await stage.enter('ann', 'typing'), await stage.enter('bob', 'typing')];
    const height = async () => (await bob.composer.boundingBox())?.height ?? 0;
    const oneLine = await height();
    await bob.composer.pressSequentially('hel');
    await ann.page.getByTestId('typing').getByText(`${bob.username} is typing …`).waitFor();
    for (const line of ['two', 'three']) {
      await bob.composer.press('Shift+Enter');
      await bob.composer.pressSequentially(line);
    }
    await poll(height).toBeGreaterThan(oneLine + 20);
    await bob.composer.press('Enter');
    await poll(() => ann.texts()).toEqual(['hel\ntwo\nthree']);
    await poll(height).toBe(oneLine);
    await poll(() => ann.page.getByTestId('typing').textContent()).toBe('');
  });

  test('EC-3 FR-020 UI-006 the reader of a long room goes back and on, page by page', async () => {
    const count = 400;
    const writer = await stage.enter('writer', 'long');
    await fillRoom(writer.page, 'long', count);
    const reader = await stage.enter('reader', 'long');
    await reader.waitForMessage(`line ${count}`);
    const before = await firstSeen(reader);
    for (const pages of [1, 2]) {
      await reader.page.getByTestId('older').click();
      await poll(() => firstSeen(reader)).toBe(before - 50 * pages);
    }
    await reader.page.getByTestId('newer').click();
    await poll(() => firstSeen(reader)).toBeGreaterThan(before - 100);
    await reader.page.getByTestId('jump').click();
    await reader.message(`line ${count}`).waitFor();
  });

  test('AC-8 UI-009 every region is reached by F6, and axe finds no barrier', async () => {
    const ann = await stage.enter('ann', 'keys');
    await ann.send('something');
    const passed = new Set<string | undefined>();
    for (let presses = 0; presses < 4; presses += 1) {
      await ann.page.keyboard.press('F6');
      passed.add(await focusedRegion(ann));
    }
    expect([...passed].sort()).toEqual(['composer', 'members', 'messages', 'rooms']);
    expect(await violations(ann.page)).toEqual([]);
  });
});

describe('UI-011 in Firefox, preset open:', () => {
  const stage = setChatStage('open', [], 'Firefox');

  test('UI-004 a draft survives a reload', async () => {
    const ann = await stage.enter('ann', 'draft');
    await ann.composer.fill('not finished');
    await ann.page.reload();
    await ann.waitUntilIn();
    expect(await ann.composer.inputValue()).toBe('not finished');
  });

  test('EC-1 EC-7 FR-025 D16 what was written offline survives a reload, and is sent once, in order', async () => {
    const network = await startNetwork(stage.server.port);
    onTestFinished(() => network.close());
    const away = await stage.enter('away', 'outbox', { origin: network.url });
    const bob = await stage.enter('bob', 'outbox');
    await away.send('before');
    network.cut();
    await away.banner('reconnecting').waitFor();
    for (const text of ['first', 'second']) await away.say(text);
    await poll(() => away.page.locator('[data-testid=message][data-mark=pending]').count()).toBe(2);
    await away.page.goto('about:blank');
    network.restore();
    await away.open(network.url, 'outbox');
    await away.waitForMark('second', 'sent');
    await bob.waitForMessage('second');
    for (const tab of [away, bob]) expect(await tab.texts()).toEqual(['before', 'first', 'second']);
  });
});

/** Offset of the first message that is seen. */
function firstSeen({ list }: ChatTab): Promise<number> {
  return list.evaluate((element) => {
    const { top } = element.getBoundingClientRect();
    const offsets = [...element.querySelectorAll<HTMLElement>('[data-testid=message]')]
      .filter((row) => row.getBoundingClientRect().bottom > top + 1)
      .map(({ dataset }) => Number(dataset['offset']));
    return Math.min(...offsets);
  });
}

function focusedRegion({ page }: ChatTab): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region']);
}
