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
  // 2: the gateway
  `
  -- Rooms of programs whose recent publications are kept on disk. A row lives as long as its log or its members.
  CREATE TABLE logs (
    key INTEGER PRIMARY KEY,
    room TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    top INTEGER NOT NULL DEFAULT 0,
    -- The highest seq of its publications that were deleted.
    gone INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- The highest seq in logs that were deleted as a whole.
  CREATE TABLE dropped_logs (id INTEGER PRIMARY KEY CHECK (id = 1), gone INTEGER NOT NULL) STRICT;
  INSERT INTO dropped_logs VALUES (1, 0);

  CREATE TABLE publications (
    -- One order over all logs, never used twice.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    log_key INTEGER NOT NULL REFERENCES logs,
    offset INTEGER NOT NULL,
    event TEXT NOT NULL,
    data BLOB NOT NULL,
    attachments BLOB,
    sender TEXT,
    -- Given by who published: the same again is the same publication.
    message_id TEXT,
    timestamp INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX publications_by_offset ON publications (log_key, offset);
  CREATE UNIQUE INDEX publications_by_message_id ON publications (log_key, message_id) WHERE message_id IS NOT NULL;
  CREATE INDEX publications_by_time ON publications (timestamp);

  -- What a Socket.IO client may come back to.
  CREATE TABLE client_sessions (
    pid TEXT PRIMARY KEY,
    -- All the rest, as JSON.
    session TEXT NOT NULL,
    seen_at INTEGER NOT NULL
  ) WITHOUT ROWID, STRICT;

  -- Events of clients on their way to the backend.
  CREATE TABLE outbox (
    -- Never used twice: who reads on behind a number meets nothing again.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    partition INTEGER NOT NULL,
    event TEXT NOT NULL,
    -- What the backend gets, byte for byte, at each try.
    body TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    -- Set with events that were refused for good.
    dead_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    status INTEGER,
    reason TEXT
  ) STRICT;
  CREATE UNIQUE INDEX outbox_by_id ON outbox (id, user_id);
  CREATE INDEX outbox_by_user ON outbox (user_id, seq) WHERE dead_at IS NULL;
  CREATE INDEX outbox_waiting ON outbox (seq) WHERE dead_at IS NULL;
  CREATE INDEX outbox_dead ON outbox (seq) WHERE dead_at IS NOT NULL;
  `,
  // 3: webhooks
  `
  -- What they capture is in publications: the room of webhook x is webhook:x.
  CREATE TABLE webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    named INTEGER NOT NULL,
    secret_hash TEXT NOT NULL,
    password_hash TEXT,
    -- What it answers and how much it keeps, as JSON.
    settings TEXT NOT NULL,
    creator TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  -- What is counted of captured requests, so that no count has to walk through their bodies.
  CREATE INDEX captured_requests ON publications (log_key, offset, timestamp, length(data))
    WHERE event = 'new-request';
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
