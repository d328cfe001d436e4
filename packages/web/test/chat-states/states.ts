import { ActionError, type RoomItem } from '../../src/chat/model/chat-model.ts';
import { oldMessage } from './old-messages.ts';
import type { ScriptedModel } from './scripted-model.ts';
import { ScriptedRoom } from './scripted-room.ts';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const ROOMS: readonly RoomItem[] = [
  { id: 'chat:site', name: 'Building site', memberCount: 4, lastActivity: ago(0), unread: 0 },
  { id: 'chat:kitchen', name: 'Kitchen', memberCount: 12, lastActivity: ago(3), unread: 7 },
  { id: 'chat:plans', name: 'Plans and permits', memberCount: 2, lastActivity: ago(50), unread: 0 },
  { id: 'chat:night', name: 'Night shift', memberCount: 0, lastActivity: ago(600), unread: 128 },
  { id: 'chat:東京', name: '東京', memberCount: 1, lastActivity: ago(4_000), unread: 0 },
  { id: 'chat:garden', name: 'Garden', memberCount: 1, lastActivity: ago(40_000), unread: 0 },
];
const LONG = 'Supercalifragilisticexpialidocious'.repeat(6);
const ZALGO = `H${'\u0335\u0321\u034a'.repeat(300)}e comes`;

function withRoom(model: ScriptedModel, count: number, name = 'Building site'): ScriptedRoom {
  model.allRooms.value = ROOMS;
  const room = new ScriptedRoom('chat:site', name, count);
  model.active.value = room;
  return room;
}

function out(model: ScriptedModel): void {
  model.me.value = null;
  model.screen.value = 'login';
}

/** Every state of the page, by name. */
export const STATES: Readonly<Record<string, (model: ScriptedModel) => void>> = {
  loading: (model) => {
    model.screen.value = 'loading';
  },
  login: out,
  'login-open': (model) => {
    out(model);
    model.preset.value = 'open';
  },
  'login-refused': (model) => {
    out(model);
    model.refusal = new ActionError('Username taken', 'username');
  },
  'login-failed': (model) => {
    out(model);
    model.refusal = new ActionError('Username or password is wrong. Please try again.');
  },
  expired: (model) => {
    out(model);
    model.notice.value = 'Your session has ended. Log in again; what you were writing is still here.';
  },
  full: (model) => {
    model.screen.value = 'full';
  },
  superseded: (model) => {
    model.screen.value = 'superseded';
  },
  'no-rooms': () => {},
  'no-room': (model) => {
    model.allRooms.value = ROOMS;
  },
  joining: (model) => {
    const room = withRoom(model, 0);
    room.state.value = 'joining';
  },
  refused: (model) => {
    const room = withRoom(model, 0);
    room.state.value = 'refused';
    room.refusal.value = 'This room was deleted.';
  },
  empty: (model) => {
    withRoom(model, 0);
  },
  few: (model) => {
    withRoom(model, 3);
  },
  many: (model) => {
    const room = withRoom(model, 2_000);
    room.typing.value = ['bob', 'dee_dee'];
  },
  unread: (model) => {
    const room = withRoom(model, 2_000);
    room.dividerBefore.value = oldMessage(1_960, 2_000).key;
  },
  huge: (model) => {
    withRoom(model, 100_000);
  },
  long: (model) => {
    const room = withRoom(model, 5, `${LONG} ${ZALGO}`);
    model.allRooms.value = [{ ...(ROOMS[1] as RoomItem), id: 'chat:long', name: `${LONG} ${ZALGO}` }, ...ROOMS];
    room.receive(LONG.repeat(3));
    room.receive(ZALGO);
    room.receive('\u202eright to left override\u202c and on');
    room.receive('שלום עולם, this is mixed: abc 123.', 'dee_dee');
    room.receive('one\ntwo\nthree\n'.repeat(15), 'x'.repeat(20));
    room.receive(`https://example.org/${LONG}?q=${LONG}`);
    room.receive(`\`${LONG}\` and **${LONG}**`);
    room.receive(`\`\`\`\n${LONG}\n\`\`\``);
  },
  marks: (model) => {
    const room = withRoom(model, 6);
    room.receive('This one is saved.', 'ada');
    room.receive('This one is delivered, but not saved.', 'ada', { mark: 'unsaved', offset: null });
    room.receive('This one is on its way.', 'ada', { mark: 'pending', offset: null });
    room.receive('This one has failed.', 'ada', {
      mark: 'failed',
      offset: null,
      failure: 'The server did not answer. Try again later.',
    });
  },
  reconnecting: (model) => {
    withRoom(model, 200);
    model.link.value = { kind: 'reconnecting', attempt: 2, attempts: 5, at: Date.now() + 100_000 };
  },
  offline: (model) => {
    const room = withRoom(model, 200);
    model.link.value = { kind: 'offline' };
    room.receive('Written while away.', 'ada', { mark: 'pending', offset: null });
  },
  storage: (model) => {
    const room = withRoom(model, 200);
    model.storageAvailable.value = false;
    room.receive('Said without a database.', 'ada', { mark: 'unsaved', offset: null });
  },
  toasts: (model) => {
    withRoom(model, 200);
    model.toasts.value = [
      { key: 1, kind: 'info', text: 'The room “Old workshop” was deleted by bob.' },
      { key: 2, kind: 'error', text: 'Too many room switches. Please wait 12 seconds.' },
    ];
  },
  search: (model) => {
    withRoom(model, 2_000);
    model.search.query.value = { text: 'door', roomId: null, sender: 'bob', from: '', to: '' };
    model.searchState.value = 'done';
    model.found.value = Array.from({ length: 200 }, (_, index) => {
      const { sender, content, time } = oldMessage(1_900 - index, 2_000);
      return { roomId: 'chat:site', roomName: 'Building site', offset: 1_900 - index, sender, content, time };
    }).filter(({ sender, content }) => sender === 'bob' && content.includes('door'));
  },
};
