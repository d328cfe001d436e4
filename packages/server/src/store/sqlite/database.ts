import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../store.ts';
import { DatabaseReplaced } from './faults.ts';
import { DATABASE_FILE } from './files.ts';
import { migrate } from './migrations.ts';
import type { ThreadData } from './thread.ts';

/** Kibibytes of pages that the writer keeps: the leaves of its indexes that are being written to. */
const WRITER_CACHE = 32_768;
/** The write-ahead log is cut back to this many bytes when it starts over. */
const WAL_KEPT = 64 * 1024 * 1024;

/** The connection that writes. @throws StoreError newer, or an error of SQLite */
export function openWriting({ directory, busyTimeout, maxPages }: ThreadData): Database.Database {
  // An empty file is made before: one that is missing by now was taken away, and a new one must not hide that.
  const db = new Database(join(directory, DATABASE_FILE), { fileMustExist: true, timeout: busyTimeout });
  try {
    const mode = db.pragma('journal_mode = WAL', { simple: true });
    if (mode !== 'wal') throw new StoreError('unavailable', `The file system of ${directory} has no shared memory.`);
    // Per connection, and a fresh WAL database falls to NORMAL: then a power failure loses what was acknowledged.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma(`cache_size = -${WRITER_CACHE}`);
    db.pragma(`journal_size_limit = ${WAL_KEPT}`);
    // Within a commit they would hold it up; the writer sees to it between batches.
    db.pragma('wal_autocheckpoint = 0');
    if (maxPages > 0) db.pragma(`max_page_count = ${maxPages}`);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A connection that only reads. The writer must have opened the database before. */
export function openReading({ directory, busyTimeout }: ThreadData): Database.Database {
  return new Database(join(directory, DATABASE_FILE), { readonly: true, fileMustExist: true, timeout: busyTimeout });
}

/** Tells whether the file at the database's path is still the one that was opened. */
export class FileIdentity {
  readonly #path: string;
  readonly #inode: number | undefined;

  constructor(directory: string) {
    this.#path = join(directory, DATABASE_FILE);
    this.#inode = this.#current();
  }

  /** @throws DatabaseReplaced */
  check(): void {
    if (this.#current() !== this.#inode) throw new DatabaseReplaced('The database file was moved or replaced.');
  }

  #current(): number | undefined {
    return statSync(this.#path, { throwIfNoEntry: false })?.ino;
  }
}
