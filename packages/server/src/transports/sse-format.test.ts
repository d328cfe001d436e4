import { expect, test } from 'vitest';
import type { NamespacePolicy } from '../core/policy.ts';
import type { PublicationRecord } from '../core/publication.ts';
import { RecentLog } from '../core/recent-log.ts';
import { Room } from '../core/room.ts';
import { sseFormat } from './sse-format.ts';

const NOW = Date.UTC(2030, 0, 2, 3, 4, 5, 6);

function roomOf(policy: Partial<NamespacePolicy> = {}, hasLog = true): Room {
  const log = new RecentLog(
    { size: 10, age: 0 },
    () => NOW,
    () => {},
    { epoch: 'ep-och', top: 0, gone: 0 },
  );
  const name = { namespace: 'live', name: 'x', full: 'live:x' };
  const whole = {
    join: 'anyone',
    publish: 'members',
    history: false,
    presence: false,
    listed: true,
    ...policy,
  } as const;
  return new Room(1, name, whole, hasLog ? log : null, NOW);
}

function recordOf(data: string, more: Partial<PublicationRecord> = {}): PublicationRecord {
  const whole = { event: 'message', data: Buffer.from(data), timestamp: NOW, offset: 7, clientTime: null };
  return { ...whole, sender: null, clientMessageId: null, ...more };
}

const publication = (room: Room, record: PublicationRecord) => sseFormat.publication(room, record).toString();

test('a publication has its event, its place as the id, and the payload of native clients with the time', () => {
  expect(publication(roomOf(), recordOf('{"n":1}', { event: 'order-placed' }))).toBe(
    'id: ep-och-7\nevent: order-placed\ndata: {"timestamp":"2030-01-02T03:04:05.006Z","roomId":"live:x",' +
      '"event":"order-placed","id":"ep-och-7","offset":7,"epoch":"ep-och","data":{"n":1}}\n\n',
  );
});

test('a publication that no log holds has no id: what a client remembers stays as it was', () => {
  expect(publication(roomOf({}, false), recordOf('1', { offset: 0 }))).toMatch(/^event: message\ndata: \{.+\}\n\n$/);
  expect(publication(roomOf(), recordOf('1', { offset: 0 }))).toMatch(/^event: message\n/);
});

test('W6 an event of its own form is its data, with its place put first', () => {
  const frame = publication(roomOf({ form: 'event' }), recordOf('{"id":"r1","body":"é"}', { event: 'new-request' }));
  expect(frame).toBe('id: ep-och-7\nevent: new-request\ndata: {"offset":7,"epoch":"ep-och","id":"r1","body":"é"}\n\n');
});

test('a message of a person is a chat_message, as for native clients', () => {
  const record = recordOf('"hi"', { sender: { userId: 'u', username: 'ann' }, clientMessageId: 'c1' });
  const [id, event, data = ''] = publication(roomOf({ form: 'chat_message' }), record).split('\n');
  expect([id, event]).toEqual(['id: ep-och-7', 'event: chat_message']);
  expect(JSON.parse(data.slice('data: '.length))).toMatchObject({ content: 'hi', sender: 'ann', offset: 7 });
});

test('line ends in the data make further lines of data, and nothing else in it changes', () => {
  const data = '{\n  "a": 1,\r\n  "b": "é\\n\u2028😀",\r "c": 2\n}';
  const lines = publication(roomOf({ form: 'event' }), recordOf(data)).split('\n');
  expect(lines.slice(2)).toEqual([
    'data: {"offset":7,"epoch":"ep-och",',
    'data:   "a": 1,',
    'data:   "b": "é\\n\u2028😀",',
    'data:  "c": 2',
    'data: }',
    '',
    '',
  ]);
});

test('no name of an event ends its line', () => {
  const frame = publication(roomOf(), recordOf('1', { event: 'a\r\ndata: forged\n\nevent: b' }));
  expect(frame.split('\n').slice(1, 3)).toEqual(['event: a data: forged event: b', expect.stringMatching(/^data: \{/)]);
  expect(frame.split('\n')).toHaveLength(5);
});

test('what the server says is an event of its type, whose data is the payload', () => {
  const frame = sseFormat.event('room_left', { roomId: 'live:"payload":' }, NOW, 'id')?.toString();
  expect(frame).toBe('event: room_left\ndata: {"roomId":"live:\\"payload\\":"}\n\n');
});

test('an answer says where its reader stands, unless what was missed is still to come', () => {
  const answer = { webhookId: 'w', roomId: 'webhook:w', epoch: 'e', offset: 3, watchers: [], watcherCount: 1 };
  const frame = (recovered: boolean) => sseFormat.event('joined', { ...answer, recovered }, NOW)?.toString() ?? '';
  expect(frame(false)).toMatch(/^id: e-3\nevent: joined\n/);
  expect(frame(true)).toMatch(/^event: joined\n/);
  const caughtUp = { roomId: 'webhook:w', epoch: 'e', offset: 9, recovered: true, members: null };
  expect(sseFormat.event('caught_up', caughtUp, NOW)?.toString()).toMatch(/^id: e-9\nevent: caught_up\n/);
  const deleted = { epoch: 'e', offset: 1, id: 'r', webhookId: 'w' };
  expect(sseFormat.event('request-deleted', deleted, NOW)?.toString()).toMatch(/^event: request-deleted\n/);
});

test('who is told when to come back does so by itself', () => {
  const farewell = { reason: 'Bye.', code: 1001, reconnect: true, reconnectAfter: 250 } as const;
  expect(sseFormat.event('disconnect', farewell, NOW)?.toString()).toMatch(/^retry: 250\nevent: disconnect\n/);
  const unhinted = { ...farewell, reconnectAfter: null };
  expect(sseFormat.event('disconnect', unhinted, NOW)?.toString()).toMatch(/^event: disconnect\n/);
});
