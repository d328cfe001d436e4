import { describe, expect, test } from 'vitest';
import { PRESETS, setChatStage } from './support/chat-stage.ts';
import type { ChatTab } from './support/chat-tab.ts';
import { poll } from './support/poll.ts';

/** What stays in the way of others: enough lines that the list scrolls. */
async function sayLines(tab: ChatTab, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await tab.send(`line ${number}`);
}

describe.each(PRESETS)('preset %s', (preset) => {
  const stage = setChatStage(preset);

  test('FR-015 UI-007 UI-012 UI-013 rooms are created, joined, left and deleted in the page; which one is active is plain', async () => {
    const [ann, bob] = [await stage.enter('ann', 'hall'), await stage.enter('bob', 'hall')];
    await ann.createRoom('Ann’s Room');
    await bob.roomItem('Ann’s Room').waitFor();
    await bob.switchTo('Ann’s Room');
    await ann.member(bob.username).waitFor();
    expect(await bob.page.getByRole('heading', { level: 1 }).textContent()).toBe('Ann’s Room');
    expect(await bob.page.locator('[data-testid=room-item][aria-current=true]').getAttribute('data-room')).toBe(
      'chat:ann-s-room',
    );
    expect(await bob.page.title()).toContain('Ann’s Room');
    await bob.send('soon gone');

    await bob.chooseInRoomMenu('Delete room …');
    const dialog = bob.page.getByTestId('delete-room');
    expect(await dialog.textContent()).toContain('Ann’s Room');
    await dialog.getByRole('button', { name: 'Delete room' }).click();
    for (const tab of [ann, bob]) {
      await tab.roomItem('Ann’s Room').waitFor({ state: 'detached' });
      await tab.page.getByRole('heading', { name: 'No room is open' }).waitFor();
    }
    await ann.page
      .getByTestId('toast')
      .filter({ hasText: `“Ann’s Room” was deleted by ${bob.username}.` })
      .waitFor();
  });

  test('FR-015 UI-008 a name that is taken, and one without a letter, are refused in words', async () => {
    const ann = await stage.enter('ann', 'taken');
    await ann.page.getByRole('button', { name: 'Create a room' }).click();
    const dialog = ann.page.getByTestId('create-room');
    for (const [name, words] of [
      ['Taken', 'There is a room of that name already.'],
      ['!!!', 'needs at least one letter or digit'],
      ['', 'Please enter a name'],
    ] as const) {
      await dialog.getByLabel('Name of the room').fill(name);
      await dialog.getByRole('button', { name: 'Create room' }).click();
      await dialog.getByText(words).waitFor();
    }
  });

  test('UI-012 messages of other rooms count as unread, in the list and in the title, until the room is opened', async () => {
    const ann = await stage.enter('ann', 'busy');
    await ann.switchTo('hall').catch(async () => ann.open(stage.server.url, 'hall'));
    const bob = await stage.enter('bob', 'busy');
    for (const text of ['one', 'two', 'three']) await bob.send(text);
    await ann.roomItem('busy').locator('.badge').getByText('3', { exact: false }).waitFor();
    expect(await ann.page.title()).toContain('3');
    await ann.switchTo('busy');
    await ann.waitForMessage('three');
    await ann.roomItem('busy').locator('.badge').waitFor({ state: 'detached' });
    await poll(() => ann.page.title()).not.toContain('3');
  });

  test('UI-004 a draft stays with its room, over a change of rooms and a reload', async () => {
    const ann = await stage.enter('ann', 'draft-a');
    const bob = await stage.enter('bob', 'draft-b');
    await ann.composer.fill('not finished');
    await ann.switchTo('draft-b');
    expect(await ann.composer.inputValue()).toBe('');
    await ann.composer.fill('another');
    await ann.page.reload();
    await ann.waitUntilIn();
    expect(await ann.composer.inputValue()).toBe('another');
    await ann.switchTo('draft-a');
    expect(await ann.composer.inputValue()).toBe('not finished');
    expect(await bob.composer.inputValue()).toBe('');
  });

  test('AC-4 UI-002 a reader who has scrolled up stays there; a button counts what is new and leads to it', async () => {
    const [ann, bob] = [await stage.enter('ann', 'scroll'), await stage.enter('bob', 'scroll')];
    await sayLines(bob, 40);
    await ann.waitForMessage('line 40');
    await ann.list.hover();
    await ann.page.mouse.wheel(0, -600);
    await ann.page.getByTestId('jump').waitFor();
    const place = () => ann.list.evaluate((element) => element.scrollTop);
    let before = -1;
    await poll(async () => {
      const last = before;
      before = await place();
      return before === last;
    }).toBe(true);
    await bob.send('new 1');
    await bob.send('new 2');
    await ann.page.getByTestId('jump').filter({ hasText: '2 new' }).waitFor();
    expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(1);
    await ann.page.getByTestId('jump').click();
    await ann.message('new 2').waitFor();
    await ann.page.getByTestId('jump').waitFor({ state: 'detached' });
    const distance = () => ann.list.evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
    await poll(distance).toBeLessThan(2);
  });

  test('AC-4 a line divides what was read from what is new', async () => {
    const [ann, bob] = [await stage.enter('ann', 'divide'), await stage.enter('bob', 'divide')];
    await bob.send('seen');
    await ann.waitForMessage('seen');
    await ann.switchTo('hall');
    await bob.send('unseen');
    await ann.roomItem('divide').locator('.badge').waitFor();
    await ann.switchTo('divide');
    await ann.waitForMessage('unseen');
    const y = async (locator: ReturnType<ChatTab['message']>) => (await locator.boundingBox())?.y ?? Number.NaN;
    const divider = await y(ann.page.getByTestId('divider'));
    expect(divider).toBeGreaterThan(await y(ann.message('seen')));
    expect(divider).toBeLessThan(await y(ann.message('unseen')));
  });

  test('UI-003 who is typing shows to the others, and goes when they have sent', async () => {
    const [ann, bob] = [await stage.enter('ann', 'typing'), await stage.enter('bob', 'typing')];
    await bob.composer.pressSequentially('hel');
    await ann.page.getByTestId('typing').getByText(`${bob.username} is typing …`).waitFor();
    await bob.composer.press('Enter');
    await ann.waitForMessage('hel');
    await poll(() => ann.page.getByTestId('typing').textContent()).toBe('');
  });

  test('UI-012 Ctrl+K goes to another room by a few letters', async () => {
    const ann = await stage.enter('ann', 'hall');
    await stage.enter('bob', 'quick-brown-fox');
    await ann.roomItem('quick-brown-fox').waitFor();
    await ann.page.keyboard.press('Control+k');
    await ann.page.getByTestId('switcher').waitFor();
    await ann.page.keyboard.type('brown');
    await ann.page
      .getByRole('option', { name: 'quick-brown-fox' })
      .and(ann.page.locator('[aria-selected=true]'))
      .waitFor();
    await ann.page.keyboard.press('Enter');
    await ann.title.getByText('quick-brown-fox').waitFor();
    expect(await ann.page.getByTestId('switcher').count()).toBe(0);
  });

  test('UI-001 the search finds a message by its words and leads to it', async () => {
    const ann = await stage.enter('ann', `search-${preset}`);
    await ann.send('the needle is here');
    await sayLines(ann, 40);
    await ann.page.getByRole('button', { name: 'Search messages' }).click();
    await ann.page.getByTestId('search-panel').getByRole('searchbox', { name: 'Words' }).fill('needle');
    // The index follows a moment behind.
    await poll(async () => {
      await ann.page.keyboard.press('Enter');
      await ann.page.getByTestId('search-panel').getByRole('status').getByText(/found/).waitFor();
      return ann.page.getByTestId('search-result').count();
    }).toBe(1);
    await ann.page.getByTestId('search-result').click();
    await ann.message('the needle is here').and(ann.page.locator('.marked')).waitFor();
    await poll(async () => (await ann.message('the needle is here').boundingBox())?.y ?? -1).toBeGreaterThan(50);
  });

  test('UI-001 bold, italic, code and links show as such, links open elsewhere and say nothing of where they come from', async () => {
    const [ann, bob] = [await stage.enter('ann', 'rich'), await stage.enter('bob', 'rich')];
    await ann.say('**bold** *slanted* `code` https://example.org/x?y=1');
    const text = bob.messages.locator('.message-text');
    await text.locator('strong', { hasText: 'bold' }).waitFor();
    await text.locator('em', { hasText: 'slanted' }).waitFor();
    await text.locator('code', { hasText: 'code' }).waitFor();
    const link = text.getByRole('link');
    expect(await link.getAttribute('href')).toBe('https://example.org/x?y=1');
    expect(await link.getAttribute('rel')).toMatch(/noopener.*noreferrer|noreferrer.*noopener/);
  });
});
