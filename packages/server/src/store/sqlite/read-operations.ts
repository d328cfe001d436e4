import type { Database } from 'better-sqlite3';
import type { StoredSession, StoredUser } from '../account-store.ts';
import type { PageQuery, StoredRoom } from '../chat-store.ts';
import { clientSessionReads } from './client-session-operations.ts';
import { logReads } from './log-reads.ts';
import { MESSAGE_SELECT, type MessageColumns, type MessageRow, toColumns } from './message-rows.ts';
import { outboxReads } from './outbox-reads.ts';
import { ROOM, SESSION, type SessionRow, USER } from './rows.ts';
import { webhookReads } from './webhook-reads.ts';

/** Messages of a room that are looked at to count the unread ones. */
const COUNTED = 200;

/** Reads, by the name under which they travel to a reading thread. */
export type ReadOperations = ReturnType<typeof readOperations>;

export function readOperations(db: Database) {
  // `ready` is there to be called: it starts the thread and opens its connection.
  return {
    ready: () => {},
    ...userReads(db),
    ...roomReads(db),
    ...unreadReads(db),
    ...messageReads(db),
    ...logReads(db),
    ...clientSessionReads(db),
    ...outboxReads(db),
    ...webhookReads(db),
  };
}

function userReads(db: Database) {
  const byName = db.prepare<[string], StoredUser>(`SELECT ${USER} FROM users WHERE username = ?`);
  const byKey = db.prepare<[number], StoredUser>(`SELECT ${USER} FROM users WHERE key = ?`);
  const list = db.prepare<[string, number], StoredUser>(
    `SELECT ${USER} FROM users WHERE username > ? ORDER BY username LIMIT ?`,
  );
  const session = db.prepare<[string], SessionRow>(
    `SELECT ${USER}, ${SESSION} FROM sessions JOIN users ON users.key = user_key WHERE token_hash = ?`,
  );
  return {
    userByName: (username: string): StoredUser | null => byName.get(username) ?? null,
    userByKey: (key: number): StoredUser | null => byKey.get(key) ?? null,
    // Usernames are not empty, so that all are behind ''.
    listUsers: (after: string | null, limit: number): readonly StoredUser[] => list.all(after ?? '', limit),
    findSession(hash: string): { readonly session: StoredSession; readonly user: StoredUser } | null {
      const row = session.get(hash);
      if (!row) return null;
      const { tokenHash, userKey, sessionCreatedAt, expiresAt, ...user } = row;
      return { session: { tokenHash, userKey, createdAt: sessionCreatedAt, expiresAt }, user };
    },
  };
}

function roomReads(db: Database) {
  const live = db.prepare<[], StoredRoom>(`SELECT ${ROOM} FROM rooms WHERE deleted_at IS NULL ORDER BY key`);
  const deleted = db
    .prepare<[], string>(
      `SELECT DISTINCT id FROM rooms WHERE deleted_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM rooms AS other WHERE other.id = rooms.id AND other.deleted_at IS NULL)`,
    )
    .pluck();
  const reads = db.prepare<[number], [number, number]>('SELECT room_key, offset FROM reads WHERE user_key = ?').raw();
  const load = db.transaction(() => ({ rooms: live.all(), deletedIds: deleted.all() }));
  return {
    loadRooms: (): { readonly rooms: readonly StoredRoom[]; readonly deletedIds: readonly string[] } => load.deferred(),
    readsOf: (userKey: number): ReadonlyMap<number, number> => new Map(reads.all(userKey)),
  };
}

function unreadReads(db: Database) {
  const count = db
    .prepare<[number, number, number, number], number>(
      `SELECT count(*) FROM (
         SELECT sender_key FROM messages
         WHERE room_key = ? AND offset > max(?, (SELECT bottom FROM rooms WHERE key = ?))
         ORDER BY offset DESC LIMIT ${COUNTED}
       ) WHERE sender_key <> ?`,
    )
    .pluck();
  return {
    unread(userKey: number, marks: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
      return new Map(
        [...marks].map(([roomKey, offset]) => [roomKey, count.get(roomKey, offset, roomKey, userKey) ?? 0]),
      );
    },
  };
}

function messageReads(db: Database) {
  const bottomOf = db.prepare<[number], number>('SELECT bottom FROM rooms WHERE key = ?').pluck();
  const select = (order: 'ASC' | 'DESC') =>
    db
      .prepare<[number, number, number, number], MessageRow>(
        `${MESSAGE_SELECT} WHERE m.room_key = ? AND m.offset > ? AND m.offset < ?
         ORDER BY m.offset ${order} LIMIT ?`,
      )
      .raw();
  const oldestFirst = select('ASC');
  const newestFirst = select('DESC');
  /** One snapshot, so that pruning between the two reads makes no hole. */
  const read = db.transaction((query: PageQuery) => {
    const { roomKey, before = Number.MAX_SAFE_INTEGER, after, limit, bytes } = query;
    const bottom = Math.max(bottomOf.get(roomKey) ?? 0, after ?? 0);
    const statement = after === undefined ? newestFirst : oldestFirst;
    const rows: MessageRow[] = [];
    let left = bytes;
    for (const row of statement.iterate(roomKey, bottom, before, limit + 1)) {
      left -= row[5].length * 2;
      if (rows.length === limit || (left < 0 && rows.length > 0)) return { rows, hasMore: true };
      rows.push(row);
    }
    return { rows, hasMore: false };
  });
  return {
    page(query: PageQuery): { readonly columns: MessageColumns; readonly hasMore: boolean } {
      const { rows, hasMore } = read.deferred(query);
      if (query.after === undefined) rows.reverse();
      return { columns: toColumns(rows), hasMore };
    },
  };
}
