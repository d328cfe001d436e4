import Database from 'better-sqlite3';
import { StoreError } from '../store.ts';

/** Codes of SQLite that blame the values of one statement: that statement had no effect, the rest of the batch stands. */
const ROW_FAULTS = ['SQLITE_CONSTRAINT', 'SQLITE_TOOBIG', 'SQLITE_MISMATCH', 'SQLITE_RANGE'];

/**
 * Whether an error means that the database cannot be used just now (full, locked, read-only, broken), rather than that a
 * value or the program is wrong.
 */
export function isDatabaseFault(error: unknown): error is Error & { readonly code: string } {
  if (!(error instanceof Database.SqliteError)) return error instanceof DatabaseReplaced;
  return !ROW_FAULTS.some((code) => error.code.startsWith(code));
}

/** Whether a constraint of the schema stands against a statement. */
export function isConstraint(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT');
}

/** The file at the database's path is not the one that was opened: what is written would be lost with the old one. */
export class DatabaseReplaced extends Error {
  override readonly name = 'DatabaseReplaced';
  readonly code = 'SQLITE_REPLACED';
}

/** An error as it travels between threads. */
export interface Fault {
  readonly code: StoreError['code'] | null;
  readonly message: string;
}

export function toFault(error: unknown): Fault {
  if (error instanceof StoreError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return isDatabaseFault(error) ? { code: 'unavailable', message: reasonOf(error) } : { code: null, message };
}

export function fromFault({ code, message }: Fault): Error {
  return code === null ? new Error(message) : new StoreError(code, message);
}

/** In words what is wrong with the database, and SQLite's code. */
export function reasonOf(error: Error & { readonly code: string }): string {
  const [, words] = REASONS.find(([prefix]) => error.code.startsWith(prefix)) ?? [];
  return `${words ?? error.message} (${error.code})`;
}

const REASONS: readonly (readonly [prefix: string, words: string])[] = [
  ['SQLITE_FULL', 'The disk is full'],
  ['SQLITE_BUSY', 'The database is locked by another program'],
  ['SQLITE_LOCKED', 'The database is locked'],
  ['SQLITE_READONLY', 'The database can only be read'],
  ['SQLITE_IOERR', 'The disk does not work'],
  ['SQLITE_CORRUPT', 'The database is damaged'],
  ['SQLITE_NOTADB', 'The database is damaged'],
  ['SQLITE_CANTOPEN', 'The database cannot be opened'],
  ['SQLITE_REPLACED', 'The database file was moved or replaced'],
];
