import { expect, test } from 'vitest';
import { setChatStage } from './support/chat-stage.ts';
import { ChatTab } from './support/chat-tab.ts';

const stage = setChatStage('open', ['--max-users', '2']);

test('FR-013 UI-008 whoever finds every place taken is told so in words, and comes in when somebody has left', async () => {
  const carl = await stage.person('carl');
  const [ann, bob] = [await stage.enter('ann', 'small'), await stage.enter('bob', 'small')];
  const dora = new ChatTab(await stage.page(), 'dora');
  await dora.page.goto(`${stage.server.url}/chat?room=small`);
  await dora.logIn('open');
  await dora.page.getByRole('alert').filter({ hasText: 'The server is full' }).waitFor();
  await carl.page.goto(`${stage.server.url}/chat?room=small`);
  await carl.page.getByRole('heading', { name: 'Every place is taken' }).waitFor();
  expect(await carl.page.getByTestId('composer').count()).toBe(0);
  await bob.page.close();
  await ann.member(bob.username).waitFor({ state: 'detached' });
  await carl.page.getByRole('button', { name: 'Try again' }).click();
  await carl.waitUntilIn();
  await carl.send('in at last');
  await ann.waitForMessage('in at last');
});

test('PR-004 RC-004 with one connection per user the newest has the place, the former says so and can take it back', async () => {
  const first = await stage.enter('ann', 'one-place');
  const second = new ChatTab(await stage.tabBeside(first.page), first.username);
  await second.open(stage.server.url, 'one-place');
  const told = first.page.getByRole('heading', { name: 'You are chatting somewhere else' });
  await told.waitFor();
  await second.send('from the second');
  expect(await second.people()).toEqual([first.username]);
  await first.page.getByRole('button', { name: 'Continue here' }).click();
  await first.waitForMessage('from the second');
  await second.page.getByRole('heading', { name: 'You are chatting somewhere else' }).waitFor();
  expect(await told.count()).toBe(0);
});
