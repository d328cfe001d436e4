import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { StoredUser } from '../../src/store/account-store.ts';
import type { AppendResult, MessageDraft, SearchQuery, StoredRoom } from '../../src/store/chat-store.ts';
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';

/** Where the lines of a test's log go. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
}

/** A folder of this test's own. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'roomcast-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A log that is kept in a list. */
export function listLog(lines: LogLine[] = []) {
  return pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
}

/** A store that ends with the test. */
export async function openStore(
  directory: string,
  options: Omit<Partial<SqliteStoreOptions>, 'directory'> = {},
): Promise<SqliteStore> {
  const store = await openSqliteStore({ directory, log: listLog(), ...options });
  onTestFinished(() => store.close());
  return store;
}

let lastNumber = 0;

/** A user of whatever name. */
export function addUser(store: Store, username = `user-${++lastNumber}`): Promise<StoredUser> {
  return store.users.create({ id: `id-${username}`, username, passwordHash: null, createdAt: 1000 });
}

export function addRoom(store: Store, id = `room-${++lastNumber}`): Promise<StoredRoom> {
  return store.rooms.create({
    id,
    name: id.toUpperCase(),
    epoch: `e${++lastNumber}`,
    createdBy: null,
    createdAt: 1000,
  });
}

/** A message, with whatever is left out. */
export function draft(room: StoredRoom, sender: StoredUser, part: Partial<MessageDraft> = {}): MessageDraft {
  const clientMessageId = part.clientMessageId ?? `m-${++lastNumber}`;
  return {
    roomKey: room.key,
    senderKey: sender.key,
    content: clientMessageId,
    clientTime: null,
    ...part,
    clientMessageId,
  };
}

/** Appends and waits for what becomes of it. */
export function append(store: Store, message: MessageDraft): Promise<AppendResult> {
  const { promise, resolve } = Promise.withResolvers<AppendResult>();
  store.messages.append(message, resolve);
  return promise;
}

/** Appends a message of each text in one go, and waits for all. */
export function say(store: Store, room: StoredRoom, sender: StoredUser, ...texts: string[]): Promise<AppendResult[]> {
  return Promise.all(texts.map((content) => append(store, draft(room, sender, { content }))));
}

/** The contents of what is found, newest first. */
export async function found(store: Store, text: string, part: Partial<SearchQuery> = {}): Promise<string[]> {
  const { messages } = await store.messages.search({ ...ANYWHERE, text, ...part });
  return messages.map(({ content }) => content);
}

export const ANYWHERE: SearchQuery = {
  text: '',
  roomKey: null,
  senderKey: null,
  from: null,
  to: null,
  cursor: null,
  limit: 50,
};

/** A clock that stands until it is set. */
export class HandClock {
  time = 1_000_000;

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return performance.now();
  }
}
