import type { Database } from 'better-sqlite3';
import type { StoredSession, StoredUser } from '../account-store.ts';
import type { StoredRoom } from '../chat-store.ts';
import { StoreError } from '../store.ts';
import { clientSessionOperations } from './client-session-operations.ts';
import { isConstraint } from './faults.ts';
import { logOperations } from './log-operations.ts';
import { outboxOperations } from './outbox-operations.ts';
import { pruneOperation } from './prune.ts';
import { ROOM, USER } from './rows.ts';
import { webhookOperations } from './webhook-operations.ts';

/** Writes other than messages, by the name under which they travel to the writer. */
export type WriteOperations = ReturnType<typeof writeOperations>;

/**
 * Each runs inside the transaction of a batch. An operation may come twice where the first outcome is unknown (the
 * thread died in a commit), so that what exists with the same random id is the answer and no conflict.
 */
export function writeOperations(db: Database) {
  const logs = logOperations(db);
  return {
    ...userOperations(db),
    ...sessionOperations(db),
    ...roomOperations(db),
    ...otherOperations(db),
    ...logs,
    ...clientSessionOperations(db),
    ...outboxOperations(db),
    ...webhookOperations(db, logs),
  };
}

function userOperations(db: Database) {
  type NewUser = Omit<StoredUser, 'key' | 'lastSeen'>;
  const find = db.prepare<[string], StoredUser>(`SELECT ${USER} FROM users WHERE id = ?`);
  const insert = db.prepare<[NewUser]>(
    `INSERT INTO users (id, username, password_hash, created_at) VALUES (@id, @username, @passwordHash, @createdAt)`,
  );
  const setHash = db.prepare<[string, number]>('UPDATE users SET password_hash = ? WHERE key = ?');
  // Where it comes twice, what it has set itself is no obstacle.
  const replaceHash = db.prepare<[string, number, string | null, string]>(
    'UPDATE users SET password_hash = ? WHERE key = ? AND (password_hash IS ? OR password_hash = ?)',
  );
  const setSeen = db.prepare<[number, number]>('UPDATE users SET last_seen = ? WHERE key = ?');
  return {
    createUser(user: NewUser): StoredUser {
      const found = find.get(user.id);
      if (found) return found;
      const key = orConflict(() => insert.run(user), `The username ${user.username} is taken.`);
      return { key, ...user, lastSeen: null };
    },
    setPasswordHash(key: number, hash: string, former?: string | null): boolean {
      if (former === undefined) return setHash.run(hash, key).changes > 0;
      return replaceHash.run(hash, key, former, hash).changes > 0;
    },
    setLastSeen(seen: readonly { readonly key: number; readonly at: number }[]): void {
      for (const { key, at } of seen) setSeen.run(at, key);
    },
  };
}

function sessionOperations(db: Database) {
  const insert = db.prepare<[StoredSession]>(
    `INSERT INTO sessions (token_hash, user_key, created_at, expires_at)
     VALUES (@tokenHash, @userKey, @createdAt, @expiresAt) ON CONFLICT DO NOTHING`,
  );
  const extend = db.prepare<[number, string]>('UPDATE sessions SET expires_at = ? WHERE token_hash = ?');
  const remove = db.prepare<[string]>('DELETE FROM sessions WHERE token_hash = ?');
  const removeOfUser = db
    .prepare<[number, string | null], string>(
      'DELETE FROM sessions WHERE user_key = ? AND token_hash IS NOT ? RETURNING token_hash',
    )
    .pluck();
  const removeExpired = db.prepare<[number]>('DELETE FROM sessions WHERE expires_at <= ?');
  return {
    createSession(session: StoredSession): void {
      insert.run(session);
    },
    extendSession(tokenHash: string, expiresAt: number): void {
      extend.run(expiresAt, tokenHash);
    },
    deleteSession(tokenHash: string): boolean {
      return remove.run(tokenHash).changes > 0;
    },
    deleteSessionsOfUser(userKey: number, except: string | null): readonly string[] {
      return removeOfUser.all(userKey, except);
    },
    deleteExpiredSessions(now: number): void {
      removeExpired.run(now);
    },
  };
}

function roomOperations(db: Database) {
  type NewRoom = Pick<StoredRoom, 'id' | 'name' | 'epoch' | 'createdAt'> & { readonly createdBy: number | null };
  const find = db.prepare<[string], StoredRoom>(`SELECT ${ROOM} FROM rooms WHERE epoch = ?`);
  const insert = db.prepare<[NewRoom]>(
    `INSERT INTO rooms (id, name, epoch, created_by, created_at, last_activity)
     VALUES (@id, @name, @epoch, @createdBy, @createdAt, @createdAt)`,
  );
  const remove = db.prepare<[number, number]>('UPDATE rooms SET deleted_at = ? WHERE key = ? AND deleted_at IS NULL');
  return {
    createRoom(room: NewRoom): StoredRoom {
      const found = find.get(room.epoch);
      if (found) return found;
      const { createdBy: _, ...kept } = room;
      const key = orConflict(() => insert.run(room), `A room ${room.id} exists.`);
      return { key, ...kept, top: 0, lastActivity: room.createdAt, deletedAt: null };
    },
    deleteRoom(key: number, deletedAt: number): boolean {
      return remove.run(deletedAt, key).changes > 0;
    },
  };
}

function otherOperations(db: Database) {
  const mark = db.prepare<[number, number, number]>(
    `INSERT INTO reads (user_key, room_key, offset) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET offset = excluded.offset WHERE excluded.offset > offset`,
  );
  return {
    markRead(userKey: number, roomKey: number, offset: number): void {
      mark.run(userKey, roomKey, offset);
    },
    ...pruneOperation(db),
  };
}

/** Runs an INSERT. A unique index that stands against it is a conflict. Returns the key of the row. */
function orConflict(insert: () => { lastInsertRowid: number | bigint }, message: string): number {
  try {
    return Number(insert().lastInsertRowid);
  } catch (error) {
    const unique = isConstraint(error) && (error as { code?: string }).code === 'SQLITE_CONSTRAINT_UNIQUE';
    throw unique ? new StoreError('conflict', message, { cause: error }) : error;
  }
}
