import { ChatApi, type Clock } from '@roomcast/client/chat';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Cable } from '../../client/test/cable.ts';
import { RealServer } from '../../client/test/real-server.ts';
import type { ActiveRoom } from '../src/chat/model/chat-model.ts';
import type { ChatPage } from '../src/chat/model/page.ts';
import { FakeBrowser, until } from './chat-page.ts';

/** Whatever a test does, the limits of people do not get in its way. */
const OPTIONS = ['--chat-message-rate', '0', '--room-switch-rate', '0', '--login-attempts', '1000'];

const clock: Clock = {
  now: () => performance.now(),
  after(delay, task) {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  },
};

let server: RealServer;
let names = 0;

beforeAll(async () => {
  server = await RealServer.start(...OPTIONS);
});
afterAll(() => server.stop());

/** A new user with the page open. */
async function newPage(url = server.url) {
  const { token, user } = await new ChatApi(server.url).register(`person-${++names}`, 'correct horse battery');
  const browser = new FakeBrowser();
  const page = browser.load(url, clock, token);
  await until(page.rooms.loaded, (loaded) => loaded);
  return { page, browser, token, user };
}

async function open(page: ChatPage, id: string): Promise<ActiveRoom> {
  page.rooms.open(id);
  const room = page.active.peek();
  if (!room) throw new Error('no room is open');
  await until(room.state, (state) => state === 'joined');
  return room;
}

/** Two people in a new room. */
async function pair() {
  const [ann, bob] = [await newPage(), await newPage()];
  await ann.page.rooms.create(`Room ${++names}`);
  const id = ann.page.active.peek()?.id ?? '';
  return { ann, bob, id, atAnn: await open(ann.page, id), atBob: await open(bob.page, id) };
}

const last = (room: ActiveRoom, content: string) =>
  until(room.timeline, ({ messages }) => messages.at(-1)?.content === content);
const allSent = (room: ActiveRoom) =>
  until(room.timeline, ({ messages }) => messages.every(({ mark }) => mark === 'sent'));
const contents = (room: ActiveRoom) => room.timeline.peek().messages.map(({ content }) => content);

test('FR-001 FR-002 FR-012 what one says is on the page of the other, and marked as sent on one’s own', async () => {
  const { ann, atAnn, atBob } = await pair();
  atAnn.send(`hello @${ann.user.username}`);
  await last(atBob, `hello @${ann.user.username}`);
  await allSent(atAnn);
  atBob.send(`hi @${ann.user.username.toUpperCase()}!`);
  const { messages } = await last(atAnn, `hi @${ann.user.username.toUpperCase()}!`);
  expect(messages.map(({ own, mentionsMe }) => `${own} ${mentionsMe}`)).toEqual(['true false', 'false true']);
});

test('D8 D9 the page shows who is there and who is typing', async () => {
  const { ann, bob, atAnn, atBob } = await pair();
  await until(atAnn.members, (members) => members.length === 2);
  expect(atAnn.members.value.map(({ isMe }) => isMe).sort()).toEqual([false, true]);
  atBob.draft.value = 'h';
  atBob.typed();
  await until(atAnn.typing, (names) => names[0] === bob.user.username);
  atBob.draft.value = '';
  atBob.typed();
  await until(atAnn.typing, (names) => names.length === 0);
  bob.page.rooms.leave();
  await until(atAnn.members, (members) => members.length === 1);
  expect(ann.page.active.value?.members.value[0]?.isMe).toBe(true);
});

test('UI-009 FR-020 pages lead back to the first message, and the window forward again, without a hole', async () => {
  const { atAnn, bob, id } = await pair();
  for (let n = 1; n <= 320; n++) atAnn.send(`${n}`);
  await until(atAnn.timeline, ({ messages }) => messages.length === 320 && messages.at(-1)?.mark === 'sent');
  bob.page.rooms.leave();
  const room = await open(bob.page, id);
  expect(contents(room)).toHaveLength(50);
  while (room.timeline.peek().hasOlder) await room.loadOlder();
  expect(contents(room)).toEqual(Array.from({ length: 320 }, (_, n) => `${n + 1}`));
  await room.jumpTo(10);
  expect(room.focus.value).not.toBeNull();
});

test('a search leads to the message in its room, and from there on to the latest', async () => {
  const { atAnn, bob, id } = await pair();
  atAnn.send('where is the kettle');
  for (let n = 1; n <= 200; n++) atAnn.send(`${n}`);
  await until(atAnn.timeline, ({ messages }) => messages.length === 201 && messages.at(-1)?.mark === 'sent');
  bob.page.rooms.leave();
  bob.page.search.query.value = { ...bob.page.search.query.value, text: 'kettle', roomId: id };
  await bob.page.search.run();
  const [found] = bob.page.search.results.value;
  expect(found).toMatchObject({ roomId: id, offset: 1 });
  bob.page.rooms.openAt(id, found?.offset ?? 0);
  const room = bob.page.active.value;
  if (!room) throw new Error('no room is open');
  await until(room.focus, (focus) => focus !== null);
  expect(contents(room)[0]).toBe('where is the kettle');
  expect(room.timeline.value.hasNewer).toBe(true);
  while (room.timeline.peek().hasNewer) await room.loadNewer();
  expect(contents(room).at(-1)).toBe('200');
});

test('unread messages are counted in the list, shown by the divider, and read when the room is opened', async () => {
  const { atAnn, bob, id } = await pair();
  atAnn.send('read');
  await last(bob.page.active.value as ActiveRoom, 'read');
  await until(bob.page.rooms.list, (rooms) => rooms.some((room) => room.id === id));
  bob.page.rooms.leave();
  atAnn.send('new');
  atAnn.send('newer');
  const unread = (count: number) =>
    until(bob.page.rooms.list, (rooms) => rooms.find((room) => room.id === id)?.unread === count);
  await unread(2);
  const room = await open(bob.page, id);
  const divider = room.timeline.value.messages.find(({ key }) => key === room.dividerBefore.value);
  expect(divider?.content).toBe('new');
  const again = await new Promise<ActiveRoom>((resolve) => {
    bob.page.rooms.leave();
    void open(bob.page, id).then(resolve);
  });
  expect(again.dividerBefore.value).toBeNull();
  await unread(0);
});

test('EC-5 what is written while offline is sent once and in order after a reload', async () => {
  const { atBob, id } = await pair();
  const cable = await Cable.to(server.port);
  onTestFinished(() => cable.close());
  const { page, browser, token } = await newPage(cable.url);
  const room = await open(page, id);
  cable.cut();
  await until(page.link, ({ kind }) => kind === 'reconnecting');
  room.send('one');
  room.send('two');
  room.draft.value = 'three, perhaps';
  expect(room.timeline.value.messages.map(({ mark }) => mark)).toEqual(['pending', 'pending']);
  page.close();
  cable.mend();
  const again = browser.load(cable.url, clock, token);
  await last(atBob, 'two');
  expect(contents(atBob)).toEqual(['one', 'two']);
  const after = await until(again.active, (active) => active !== null);
  if (!after) throw new Error('no room is open');
  expect(after.draft.value).toBe('three, perhaps');
  await until(after.timeline, ({ messages }) => messages.length === 2 && messages.every(({ mark }) => mark === 'sent'));
});

test('FR-015 a room that somebody deletes closes for all, and cannot be opened any more', async () => {
  const { ann, bob, id } = await pair();
  await ann.page.rooms.delete(id);
  await until(bob.page.active, (active) => active === null);
  expect(bob.page.toasts.value[0]?.text).toContain(`was deleted by ${ann.user.username}`);
  await until(bob.page.rooms.list, (rooms) => rooms.every((room) => room.id !== id));
  bob.page.rooms.open(id);
  const room = bob.page.active.value;
  if (!room) throw new Error('no room is open');
  await until(room.state, (state) => state === 'refused');
  expect(room.refusal.value).toMatch(/delete/);
});

test('D15 whoever logs out is not told that the session has ended', async () => {
  const { page } = await newPage();
  const notices: (string | null)[] = [];
  page.notice.subscribe((notice) => notices.push(notice));
  await page.account.logout();
  expect(page.screen.value).toBe('login');
  expect(notices).toEqual([null]);
});

test('D15 a logout elsewhere leads to the login with a notice', async () => {
  const { page, token } = await newPage();
  await new ChatApi(server.url, token).logoutEverywhere();
  await until(page.screen, (screen) => screen === 'login');
  expect(page.notice.value).toContain('Your session has ended');
});

test('D10 a password is changed, or refused at its field', async () => {
  const { page } = await newPage();
  await expect(page.account.changePassword('wrong horse', 'another horse')).rejects.toMatchObject({
    field: 'password',
  });
  await expect(page.account.changePassword('correct horse battery', 'short')).rejects.toMatchObject({
    field: 'newPassword',
  });
  await page.account.changePassword('correct horse battery', 'another horse');
  expect(page.screen.value).toBe('chat');
});
