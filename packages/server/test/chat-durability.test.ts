import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ChatClient } from './support/chat.ts';
import { serve, TestServer } from './support/server.ts';
import { TIMED } from './support/timed.ts';

const FAST = { chatMessageRate: 0, roomSwitchRate: 0 };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'roomcast-durability-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('a restart', () => {
  test('D11 FR-014 FR-022 FR-023 AC-6 keeps users, sessions, rooms, messages and what was read; clients resume where they were', async () => {
    const dataDir = folder();
    const first = await TestServer.start({ ...FAST, dataDir });
    const ann = await ChatClient.of(first, 'ann');
    const created = await ann.native.expect('room_created', 'create_room', { name: 'Tea Room' });
    const { epoch } = await ann.join(created.roomId);
    const ben = await ChatClient.of(first, 'ben');
    await ben.join(created.roomId);
    for (let i = 1; i <= 5; i++) await ben.say(created.roomId, `m${i}`);
    await ann.native.expect('read_marked', 'mark_read', { roomId: created.roomId, offset: 3 });
    await first.stop();

    const second = await serve({ ...FAST, dataDir });
    const back = await ChatClient.connect(second, ann.account);
    const { rooms } = await back.native.expect('room_list', 'get_rooms');
    expect(rooms).toMatchObject([{ id: 'chat:tea-room', name: 'Tea Room', offset: 5, unread: 2 }]);
    const joined = await back.join(created.roomId, { since: { epoch: epoch ?? '', offset: 3 } });
    expect(joined).toMatchObject({ roomName: 'Tea Room', epoch, offset: 5, recovered: true, lastRead: 3 });
    expect(joined.history.map(({ content }) => content)).toEqual(['m4', 'm5']);
    expect(await back.say(created.roomId, 'm6')).toMatchObject({ offset: 6, epoch });
    expect((await back.history(created.roomId)).messages.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('FR-015 does not bring a deleted room back', async () => {
    const dataDir = folder();
    const first = await TestServer.start({ ...FAST, dataDir });
    const ann = await ChatClient.of(first, 'ann');
    await ann.join('chat:gone');
    await ann.native.expect('room_deleted', 'delete_room', { roomId: 'chat:gone' });
    await first.stop();
    const second = await serve({ ...FAST, dataDir });
    const back = await ChatClient.connect(second, ann.account);
    expect(await back.ask('join_room', { roomId: 'chat:gone' })).toMatchObject({ payload: { code: 'NOT_FOUND' } });
  });

  test('D5 knows resends of messages that were stored before it', async () => {
    const dataDir = folder();
    const first = await TestServer.start({ ...FAST, dataDir });
    const ann = await ChatClient.of(first, 'ann');
    await ann.join('chat:lobby');
    const ack = await ann.say('chat:lobby', 'once', 'id-1');
    await first.stop();
    const second = await serve({ ...FAST, dataDir });
    const back = await ChatClient.connect(second, ann.account);
    await back.join('chat:lobby');
    expect(await back.say('chat:lobby', 'once', 'id-1')).toEqual({ ...ack, duplicate: true });
  });
});

test('D17 what was taken before a shutdown is stored and acknowledged', async () => {
  const dataDir = folder();
  const server = await TestServer.start({ ...FAST, dataDir, messageRate: 0 });
  const ann = await ChatClient.of(server, 'ann');
  await ann.join('chat:lobby');
  const answers = Array.from({ length: 300 }, (_, i) =>
    ann.ask('chat_message', { roomId: 'chat:lobby', content: `m${i}` }),
  );
  await answers[0];
  await server.stop();
  const types = await Promise.all(answers.map((answer) => answer.then(({ type }) => type)));
  const acknowledged = types.filter((type) => type === 'message_ack').length;
  const second = await serve({ ...FAST, dataDir });
  const back = await ChatClient.connect(second, ann.account);
  expect((await back.join('chat:lobby')).offset).toBe(acknowledged);
  expect(acknowledged).toBeGreaterThan(0);
});

describe('a database that is away', () => {
  test('D18 D11 what could not be marked as read is not, however many marks were refused', TIMED, async () => {
    const dataDir = folder();
    const server = await TestServer.start({ ...FAST, dataDir });
    onTestFinished(async () => {
      await expect(server.stop()).rejects.toThrow('the server logged faults');
    });
    const [ann, ben] = [await ChatClient.of(server, 'ann'), await ChatClient.of(server, 'ben')];
    await ann.join('chat:lobby');
    await ben.join('chat:lobby');
    for (let i = 1; i <= 4; i++) await ben.say('chat:lobby', `m${i}`);
    const mark = (offset: number) => ann.ask('mark_read', { roomId: 'chat:lobby', offset });
    const unread = async () => (await ann.native.expect('room_list', 'get_rooms')).rooms[0]?.unread;
    expect(await mark(1)).toMatchObject({ type: 'read_marked' });
    const intruder = new Database(join(dataDir, 'roomcast.db'));
    intruder.exec('BEGIN IMMEDIATE');
    for (const answer of await Promise.all([mark(2), mark(3), mark(3)])) {
      expect(answer).toMatchObject({ payload: { code: 'STORAGE_UNAVAILABLE' } });
    }
    expect(await unread()).toBe(3);
    intruder.exec('ROLLBACK');
    intruder.close();
    await ann.native.frames.next(({ type, payload }) => type === 'storage_state' && Object(payload).available);
    await Promise.all([mark(2), mark(3)]);
    expect(await unread()).toBe(1);
  });

  test('D18 EC-6 PR-005 DP-005 live chat goes on, everybody is told, and it recovers by itself', TIMED, async () => {
    const dataDir = folder();
    // Not `serve`: that the server logs the fault is part of what is demanded.
    const server = await TestServer.start({ ...FAST, dataDir });
    onTestFinished(async () => {
      await expect(server.stop()).rejects.toThrow('the server logged faults');
    });
    const ann = await ChatClient.of(server, 'ann');
    const ben = await ChatClient.of(server, 'ben');
    await ann.join('chat:lobby');
    await ben.join('chat:lobby');
    await ann.say('chat:lobby', 'before', 'b');
    await ben.hear();

    const intruder = new Database(join(dataDir, 'roomcast.db'));
    intruder.exec('BEGIN IMMEDIATE');
    const begun = performance.now();
    expect(await ann.say('chat:lobby', 'meanwhile', 'm')).toMatchObject({
      saved: false,
      id: null,
      offset: null,
      epoch: null,
      level: 'delivered',
      duplicate: false,
    });
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(await ben.hear()).toMatchObject({ content: 'meanwhile', saved: false, offset: null, clientMessageId: 'm' });
    expect((await ben.native.next('storage_state')).payload).toEqual({ available: false });
    expect(await server.get('/ready')).toMatchObject({ status: 503, json: { code: 'STORAGE_UNAVAILABLE' } });
    expect(await server.get('/health')).toMatchObject({ status: 200, json: { storage: 'unavailable' } });
    // While it is known to be away nobody waits for it, and a resend is not delivered twice.
    const quick = performance.now();
    expect(await ann.say('chat:lobby', 'meanwhile', 'm')).toMatchObject({ saved: false, duplicate: true });
    expect(await ann.say('chat:lobby', 'another', 'n')).toMatchObject({ saved: false, duplicate: false });
    expect(performance.now() - quick).toBeLessThan(200);
    expect(await ben.hear()).toMatchObject({ content: 'another', saved: false });
    expect(await ann.ask('create_room', { name: 'new' })).toMatchObject({ payload: { code: 'STORAGE_UNAVAILABLE' } });
    const cid = await ben.history('chat:lobby');
    expect(cid.messages.map(({ content }) => content)).toEqual(['before']);

    // What was saved before it went away is known to be.
    expect(await ann.say('chat:lobby', 'before', 'b')).toMatchObject({ duplicate: true, saved: true, offset: 1 });

    intruder.exec('ROLLBACK');
    intruder.close();
    expect((await ben.native.next('storage_state')).payload).toEqual({ available: true });
    expect(await ann.say('chat:lobby', 'meanwhile', 'm')).toMatchObject({ saved: true, offset: 2, level: 'synced' });
    expect(await ben.hear()).toMatchObject({ clientMessageId: 'm', saved: true, offset: 2 });
    expect(await server.get('/ready')).toMatchObject({ status: 200 });
    expect(server.log.waiting.map(({ msg }) => msg)).toContain('messages are saved again');
  });
});
