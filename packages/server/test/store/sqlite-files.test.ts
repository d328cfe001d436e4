import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openWriting } from '../../src/store/sqlite/database.ts';
import { migrate } from '../../src/store/sqlite/migrations.ts';
import { Inbox } from '../support/inbox.ts';
import { ChildStore } from './child-process.ts';
import { addRoom, addUser, append, draft, found, openStore, say, temporaryFolder } from './harness.ts';

describe('the files of the database', () => {
  test('SR-005 are readable by their owner alone, whatever the umask, and were they wider before', async () => {
    const former = process.umask(0);
    onTestFinished(() => void process.umask(former));
    const folder = temporaryFolder();
    const store = await openStore(folder);
    await say(store, await addRoom(store), await addUser(store), 'x');
    await found(store, 'x');
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['roomcast.db', 'roomcast.db-wal', 'search.db-wal']));
    expect(modes(folder)).toEqual(new Set(['600']));
    expect(mode(folder)).toBe('700');
    await store.close();
    chmodSync(folder, 0o755);
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    await openStore(folder);
    expect([mode(folder), ...modes(folder)]).toEqual(['700', '600']);
  });

  test('D5 DP-004 are flushed at each commit: synchronous is FULL on the connection that writes', async () => {
    const folder = temporaryFolder();
    await (await openStore(folder)).close();
    const db = openWriting({ directory: folder, busyTimeout: 0, maxPages: 0, instance: null });
    onTestFinished(() => void db.close());
    const settings = ['synchronous', 'journal_mode', 'foreign_keys'].map((name) => db.pragma(name, { simple: true }));
    expect(settings).toEqual([2, 'wal', 1]);
  });

  test('are one after closing, so that a copy is a backup', async () => {
    const folder = temporaryFolder();
    const store = await openStore(folder);
    const [room, user] = [await addRoom(store), await addUser(store)];
    await say(store, room, user, 'x');
    await store.close();
    const backup = temporaryFolder();
    copyFileSync(join(folder, 'roomcast.db'), join(backup, 'roomcast.db'));
    const restored = await openStore(backup);
    expect(await found(restored, 'x')).toEqual(['x']);
    expect(await append(restored, draft(room, user))).toMatchObject({ offset: 2 });
  });
});

describe('a second store on the same folder', () => {
  test('is refused with a clear sentence, in this process and in another', async () => {
    const folder = temporaryFolder();
    const store = await openStore(folder);
    const sentence = expect.stringMatching(/another process works on the data in .*\. Stop it first\./i);
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'locked', message: sentence });
    const { opened } = await ChildStore.start(folder);
    expect(opened).toEqual({ open: false, code: 'locked', message: sentence });
    await addUser(store);
    await store.close();
    expect((await ChildStore.start(folder)).opened).toEqual({ open: true });
  });

  test('D5 has everything that was acknowledged before the first one was killed, once and in order', async () => {
    const folder = temporaryFolder();
    const { child } = await ChildStore.start(folder);
    child.append(20_000);
    await child.lines.next(({ offset }) => offset === 3000, 'the 3000th message');
    await child.kill();
    const acknowledged = Math.max(...child.lines.waiting.map(({ offset }) => offset ?? 0));
    expect(acknowledged).toBeLessThan(20_000);
    const store = await openStore(folder);
    const [room] = (await store.rooms.load()).rooms;
    expect(room?.top).toBeGreaterThanOrEqual(acknowledged);
    const ids: string[] = [];
    for (let after = 0; after < (room?.top ?? 0); after += 500) {
      const page = await store.messages.page({ roomKey: room?.key ?? 0, after, limit: 500, bytes: 1e9 });
      ids.push(...page.messages.map(({ clientMessageId }) => clientMessageId));
    }
    expect(ids).toEqual(Array.from({ length: room?.top ?? 0 }, (_, i) => `c${i + 1}`));
    const { messages } = await store.messages.search({
      ...{ text: 'x', roomKey: null, senderKey: null, from: null, to: null, cursor: null, limit: 1 },
    });
    expect(messages).toMatchObject([{ offset: room?.top }]);
  });
});

describe('the schema', () => {
  test('of a newer version is refused, and nothing is changed', async () => {
    const folder = temporaryFolder();
    await (await openStore(folder)).close();
    const path = join(folder, 'roomcast.db');
    const version = versionOf(path);
    change(path, 'PRAGMA user_version = 999');
    const before = readFileSync(path);
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'newer', message: expect.stringContaining('999') });
    expect(readFileSync(path).equals(before)).toBe(true);
    change(path, `PRAGMA user_version = ${version}`);
    await openStore(folder);
  });

  test('of version 1 is opened with all that is in it', async () => {
    const folder = temporaryFolder();
    change(join(folder, 'roomcast.db'), readFileSync(new URL('./fixtures/version-1.sql', import.meta.url), 'utf8'));
    const store = await openStore(folder);
    expect(await store.users.findByName('ANN')).toMatchObject({ key: 1, id: 'u-ann', passwordHash: 'hash' });
    expect(await store.sessions.find('t1')).toMatchObject({ user: { username: 'Bob' }, session: { expiresAt: 5000 } });
    const { rooms, deletedIds } = await store.rooms.load();
    expect({ rooms, deletedIds }).toMatchObject({ rooms: [{ id: 'general', top: 3 }], deletedIds: ['old'] });
    expect(await store.reads.of(2)).toEqual(new Map([[1, 2]]));
    expect(await found(store, 'hello')).toEqual(['Hello again', 'Hello']);
    const [room, user] = [rooms[0], await store.users.findByKey(1)];
    if (!room || !user) throw new Error('The fixture has a room and a user');
    expect(await append(store, draft(room, user, { clientMessageId: 'c1' }))).toMatchObject({ status: 'duplicate' });
    expect(await append(store, draft(room, user))).toMatchObject({ status: 'stored', offset: 4 });
  });

  test('of version 2 is opened with all that is in it, and can take webhooks', async () => {
    const folder = temporaryFolder();
    change(join(folder, 'roomcast.db'), readFileSync(new URL('./fixtures/version-2.sql', import.meta.url), 'utf8'));
    const store = await openStore(folder);
    const log = { room: 'user:ann', epoch: 'e1', top: 3, lastAt: 3002 };
    expect(await store.logs.load()).toEqual({ logs: [log], sequence: 7 });
    const { publications } = await store.logs.after('user:ann', 0, 9, 1e6);
    expect(publications.map(({ offset, messageId }) => [offset, messageId])).toEqual([
      [2, 'm2'],
      [3, null],
    ]);
    expect(await store.logs.since('user:ann', 0, 9, 1e6)).toMatchObject({ gone: 5 });
    expect(await store.logs.since('user:gone', 0, 9, 1e6)).toMatchObject({ gone: 4 });
    expect(await store.clientSessions.load()).toMatchObject([{ pid: 'p1', sid: 's1', seenAt: 5000 }]);
    expect((await store.outbox.waiting(0, 9, 1e6)).events).toMatchObject([{ seq: 2, id: 'o2', body: '{"two":2}' }]);
    expect(await store.outbox.dead(0, 9)).toMatchObject([{ seq: 1, id: 'o1', status: 410, reason: 'gone' }]);
    expect(await store.webhooks.usage()).toEqual([]);
    const webhook = {
      id: 'w',
      named: true,
      secretHash: 'h',
      passwordHash: null,
      settings: '{}',
      creator: '::1',
      createdAt: 1,
    };
    await store.webhooks.create(webhook);
    expect(await store.webhooks.load()).toEqual([webhook]);
  });

  test('is brought forward step by step, and a step that fails leaves nothing behind', () => {
    const db = new Database(':memory:');
    const steps = ['CREATE TABLE one (a)', 'CREATE TABLE two (a); INSERT INTO two VALUES (7)'];
    migrate(db, steps.slice(0, 1));
    expect(() => migrate(db, [...steps, 'CREATE TABLE three (a); INSERT INTO nowhere VALUES (1)'])).toThrow('nowhere');
    expect(db.pragma('user_version', { simple: true })).toBe(2);
    expect(db.prepare('SELECT a FROM two').pluck().all()).toEqual([7]);
    expect(() => db.prepare('SELECT a FROM three')).toThrow('no such table');
    expect(() => migrate(db, steps.slice(0, 1))).toThrow(expect.objectContaining({ code: 'newer' }));
    db.close();
  });
});

describe('the search index', () => {
  test('is made again where it is missing, garbage, or of another past of the database', async () => {
    const folder = temporaryFolder();
    const [database, index] = [join(folder, 'roomcast.db'), join(folder, 'search.db')];
    const first = await openStore(folder);
    const [room, user] = [await addRoom(first), await addUser(first)];
    await say(first, room, user, 'x one');
    expect(await found(first, 'x')).toEqual(['x one']);
    await first.close();
    copyFileSync(database, join(folder, 'copy'));
    writeFileSync(index, 'garbage'.repeat(5000));
    const second = await openStore(folder);
    await say(second, room, user, 'x two', 'x three');
    expect(await found(second, 'x')).toEqual(['x three', 'x two', 'x one']);
    await second.close();
    copyFileSync(join(folder, 'copy'), database);
    const third = await openStore(folder);
    await say(third, room, user, 'y four');
    expect([await found(third, 'x'), await found(third, 'y')]).toEqual([['x one'], ['y four']]);
  });

  test('that breaks while it is used is made again at once', async () => {
    const folder = temporaryFolder();
    const first = await openStore(folder);
    const [room, user] = [await addRoom(first), await addUser(first)];
    await say(first, room, user, ...Array.from({ length: 500 }, (_, i) => `x word${i}`));
    expect(await found(first, 'x', { limit: 3 })).toHaveLength(3);
    await first.close();
    change(join(folder, 'search.db'), "UPDATE words_data SET block = x'ffff' WHERE id > 10");
    const second = await openStore(folder);
    const changes = new Inbox<boolean>();
    second.onAvailability((available) => changes.push(available));
    expect(await found(second, 'word499')).toEqual(['x word499']);
    expect(changes.waiting).toEqual([]);
  });
});

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function modes(folder: string): Set<string> {
  return new Set(readdirSync(folder).map((name) => mode(join(folder, name))));
}

/** Changes a database that no store has open. */
function change(path: string, sql: string): void {
  const db = new Database(path);
  // Otherwise SQLite protects the inside of the search index.
  db.unsafeMode();
  db.exec(sql);
  db.close();
}

function versionOf(path: string): number {
  const db = new Database(path, { readonly: true });
  const version = Number(db.pragma('user_version', { simple: true }));
  db.close();
  return version;
}
