import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StoredUser } from '../../src/store/account-store.ts';
import type { AppendResult, StoredRoom } from '../../src/store/chat-store.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { WriterLink } from '../../src/store/sqlite/writer-link.ts';
import { Inbox } from '../support/inbox.ts';
import { ChildStore } from './child-process.ts';
import {
  addRoom,
  addUser,
  append,
  draft,
  found,
  type LogLine,
  listLog,
  openStore,
  say,
  temporaryFolder,
} from './harness.ts';

const ERROR = 50;
const INFO = 30;
const KILOBYTE = 'x'.repeat(1024);

test('D18 a thread that cannot be started is a fault to be told, and none that ends the process', async () => {
  const uncloneable = (() => {}) as unknown as string;
  const thread = { directory: temporaryFolder(), busyTimeout: 0, maxPages: 0, instance: uncloneable };
  const link = new WriterLink(thread, { onReply: () => {}, onDeath: () => {} });
  expect(await link.open()).toMatchObject({ code: 'unavailable', message: expect.stringContaining('thread') });
});

describe('D18 a database that is away', () => {
  test('because another program has locked it: everybody is told at once, and it comes back by itself', async () => {
    const { folder, store, room, user, changes, lines } = await setUp();
    await say(store, room, user, 'before');
    const release = lockOut(folder);
    const [waiting, other] = [append(store, draft(room, user)), store.users.setPasswordHash(user.key, 'new')];
    await expect(other).rejects.toMatchObject({ code: 'unavailable' });
    expect(await waiting).toEqual({ status: 'unavailable' });
    expect(await changes.next()).toMatchObject({ available: false, reason: expect.stringContaining('locked') });
    expect(store.available).toBe(false);
    expect(() => store.messages.append(draft(room, user), () => {})).toThrow(
      expect.objectContaining({ code: 'unavailable' }),
    );
    await expect(store.reads.mark(user.key, room.key, 1)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await contents(store, room)).toEqual(['before']);
    release();
    expect(await changes.next()).toEqual({ available: true, reason: null });
    expect(store.available).toBe(true);
    expect(await append(store, draft(room, user, { content: 'after' }))).toMatchObject({ offset: 2 });
    expect(await contents(store, room)).toEqual(['before', 'after']);
    expect(lines.map(({ level }) => level)).toEqual([ERROR, INFO]);
  });

  test('for a moment shorter than the patience of a write is not away', async () => {
    const { folder, store, room, user, changes } = await setUp({ busyTimeout: 10_000 });
    const release = lockOut(folder);
    const waiting = append(store, draft(room, user));
    // Something else that the store answers meanwhile: the writer has the message by then.
    await store.users.findByKey(user.key);
    release();
    expect(await waiting).toMatchObject({ status: 'stored' });
    expect(changes.waiting).toEqual([]);
  });

  test('because it may not grow: what does not fit is refused whole, and what is there stays readable', async () => {
    const { store, room, user, changes } = await setUp({ maxPages: 60 });
    const results = await say(store, room, user, ...Array.from({ length: 300 }, () => KILOBYTE));
    expect(await changes.next()).toMatchObject({ available: false, reason: expect.stringContaining('full') });
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['unavailable']));
    expect(await contents(store, room)).toEqual([]);
  });

  test('because its file was moved: nothing goes to the lost file, and all goes on when it is back', async () => {
    const { folder, store, room, user, changes } = await setUp();
    const [path, aside] = [join(folder, 'roomcast.db'), join(folder, 'aside')];
    renameSync(path, aside);
    expect(await append(store, draft(room, user))).toEqual({ status: 'unavailable' });
    expect(await changes.next()).toMatchObject({ reason: expect.stringContaining('moved') });
    renameSync(aside, path);
    expect(await changes.next()).toMatchObject({ available: true });
    expect(await append(store, draft(room, user))).toMatchObject({ status: 'stored', offset: 1 });
  });

  test('because its file is garbage: it recovers when the file is put right', async () => {
    const { folder, store: first, room, user } = await setUp();
    await say(first, room, user, 'kept');
    await first.close();
    const { store, changes } = await setUp({}, folder);
    const [path, copy] = [join(folder, 'roomcast.db'), join(folder, 'copy')];
    copyBytes(path, copy);
    writeFileSync(join(folder, 'garbage'), KILOBYTE.repeat(200));
    copyBytes(join(folder, 'garbage'), path);
    await store.killWriter();
    expect(await changes.next()).toMatchObject({ reason: expect.stringContaining('damaged') });
    copyBytes(copy, path);
    expect(await changes.next()).toMatchObject({ available: true });
    expect(await append(store, draft(room, user, { content: 'new' }))).toMatchObject({ offset: 2 });
    expect(await contents(store, room)).toEqual(['kept', 'new']);
  });

  // A disk that is full needs a disk that can be filled: a small one in memory, which only root may mount.
  test.skipIf(!canMount())('because the disk is full: it recovers when there is room again', async () => {
    const folder = smallDisk();
    const { store, room, user, changes } = await setUp({}, join(folder, 'data'));
    await say(store, room, user, 'early');
    expect(await found(store, 'early')).toEqual(['early']);
    const ballast = join(folder, 'ballast');
    fill(ballast);
    const sizes = { stored: 1, unavailable: 0 };
    while (store.available) {
      const { status } = await append(store, draft(room, user, { content: KILOBYTE }));
      expect(status === 'stored' || status === 'unavailable').toBe(true);
      sizes[status as keyof typeof sizes]++;
    }
    expect(sizes.unavailable).toBe(1);
    expect(await changes.next()).toMatchObject({ available: false, reason: expect.stringContaining('full') });
    expect(await contents(store, room)).toHaveLength(sizes.stored);
    // What is indexed by then is found, whether or not the rest has room in the index.
    expect(await found(store, 'early')).toEqual(['early']);
    rmSync(ballast);
    expect(await changes.next()).toMatchObject({ available: true });
    expect(await append(store, draft(room, user))).toMatchObject({ status: 'stored', offset: sizes.stored + 1 });
  });

  test('and closed: it ends all the same, and what was acknowledged is there', async () => {
    const { folder, store, room, user } = await setUp();
    await say(store, room, user, 'one');
    const release = lockOut(folder);
    await append(store, draft(room, user));
    await store.close();
    release();
    expect(await contents(await openStore(folder), room)).toEqual(['one']);
  });
});

test('D18 an index that cannot be written: a search finds what is in it, and the rest once it can be', async () => {
  const { folder, store, room, user } = await setUp();
  await say(store, room, user, 'one word');
  expect(await found(store, 'word')).toEqual(['one word']);
  const release = lockOut(folder, 'search.db');
  await say(store, room, user, 'another word');
  expect(await found(store, 'word')).toEqual(['one word']);
  release();
  expect(await found(store, 'word')).toEqual(['another word', 'one word']);
});

describe('D18 a write of unknown outcome', () => {
  test('to a log of programs is repeated, and nothing is lost or doubled', async () => {
    const { store } = await setUp();
    const publication = { room: 'n:a', epoch: 'e', event: 'x', attachments: null, sender: null, timestamp: 1 };
    const places = Array.from({ length: 3000 }, (_, i) =>
      store.logs.append({ ...publication, data: new Uint8Array([i % 256]), messageId: `m${i}` }),
    );
    // Some of it is committed then, some is with the writer, and some waits.
    await places[600];
    await store.killWriter();
    expect((await Promise.all(places)).map(({ offset }) => offset)).toEqual(places.map((_, i) => i + 1));
    const { publications } = await store.logs.after('n:a', 0, 4000, 1e6);
    expect(publications.map(({ messageId }) => messageId)).toEqual(places.map((_, i) => `m${i}`));
  });

  test('because the writing thread died: it is found out, and nothing is lost or doubled', async () => {
    const { store, room, user, lines } = await setUp();
    const texts = Array.from({ length: 5000 }, (_, i) => `${i}`);
    const results = texts.map((content) => append(store, draft(room, user, { content })));
    const created = addUser(store, 'meanwhile');
    // Some of it is committed then, some is with the writer, and some waits.
    await results[600];
    await store.killWriter();
    expect((await Promise.all(results)).map((result) => 'offset' in result && result.offset)).toEqual(
      texts.map((_, i) => i + 1),
    );
    expect(await created).toMatchObject({ username: 'meanwhile' });
    expect((await store.rooms.load()).rooms[0]).toMatchObject({ key: room.key, top: 5000 });
    expect(store.available).toBe(true);
    expect(lines.map(({ level }) => level)).toEqual([ERROR]);
  });

  test('because the writing thread died while the database was locked: it stays unknown, and in its order', async () => {
    const { folder, store, room, user, changes } = await setUp({ busyTimeout: 200 });
    const release = lockOut(folder);
    const told: AppendResult[] = [];
    const contentOf = (i: number) => String(i);
    const results = Array.from({ length: 2000 }, (_, i) => {
      const answer = append(store, draft(room, user, { content: contentOf(i) }));
      void answer.then((result) => told.push(result));
      return answer;
    });
    // The event loop has turned by then, and two batches are with the writer.
    await store.users.findByKey(user.key);
    await store.killWriter();
    expect(await changes.next()).toMatchObject({ available: false, reason: expect.stringContaining('locked') });
    await results[1999];
    const refused = told.length;
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set(['unavailable']));
    expect(refused).toBeLessThan(2000);
    release();
    expect(await changes.next()).toMatchObject({ available: true });
    await Promise.all(results);
    const kept = 2000 - refused;
    expect(told.slice(refused)).toEqual(
      Array.from({ length: kept }, (_, i) => expect.objectContaining({ offset: i + 1 })),
    );
    const page = await store.messages.page({ roomKey: room.key, limit: 2000, bytes: 1e9 });
    expect(page.messages.map(({ content }) => content)).toEqual(Array.from({ length: kept }, (_, i) => contentOf(i)));
  });

  test('because the disk failed in a commit: nobody is told anything until it is known', async () => {
    const { child } = await ChildStore.start(temporaryFolder());
    child.append(1);
    expect(await child.lines.next()).toMatchObject({ clientMessageId: 'c1', status: 'stored', offset: 1 });
    child.limitFiles(32_768);
    child.append(1);
    expect(await child.lines.next()).toMatchObject({ available: false, reason: expect.stringContaining('disk') });
    child.append(1);
    // The one that came later is refused for certain; of the one before, nothing is known.
    expect(await child.lines.next()).toEqual({ clientMessageId: 'c3', refused: 'unavailable' });
    expect(child.lines.waiting).toEqual([]);
    child.limitFiles('unlimited');
    expect(await child.lines.next()).toMatchObject({ available: true });
    expect(await child.lines.next()).toMatchObject({ clientMessageId: 'c2', offset: 2 });
    child.append(1);
    expect(await child.lines.next()).toMatchObject({ clientMessageId: 'c4', status: 'stored', offset: 3 });
  });
});

interface Change {
  readonly available: boolean;
  readonly reason: string | null;
}

async function setUp(options: Parameters<typeof openStore>[1] = {}, folder = temporaryFolder()) {
  const lines: LogLine[] = [];
  const store = await openStore(folder, { log: listLog(lines), busyTimeout: 20, probeInterval: 20, ...options });
  const changes = new Inbox<Change>();
  store.onAvailability((available, reason) => changes.push({ available, reason }));
  const [known] = (await store.rooms.load()).rooms;
  const room: StoredRoom = known ?? (await addRoom(store));
  const user: StoredUser = (await store.users.list(null, 1))[0] ?? (await addUser(store));
  return { folder, store, room, user, changes, lines };
}

/** Another program that holds the lock for writing. */
function lockOut(folder: string, file = 'roomcast.db'): () => void {
  const other = new Database(join(folder, file));
  other.exec('BEGIN IMMEDIATE');
  return () => other.close();
}

async function contents(store: SqliteStore, { key: roomKey }: StoredRoom): Promise<string[]> {
  const { messages } = await store.messages.page({ roomKey, limit: 500, bytes: 10_000_000 });
  return messages.map(({ content }) => content);
}

/** Overwrites a file in place, from another process: this one would drop SQLite's locks when it closes the file. */
function copyBytes(from: string, to: string): void {
  execFileSync('cp', [from, to]);
}

/** A disk of two megabytes. */
function smallDisk(): string {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
  return folder;
}

/** Leaves a little room, so that some messages still fit. */
function fill(path: string): void {
  writeFileSync(path, Buffer.alloc(1_200_000));
}

/** Mounting takes rights that a test may not have. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}
