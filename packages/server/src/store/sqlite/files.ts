import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../store.ts';
import { isDatabaseFault, reasonOf } from './faults.ts';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export const DATABASE_FILE = 'roomcast.db';
/** Words of the messages. Made from the database, and made anew where it is missing. */
export const SEARCH_FILE = 'search.db';
const LOCK_FILE = 'roomcast.lock';

/** Makes the folder and the files of the database, readable by their owner alone. */
export function prepareFiles(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: FOLDER_MODE });
  chmodSync(directory, FOLDER_MODE);
  for (const name of [DATABASE_FILE, SEARCH_FILE, LOCK_FILE]) makePrivate(join(directory, name));
}

/**
 * SQLite gives -wal and -shm the mode of the database. A file that exists is never opened here: closing it would drop
 * the locks that this process holds on it (POSIX locks belong to the process, not to the descriptor).
 */
export function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', FILE_MODE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  for (const name of [path, `${path}-wal`, `${path}-shm`]) {
    if (statSync(name, { throwIfNoEntry: false })) chmodSync(name, FILE_MODE);
  }
}

/** Held for as long as the store is open. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the directory for this process. It is a lock of the kernel on a small database, so that it is free after any
 * death of the process.
 * @throws StoreError locked where another store has it
 */
export function lockDirectory(directory: string): DirectoryLock {
  const lock = new Database(join(directory, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isDatabaseFault(error)) throw error;
    if (!error.code.startsWith('SQLITE_BUSY')) throw new StoreError('unavailable', reasonOf(error), { cause: error });
    throw new StoreError('locked', `Another process works on the data in ${directory}. Stop it first.`);
  }
  return { release: () => lock.close() };
}
