import type { Database } from 'better-sqlite3';
import { StoreError } from '../store.ts';

/**
 * The schema, step by step: the database's `user_version` is the number of steps that it has taken. A step that was
 * released is never changed.
 */
const MIGRATIONS: readonly string[] = [
  // 1: the beginning
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID, STRICT;
  -- Names this database, so that a file put in its place is noticed.
  INSERT INTO meta VALUES ('instance', randomblob(16)), ('probe', zeroblob(0));

  CREATE TABLE users (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL COLLATE NOCASE UNIQUE,
    password_hash TEXT,
    created_at INTEGER NOT NULL,
    last_seen INTEGER
  ) STRICT;

  CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_key INTEGER NOT NULL REFERENCES users,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX sessions_of_user ON sessions (user_key);
  CREATE INDEX sessions_by_expiry ON sessions (expires_at);

  CREATE TABLE rooms (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    epoch TEXT NOT NULL UNIQUE,
    top INTEGER NOT NULL DEFAULT 0,
    -- Messages up to this offset were pruned. Rows that are younger than a week stay without their content, so that
    -- what is sent again is still recognised.
    bottom INTEGER NOT NULL DEFAULT 0,
    created_by INTEGER REFERENCES users,
    created_at INTEGER NOT NULL,
    last_activity INTEGER NOT NULL,
    deleted_at INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX rooms_by_id ON rooms (id) WHERE deleted_at IS NULL;
  CREATE INDEX rooms_deleted ON rooms (id) WHERE deleted_at IS NOT NULL;
  CREATE INDEX rooms_deleted_by_size ON rooms (top) WHERE deleted_at IS NOT NULL;

  CREATE TABLE messages (
    -- One order over all rooms. Times never go back along it.
    seq INTEGER PRIMARY KEY,
    room_key INTEGER NOT NULL REFERENCES rooms,
    offset INTEGER NOT NULL,
    sender_key INTEGER NOT NULL REFERENCES users,
    client_message_id TEXT NOT NULL,
    content TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    client_time INTEGER
  ) STRICT;
  CREATE UNIQUE INDEX messages_by_offset ON messages (room_key, offset);
  CREATE UNIQUE INDEX messages_by_client_id ON messages (room_key, sender_key, client_message_id);

  CREATE TABLE reads (
    user_key INTEGER NOT NULL REFERENCES users,
    room_key INTEGER NOT NULL REFERENCES rooms,
    offset INTEGER NOT NULL,
    PRIMARY KEY (user_key, room_key)
  ) WITHOUT ROWID, STRICT;
  `,
];

/**
 * Brings the database up to this version of the product.
 * @throws StoreError newer where it is ahead; nothing was changed then
 */
export function migrate(db: Database, steps: readonly string[] = MIGRATIONS): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > steps.length) {
    throw new StoreError(
      'newer',
      `The database was written by a newer version of Roomcast (schema ${version}, this one knows ${steps.length}).`,
    );
  }
  for (const [index, sql] of steps.entries()) {
    if (index < version) continue;
    const step = db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${index + 1}`);
    });
    step.exclusive();
  }
}
