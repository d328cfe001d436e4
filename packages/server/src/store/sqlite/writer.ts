import type { Database, Statement } from 'better-sqlite3';
import { StoreError } from '../store.ts';
import { Appender } from './appender.ts';
import { FileIdentity, openWriting } from './database.ts';
import { isDatabaseFault, reasonOf, toFault } from './faults.ts';
import type { OperationResult, PostedBatch, StoredBatch, ThreadData, WriterReply } from './thread.ts';
import { writeOperations } from './write-operations.ts';

/** What a probe writes, in bytes: a disk that takes less of it is still full. */
const PROBE = 65_536;

/** Everything that belongs to one connection. */
interface Connection {
  readonly db: Database;
  readonly begin: Statement<[]>;
  readonly commit: Statement<[]>;
  readonly rollback: Statement<[]>;
  readonly appender: Appender;
  readonly operations: Readonly<Record<string, (...args: never[]) => unknown>>;
  readonly probe: Statement<[number]>;
  readonly instance: string;
}

/** The one that writes: each batch in one transaction. It never throws for a fault of the database, it answers it. */
export class Writer {
  readonly #data: ThreadData;
  readonly #identity: FileIdentity;
  /** Null after a fault that a new connection may mend. */
  #connection: Connection | null;
  readonly #instance: string;
  /** Why the last try failed, or null. */
  #away: string | null = null;

  /** @throws StoreError newer, or an error of SQLite */
  constructor(data: ThreadData) {
    this.#data = data;
    this.#connection = connect(data);
    this.#instance = this.#connection.instance;
    this.#identity = new FileIdentity(data.directory);
  }

  /** Names the database. */
  get instance(): string {
    return this.#instance;
  }

  /**
   * Stores a batch, or nothing of it. After a failure all fail at once until a probe has succeeded: a batch behind one
   * that failed must not overtake it, and not wait for a lock either.
   */
  write(batch: PostedBatch): WriterReply {
    if (this.#away !== null) return { kind: 'failed', certain: true, reason: this.#away };
    let isCommitting = false;
    try {
      this.#identity.check();
      const connection = this.#open();
      connection.begin.run();
      const stored = run(connection, batch);
      isCommitting = true;
      connection.commit.run();
      return { kind: 'stored', ...stored };
    } catch (error) {
      this.#away = this.#recover(error);
      return { kind: 'failed', certain: !isCommitting || isRefusal(error), reason: this.#away };
    }
  }

  /** Tries a real write, on a new connection where that may help. */
  probe(): WriterReply {
    try {
      this.#identity.check();
      const { probe } = this.#open();
      probe.run(PROBE);
      // It gives its pages to those that come next.
      probe.run(0);
      this.#away = null;
    } catch (error) {
      this.#away = this.#recover(error);
    }
    return { kind: 'probed', reason: this.#away };
  }

  /** Brings the write-ahead log into the database. Returns how many pages it has left. */
  checkpoint(mode: 'PASSIVE' | 'RESTART'): number {
    const [row] = this.#open().db.pragma(`wal_checkpoint(${mode})`) as { log: number; checkpointed: number }[];
    return row ? row.log - row.checkpointed : 0;
  }

  /** The last connection that closes brings the write-ahead log into the database and deletes it. */
  close(): void {
    this.#drop();
  }

  #open(): Connection {
    this.#connection ??= connect({ ...this.#data, instance: this.#instance });
    return this.#connection;
  }

  /** Undoes what was begun. Returns what is wrong, in words. */
  #recover(error: unknown): string {
    try {
      const connection = this.#connection;
      if (connection?.db.inTransaction) connection.rollback.run();
      if (!isLocked(error)) this.#drop();
    } catch {
      this.#drop();
    }
    return isDatabaseFault(error) ? reasonOf(error) : String(error);
  }

  #drop(): void {
    try {
      this.#connection?.db.close();
    } catch {
      // It is broken anyway.
    }
    this.#connection = null;
  }
}

/** Whether somebody else holds the lock; the connection itself is as good as ever. */
function isLocked(error: unknown): boolean {
  return isDatabaseFault(error) && error.code.startsWith('SQLITE_BUSY');
}

/**
 * Whether a commit that failed so has certainly left nothing behind: its last frame is not in the log. Where a disk
 * failed while it was flushed, the frame may be there all the same, and count after the next start.
 */
function isRefusal(error: unknown): boolean {
  return isLocked(error) || (isDatabaseFault(error) && error.code === 'SQLITE_FULL');
}

/** @throws StoreError unavailable where it is another database than `data.instance` */
function connect(data: ThreadData): Connection {
  const db = openWriting(data);
  try {
    const instance = String(db.prepare("SELECT hex(value) FROM meta WHERE name = 'instance'").pluck().get());
    if (data.instance !== null && data.instance !== instance) {
      throw new StoreError('unavailable', 'The database file is another one than before');
    }
    return {
      db,
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
      appender: new Appender(db),
      operations: writeOperations(db),
      probe: db.prepare("UPDATE meta SET value = zeroblob(?) WHERE name = 'probe'"),
      instance,
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** All of a batch in its order, without the commit. */
function run({ appender, operations }: Connection, batch: PostedBatch): StoredBatch {
  const count = batch.numbers.length / 3;
  const columns = { offsets: new Float64Array(count), timestamps: new Float64Array(count) };
  const results: OperationResult[] = [];
  let next = 0;
  appender.begin(batch.now);
  for (const { at, name, args } of batch.operations) {
    for (; next < at; next++) appender.store(next, batch.numbers, batch.texts, columns);
    appender.settle();
    results.push(operate(operations[name], args));
  }
  for (; next < count; next++) appender.store(next, batch.numbers, batch.texts, columns);
  appender.settle();
  return { ...columns, operations: results, rowFault: appender.rowFault };
}

/** A refusal concerns this operation alone: its statement had no effect. */
function operate(operation: ((...args: never[]) => unknown) | undefined, args: readonly unknown[]): OperationResult {
  try {
    return { value: operation?.(...(args as never[])) };
  } catch (error) {
    if (isDatabaseFault(error)) throw error;
    return { fault: toFault(error) };
  }
}
