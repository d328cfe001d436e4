import type { ChatMessage } from '@roomcast/protocol';
import { expect, test } from 'vitest';
import { chatMessage, type Peer } from '../../client/test/fake-server.ts';
import { ManualClock } from '../../client/test/manual-clock.ts';
import type { ActiveRoom } from '../src/chat/model/chat-model.ts';
import type { ChatPage } from '../src/chat/model/page.ts';
import { FakeBrowser, FakeChatServer, until, withPage } from './chat-page.ts';

const GENERAL = 'chat:general';

function range(first: number, last: number): ChatMessage[] {
  return Array.from({ length: last - first + 1 }, (_, index) => chatMessage(first + index));
}

function activeOf(page: ChatPage): ActiveRoom {
  const room = page.active.peek();
  if (!room) throw new Error('no room is open');
  return room;
}

/** Opens the room and lets the page in. */
async function open(page: ChatPage, peer: Peer, reply: Parameters<Peer['admit']>[0] = {}) {
  page.rooms.open(GENERAL);
  const room = activeOf(page);
  await peer.admit({ epoch: 'e', offset: 0, roomName: 'General', ...reply });
  await until(room.state, (state) => state === 'joined');
  return room;
}

async function inGeneral(reply: Parameters<Peer['admit']>[0] = {}) {
  const context = await withPage([{ name: 'General' }, { name: 'Other' }]);
  return { ...context, room: await open(context.page, context.peer, reply) };
}

const shown = (room: ActiveRoom) => room.timeline.peek().messages.map(({ content, mark }) => `${content} (${mark})`);
const shows = (room: ActiveRoom, content: string) =>
  until(room.timeline, ({ messages }) => messages.some((message) => message.content === content));

/** Everything that the peer has sent so far is on the page. */
async function settled(peer: Peer, page: ChatPage, clock: ManualClock): Promise<void> {
  peer.send('storage_state', { available: false });
  await until(page.storageAvailable, (available) => !available);
  peer.send('storage_state', { available: true });
  await until(page.storageAvailable, (available) => available);
  clock.advance(16);
}

test('D10 without a session the page asks for a login, and goes on with it', async () => {
  const server = await FakeChatServer.start();
  server.forget();
  const page = new FakeBrowser().load(server.sockets.url, new ManualClock());
  await until(page.screen, (screen) => screen === 'login');
  expect(page.notice.value).toBeNull();
  const problem = { code: 'VALIDATION_ERROR', detail: 'Wrong.', field: 'body.username' };
  server.answers['POST login'] = { status: 400, body: problem };
  await expect(page.account.login('Ann', 'secret')).rejects.toMatchObject({ message: 'Wrong.', field: 'username' });
  const user = { id: 'ann', username: 'Ann' };
  server.answers['POST login'] = { body: { token: 't', user, expiresAt: '' } };
  await page.account.login(' Ann ', 'secret');
  expect(page.screen.value).toBe('chat');
  expect(page.me.value).toEqual(user);
  await server.connection();
  await until(page.link, ({ kind }) => kind === 'connected');
});

test('a server that cannot be reached is asked again, five times, then by the button', async () => {
  const server = await FakeChatServer.start();
  server.answers['GET config'] = { status: 503, body: {} };
  const clock = new ManualClock();
  const page = new FakeBrowser().load(server.sockets.url, clock);
  for (const [index, wait] of [1000, 2000, 4000, 8000, 16_000].entries()) {
    const link = await until(page.link, (state) => state.kind === 'reconnecting' && state.attempt === index + 1);
    expect(link).toMatchObject({ attempts: 5 });
    clock.advance(wait);
  }
  await until(page.link, ({ kind }) => kind === 'offline');
  expect(page.screen.value).toBe('loading');
  server.answers['GET config'] = { body: { preset: 'open' } };
  page.reconnectNow();
  await until(page.screen, (screen) => screen === 'chat');
  expect(page.preset.value).toBe('open');
});

test('UI-007 a room is opened by its list, its address, and the browser’s back', async () => {
  const { page, peer, browser } = await withPage([{ name: 'General' }, { name: 'Other' }]);
  expect(page.rooms.list.value.map(({ name }) => name)).toEqual(['General', 'Other']);
  await open(page, peer);
  expect(browser.visits).toEqual([null, 'general']);
  page.rooms.open('chat:other');
  expect((await peer.admit({ epoch: 'f', offset: 0 })).payload.roomId).toBe('chat:other');
  browser.back();
  expect(page.active.value?.id).toBe(GENERAL);
  expect((await peer.admit({ epoch: 'e', offset: 0 })).payload.roomId).toBe(GENERAL);
  browser.back();
  expect(page.active.value).toBeNull();
  await peer.expect('leave_room');
});

test('UI-007 after a reload the room of the address is open, else the last one', async () => {
  const { page, server, browser, peer, clock } = await inGeneral();
  page.close();
  browser.visits.splice(0, Number.POSITIVE_INFINITY, null);
  const again = browser.load(server.sockets.url, clock);
  const second = await server.connection();
  expect((await second.admit({ epoch: 'e', offset: 0 })).payload.roomId).toBe(GENERAL);
  expect(browser.visits).toEqual(['general']);
  again.close();
  browser.visits.splice(0, Number.POSITIVE_INFINITY, 'other');
  browser.load(server.sockets.url, clock);
  const third = await server.connection();
  expect((await third.expect('join_room')).payload.roomId).toBe('chat:other');
  void peer;
});

test('FR-012 a message is on the page at once, and the same item is marked as sent when the server has it', async () => {
  const { room, peer } = await inGeneral();
  room.draft.value = ' he\u0301llo ';
  expect(room.send(room.draft.value)).toBe(true);
  expect(room.draft.value).toBe('');
  expect(shown(room)).toEqual(['h\u00e9llo (pending)']);
  const [first] = room.timeline.value.messages;
  await peer.acceptChat(1);
  await until(room.timeline, ({ messages }) => messages[0]?.mark === 'sent');
  expect(room.timeline.value.messages).toHaveLength(1);
  expect(room.timeline.value.messages[0]).toMatchObject({ key: first?.key, offset: 1, own: true });
});

test('D13 what is empty or too long is not sent', async () => {
  const { room } = await inGeneral();
  expect(room.send('  \n ')).toBe(false);
  expect(room.send('😀'.repeat(1001))).toBe(false);
  expect(room.send('😀'.repeat(1000))).toBe(true);
});

test('FR-019 a refused message says why, and can be edited or discarded', async () => {
  const { room, peer } = await inGeneral();
  room.send('bad');
  peer.refuse(await peer.expect('chat_message'), 'FORBIDDEN');
  const { messages } = await until(room.timeline, (timeline) => timeline.messages[0]?.mark === 'failed');
  expect(messages[0]?.failure).toBe('FORBIDDEN, in words.');
  room.draft.value = 'and more';
  room.edit(messages[0]?.key ?? '');
  expect(room.draft.value).toBe('bad\nand more');
  expect(shown(room)).toEqual([]);
  room.send('worse');
  peer.refuse(await peer.expect('chat_message'), 'FORBIDDEN');
  await until(room.timeline, (timeline) => timeline.messages[0]?.mark === 'failed');
  room.discard(room.timeline.value.messages[0]?.key ?? '');
  expect(shown(room)).toEqual([]);
});

test('D18 a message that could not be saved says so, and is sent once the database is back', async () => {
  const { room, peer, page } = await inGeneral();
  peer.send('storage_state', { available: false });
  await until(page.storageAvailable, (available) => !available);
  room.send('hello');
  await peer.acceptChat(null);
  await until(room.timeline, ({ messages }) => messages[0]?.mark === 'unsaved');
  peer.send('storage_state', { available: true });
  await peer.acceptChat(1);
  await until(room.timeline, ({ messages }) => messages[0]?.mark === 'sent');
});

test('messages that arrive within a frame are one change of the page', async () => {
  const { room, peer, page, clock } = await inGeneral();
  let changes = 0;
  room.timeline.subscribe(() => changes++);
  for (const message of range(1, 100)) peer.send('chat_message', message);
  await settled(peer, page, clock);
  await shows(room, 'message 100');
  expect(changes).toBeLessThanOrEqual(3);
  expect(room.timeline.value.messages).toHaveLength(100);
});

test('UI-009 an older page is loaded in front, with the size that was chosen', async () => {
  const { room, peer } = await inGeneral({ offset: 100, history: range(51, 100), lastRead: 100 });
  expect(room.timeline.value.hasOlder).toBe(true);
  room.pageSize.value = 200;
  const loading = room.loadOlder();
  expect(room.timeline.value.loading).toBe('older');
  void room.loadOlder();
  const { id, payload } = await peer.expect('get_history');
  expect(payload).toEqual({ roomId: GENERAL, before: 51, limit: 200 });
  peer.send('history', { roomId: GENERAL, publications: range(1, 50), epoch: 'e', hasMore: false }, id);
  await loading;
  expect(room.timeline.value).toMatchObject({ hasOlder: false, hasNewer: false, loading: null });
  expect(room.timeline.value.messages).toHaveLength(100);
});

test('a page that cannot be loaded is told, and can be asked for again', async () => {
  const { room, peer, page } = await inGeneral({ offset: 100, history: range(51, 100), lastRead: 100 });
  const loading = room.loadOlder();
  peer.refuse(await peer.expect('get_history'), 'STORAGE_UNAVAILABLE');
  await loading;
  expect(page.toasts.value.map(({ text }) => text)).toEqual([
    'The server cannot reach its storage just now. Try again later.',
  ]);
  expect(room.timeline.value.loading).toBeNull();
});

test('a jump loads the page around a message, counts what comes meanwhile, and leads back to the latest', async () => {
  const { room, peer, page, clock } = await inGeneral({ offset: 1000, history: range(951, 1000), lastRead: 1000 });
  const jump = room.jumpTo(300);
  const before = await peer.expect('get_history');
  const after = await peer.expect('get_history');
  expect([before.payload.before, after.payload.after]).toEqual([301, 300]);
  const answer = { roomId: GENERAL, epoch: 'e', hasMore: true };
  peer.send('history', { ...answer, publications: range(276, 300) }, before.id);
  peer.send('history', { ...answer, publications: range(301, 325) }, after.id);
  await jump;
  expect(room.focus.value).toBe('bob m300');
  expect(room.timeline.value).toMatchObject({ hasOlder: true, hasNewer: true });
  room.atEnd.value = false;
  peer.send('chat_message', chatMessage(1001));
  await settled(peer, page, clock);
  expect(room.newCount.value).toBe(1);
  expect(room.timeline.value.messages.at(-1)?.offset).toBe(325);
  const latest = room.jumpToLatest();
  const last = await peer.expect('get_history');
  // Read before the last message was saved.
  peer.send('history', { ...answer, publications: range(951, 1000) }, last.id);
  await latest;
  expect(room.timeline.value.messages.at(-1)?.offset).toBe(1001);
  expect(room.newCount.value).toBe(0);
  expect(room.timeline.value.hasNewer).toBe(false);
});

test('what one sends from above leads to the end of the room', async () => {
  const { room, peer } = await inGeneral({ offset: 1000, history: range(951, 1000), lastRead: 1000 });
  const jump = room.jumpTo(300);
  for (const publications of [range(276, 300), range(301, 325)]) {
    const { id } = await peer.expect('get_history');
    peer.send('history', { roomId: GENERAL, publications, epoch: 'e', hasMore: true }, id);
  }
  await jump;
  room.send('hello');
  const { id } = await peer.expect('get_history');
  peer.send('history', { roomId: GENERAL, publications: range(951, 1000), epoch: 'e', hasMore: true }, id);
  await shows(room, 'hello');
  await peer.acceptChat(1001);
  const { messages } = await until(room.timeline, (timeline) => timeline.messages.at(-1)?.offset === 1001);
  expect(messages).toHaveLength(51);
});

test('the unread divider stands where one had read to, and everything is marked as read at the end', async () => {
  const { room, peer, page, clock } = await inGeneral({ offset: 10, history: range(1, 10), lastRead: 7 });
  expect(room.dividerBefore.value).toBe('bob m8');
  expect((await peer.expect('mark_read')).payload).toEqual({ roomId: GENERAL, offset: 10 });
  peer.send('chat_message', chatMessage(11));
  await settled(peer, page, clock);
  expect(room.dividerBefore.value).toBe('bob m8');
  clock.advance(1000);
  expect((await peer.expect('mark_read')).payload.offset).toBe(11);
});

test('while nobody looks nothing is read, and the divider shows what is new', async () => {
  const { room, peer, page, clock, browser } = await inGeneral({ offset: 10, history: range(1, 10), lastRead: 10 });
  expect(room.dividerBefore.value).toBeNull();
  browser.visible.value = false;
  peer.send('chat_message', chatMessage(11));
  peer.send('chat_message', chatMessage(12));
  await settled(peer, page, clock);
  expect(room.dividerBefore.value).toBe('bob m11');
  browser.visible.value = true;
  expect((await peer.expect('mark_read')).payload.offset).toBe(12);
  expect(room.dividerBefore.value).toBe('bob m11');
});

test('what others say while one reads above is counted until one is at the end again', async () => {
  const { room, peer, page, clock } = await inGeneral({ offset: 10, history: range(1, 10), lastRead: 10 });
  room.atEnd.value = false;
  peer.send('chat_message', chatMessage(11));
  peer.send('chat_message', chatMessage(12, { userId: 'ann', sender: 'Ann' }));
  await settled(peer, page, clock);
  expect(room.newCount.value).toBe(1);
  expect(room.timeline.value.messages.at(-1)?.offset).toBe(12);
  room.atEnd.value = true;
  expect(room.newCount.value).toBe(0);
});

test('D5 after a reconnect the page goes on where it was; where too much was missed it begins at the end', async () => {
  const { room, peer, page, clock, server } = await inGeneral({ offset: 10, history: range(1, 10), lastRead: 10 });
  const again = async () => {
    await until(page.link, ({ kind }) => kind === 'reconnecting');
    page.reconnectNow();
    return server.connection();
  };
  peer.die();
  const second = await again();
  await second.admit({ epoch: 'e', offset: 12, recovered: true, history: range(11, 12) });
  await settled(second, page, clock);
  expect(room.timeline.value.messages.map(({ offset }) => offset)).toEqual(range(1, 12).map(({ offset }) => offset));
  await second.expect('mark_read');
  second.die();
  const third = await again();
  await third.admit({ epoch: 'e', offset: 2000, history: range(1951, 2000) });
  await shows(room, 'message 2000');
  expect(room.timeline.value.messages).toHaveLength(50);
  expect(room.timeline.value.hasOlder).toBe(true);
});

test('a reader above keeps their place through a reconnect in which too much was missed', async () => {
  const { room, peer, page, server } = await inGeneral({ offset: 10, history: range(1, 10), lastRead: 10 });
  room.atEnd.value = false;
  peer.die();
  await until(page.link, ({ kind }) => kind === 'reconnecting');
  page.reconnectNow();
  const second = await server.connection();
  await second.admit({ epoch: 'e', offset: 2000, history: range(1951, 2000) });
  await until(room.timeline, ({ hasNewer }) => hasNewer);
  expect(room.timeline.value.messages.at(-1)?.offset).toBe(10);
  expect(room.newCount.value).toBe(50);
});

test('FR-016 five attempts are shown with their number, then the page is offline until the button is pressed', async () => {
  const { page, peer, clock, server } = await inGeneral();
  server.sockets.stop();
  peer.die();
  for (const attempt of [1, 2, 3, 4, 5]) {
    const link = await until(page.link, (state) => state.kind === 'reconnecting' && state.attempt === attempt);
    if (link.kind === 'reconnecting') clock.advance(link.at - Date.UTC(2026, 0, 1) - clock.now());
  }
  await until(page.link, ({ kind }) => kind === 'offline');
  page.reconnectNow();
  await until(page.link, ({ kind }) => kind === 'reconnecting');
});

test('D15 when the session ends the login is there with the reason, and what was being written is kept', async () => {
  const { page, peer, room, server, browser } = await inGeneral();
  room.draft.value = 'half a sentence';
  peer.send('session_expired', { reason: 'Logged out elsewhere.' });
  peer.close(4001);
  await until(page.screen, (screen) => screen === 'login');
  expect(page.notice.value).toContain('Your session has ended');
  expect(page.me.value).toBeNull();
  expect(browser.visits.at(-1)).toBe('general');
  server.answers['POST login'] = { body: { token: 't', user: { id: 'ann', username: 'Ann' }, expiresAt: '' } };
  await page.account.login('Ann', 'secret');
  expect(activeOf(page).draft.value).toBe('half a sentence');
});

test('D10 an upgrade that is refused because the session is over leads to the login', async () => {
  const { page, peer, server } = await inGeneral();
  server.forget();
  server.sockets.refuse();
  peer.die();
  await until(page.link, ({ kind }) => kind === 'reconnecting');
  page.reconnectNow();
  await until(page.screen, (screen) => screen === 'login');
  expect(page.notice.value).toContain('Your session has ended');
});

test('D16 after a logout nothing of one user is shown or sent as another', async () => {
  const { page, peer, room, server } = await inGeneral();
  room.send('from Ann');
  await peer.expect('chat_message');
  server.answers['POST logout'] = { body: {} };
  await page.account.logout();
  expect(page.active.value).toBeNull();
  const user = { id: 'eve', username: 'Eve' };
  server.answers['POST login'] = { body: { token: 't', user, expiresAt: '' } };
  await page.account.login('Eve', 'secret');
  const second = await server.sockets.peer();
  second.establish({ user });
  const { id } = await second.expect('get_rooms');
  second.send('room_list', { rooms: [], cursor: null }, id);
  await second.admit({ epoch: 'e', offset: 0 });
  const again = activeOf(page);
  await until(again.state, (state) => state === 'joined');
  expect(shown(again)).toEqual([]);
  again.send('from Eve');
  expect((await second.acceptChat(1)).payload.content).toBe('from Eve');
});

test('FR-017 PR-004 a page that was superseded says so and takes its place back only when it is asked to', async () => {
  const { page, peer, server } = await inGeneral();
  peer.close(4004, 'You connected elsewhere.');
  await until(page.screen, (screen) => screen === 'superseded');
  page.reconnectNow();
  expect(page.screen.value).toBe('chat');
  await server.connection();
});

test('FR-013 a full server is told in words, and tried again when the reader asks', async () => {
  const server = await FakeChatServer.start();
  const page = new FakeBrowser().load(server.sockets.url, new ManualClock());
  (await server.sockets.peer()).close(4103, 'Ten people are here already.');
  await until(page.screen, (screen) => screen === 'full');
  page.reconnectNow();
  await server.connection();
  expect(page.screen.value).toBe('chat');
});

test('FR-015 a room that is deleted closes with a word on who did it', async () => {
  const { page, peer, browser } = await inGeneral();
  peer.send('room_deleted', { roomId: GENERAL, deletedBy: 'Bob' });
  await until(page.active, (active) => active === null);
  expect(page.toasts.value.map(({ text }) => text)).toEqual(['“General” was deleted by Bob.']);
  expect(page.rooms.list.value.map(({ name }) => name)).toEqual(['Other']);
  expect(browser.visits.at(-1)).toBeNull();
});

test('FR-015 a room is created and opened, or its name refused at the field', async () => {
  const { page, peer } = await withPage();
  await expect(page.rooms.create('!?')).rejects.toMatchObject({ field: 'name' });
  const creating = page.rooms.create('New');
  const { id, payload } = await peer.expect('create_room');
  expect(payload).toEqual({ name: 'New' });
  const room = { id: 'chat:new', name: 'New', memberCount: 0, lastActivity: '2026-01-01T00:00:00.000Z', offset: 0 };
  peer.send('room_created', { roomId: room.id, roomName: room.name, room }, id);
  await creating;
  expect(page.active.value?.id).toBe('chat:new');
  expect(page.active.value?.name.value).toBe('New');
});

test('a room that cannot be joined says why', async () => {
  const { page, peer } = await withPage();
  page.rooms.open(GENERAL);
  const { id } = await peer.expect('join_room');
  peer.send('join_room_error', { roomId: GENERAL, code: 'NOT_FOUND', error: 'This room was deleted.' }, id);
  const room = activeOf(page);
  await until(room.state, (state) => state === 'refused');
  expect(room.refusal.value).toBe('This room was deleted.');
});

test('rooms beyond the loaded ones are found by the server', async () => {
  const server = await FakeChatServer.start();
  const clock = new ManualClock();
  const page = new FakeBrowser().load(server.sockets.url, clock);
  const peer = await server.sockets.peer();
  peer.establish();
  const entry = { memberCount: 0, lastActivity: '2026-01-01T00:00:00.000Z', offset: 0, unread: 0 };
  const first = await peer.expect('get_rooms');
  peer.send('room_list', { rooms: [{ id: 'chat:a', name: 'A', ...entry }], cursor: 'next' }, first.id);
  await until(page.rooms.hasMore, (hasMore) => hasMore);
  page.rooms.filter.value = 'zoo';
  expect(page.rooms.list.value).toEqual([]);
  clock.advance(200);
  const { id, payload } = await peer.expect('get_rooms');
  expect(payload).toEqual({ search: 'zoo' });
  peer.send('room_list', { rooms: [{ id: 'chat:zoo', name: 'Zoo', ...entry }], cursor: null }, id);
  await until(page.rooms.list, (list) => list.length === 1);
  page.rooms.filter.value = '';
  const more = page.rooms.loadMore();
  const second = await peer.expect('get_rooms');
  expect(second.payload).toEqual({ cursor: 'next' });
  peer.send('room_list', { rooms: [{ id: 'chat:b', name: 'B', ...entry }], cursor: null }, second.id);
  await more;
  expect(page.rooms.list.value.map(({ name }) => name)).toEqual(['A', 'B', 'Zoo']);
  expect(page.rooms.hasMore.value).toBe(false);
});

test('D8 members are sorted by name, and one finds oneself among them', async () => {
  const members = ['zoe', 'Ann', 'bob'].map((username) => ({
    connectionId: username,
    userId: username.toLowerCase(),
    username,
  }));
  const { room } = await inGeneral({ members });
  await until(room.members, (list) => list.length === 3);
  expect(room.members.value.map(({ username, isMe }) => `${username} ${isMe}`)).toEqual([
    'Ann true',
    'bob false',
    'zoe false',
  ]);
});

test('search shows what is found by page, with the names of the rooms', async () => {
  const { page, peer } = await withPage([{ name: 'General' }]);
  page.search.query.value = { ...page.search.query.value, text: 'tea' };
  const run = page.search.run();
  expect(page.search.state.value).toBe('searching');
  const { id } = await peer.expect('search');
  peer.send('search_results', { messages: [chatMessage(7)], cursor: 'more' }, id);
  await run;
  expect(page.search.results.value).toMatchObject([{ roomName: 'General', offset: 7, sender: 'Bob' }]);
  const more = page.search.more();
  const second = await peer.expect('search');
  expect(second.payload).toEqual({ text: 'tea', cursor: 'more' });
  peer.send('search_results', { messages: [chatMessage(3)], cursor: null }, second.id);
  await more;
  expect(page.search.results.value.map(({ offset }) => offset)).toEqual([7, 3]);
  expect(page.search.hasMore.value).toBe(false);
  page.search.clear();
  expect(page.search.state.value).toBe('idle');
});

test('EC-5 what was not sent before a reload is on the page after it, and sent once', async () => {
  const { page, peer, room, browser, server, clock } = await inGeneral();
  room.send('hello');
  const { payload } = await peer.expect('chat_message');
  page.close();
  const again = browser.load(server.sockets.url, clock);
  const second = await server.connection();
  const after = activeOf(again);
  await shows(after, 'hello');
  expect(shown(after)).toEqual(['hello (pending)']);
  await second.admit({ epoch: 'e', offset: 0 });
  expect((await second.acceptChat(1)).payload).toEqual(payload);
  await until(after.timeline, ({ messages }) => messages[0]?.mark === 'sent');
});
