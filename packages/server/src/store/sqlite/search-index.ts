import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database, { type Statement } from 'better-sqlite3';
import { makePrivate, SEARCH_FILE } from './files.ts';
import { TOKENIZER } from './search-text.ts';

/** Changes with everything that changes what is in the index. An index of another version is made anew. */
const VERSION = 1;

/** Milliseconds to wait for another program that has locked the index: searches can do without the latest messages. */
const PATIENCE = 500;

const SCHEMA = `
  CREATE TABLE position (id INTEGER PRIMARY KEY CHECK (id = 1), instance TEXT, seq INTEGER, timestamp INTEGER) STRICT;
  CREATE VIRTUAL TABLE words USING fts5(
    tags, content, content='', contentless_delete=1, prefix='1 2', tokenize='${TOKENIZER}'
  );
  PRAGMA user_version = ${VERSION};
`;

/** A message to be found. */
export type IndexedMessage = readonly [
  seq: number,
  roomKey: number,
  senderKey: number,
  timestamp: number,
  text: string,
];

/** Where the index stands: up to which message, and of which database. */
export interface IndexPosition {
  readonly instance: string;
  readonly seq: number;
  readonly timestamp: number;
}

/** The file of the index cannot be used. It can be deleted, since it can be made again. */
export class IndexBroken extends Error {
  override readonly name = 'IndexBroken';
}

/**
 * Which message holds which words, in a database of its own: it costs the writer nothing, a backup does not need it, and
 * it is made again when it is missing, broken or of another database.
 */
export class SearchIndex {
  readonly #db: Database.Database;
  readonly #insert: Statement<[number, string, string]>;
  readonly #delete: Statement<[number]>;
  readonly #move: Statement<[IndexPosition]>;

  /** @throws IndexBroken, or an error of SQLite */
  constructor(directory: string) {
    this.#db = guarded(() => open(join(directory, SEARCH_FILE)));
    this.#insert = this.#db.prepare('INSERT INTO words (rowid, tags, content) VALUES (?, ?, ?)');
    this.#delete = this.#db.prepare('DELETE FROM words WHERE rowid = ?');
    this.#move = this.#db.prepare(
      `INSERT INTO position VALUES (1, @instance, @seq, @timestamp)
       ON CONFLICT DO UPDATE SET instance = @instance, seq = @seq, timestamp = @timestamp`,
    );
  }

  /** Null while it is empty. */
  position(): IndexPosition | null {
    const row = this.#db.prepare<[], IndexPosition>('SELECT instance, seq, timestamp FROM position').get();
    return row ?? null;
  }

  /** Takes messages in; the last one becomes its position. */
  add(messages: readonly IndexedMessage[], instance: string): void {
    const [seq, , , timestamp] = messages.at(-1) ?? [];
    if (seq === undefined || timestamp === undefined) return;
    const write = this.#db.transaction(() => {
      for (const [rowid, roomKey, senderKey, , text] of messages) {
        if (text !== '') this.#insert.run(rowid, `r${roomKey} u${senderKey}`, text);
      }
      this.#move.run({ instance, seq, timestamp });
    });
    guarded(() => write.immediate());
  }

  remove(seqs: readonly number[]): void {
    const write = this.#db.transaction(() => {
      for (const seq of seqs) this.#delete.run(seq);
    });
    guarded(() => write.immediate());
  }

  /** Messages that match, newest first, from `low` to below `high`. Stop iterating when there are enough. */
  *find(expression: string, low: number, high: number): Generator<number> {
    const statement = this.#db.prepare<[string, number, number], number>(
      'SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC',
    );
    try {
      yield* statement.pluck().iterate(expression, low, high);
    } catch (error) {
      throw broken(error);
    }
  }

  close(): void {
    this.#db.close();
  }

  static delete(directory: string): void {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(directory, SEARCH_FILE + suffix), { force: true });
  }
}

function open(path: string): Database.Database {
  makePrivate(path);
  const db = new Database(path, { timeout: PATIENCE });
  try {
    db.pragma('journal_mode = WAL');
    // What a power failure takes from its end is indexed again.
    db.pragma('synchronous = NORMAL');
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version !== VERSION && version !== 0) throw new IndexBroken('The search index is of another version.');
    if (version === 0) db.transaction(() => db.exec(SCHEMA)).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw broken(error);
  }
}

function broken(error: unknown): unknown {
  const code = error instanceof Database.SqliteError ? error.code : '';
  const isBroken = code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB');
  return isBroken ? new IndexBroken('The search index is broken.', { cause: error }) : error;
}
