import type { Fault } from './faults.ts';

/** What a worker thread is started with. */
export interface ThreadData {
  readonly directory: string;
  /** Milliseconds that a write waits for a lock of another program. */
  readonly busyTimeout: number;
  /** Most pages of the database, 0 = no limit. */
  readonly maxPages: number;
  /** Which database it must be, by its `instance`; null at first, where any will do. */
  readonly instance: string | null;
}

/** A write other than a message: the name of an operation of `write-ops.ts` and its arguments. */
export interface PostedOperation {
  /** It comes before the message of this index. */
  readonly at: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/**
 * Writes that become one transaction. Messages travel in columns, because cloning an object for each would cost the main
 * thread more than all the rest of an append.
 */
export interface PostedBatch {
  readonly kind: 'batch';
  /** The time that its messages get. */
  readonly now: number;
  /** For each message: key of the room, key of the sender, the sender's time or NaN. */
  readonly numbers: Float64Array;
  /** For each message: client message id, content. */
  readonly texts: readonly string[];
  readonly operations: readonly PostedOperation[];
  /** Of all that is written, roughly. */
  readonly bytes: number;
}

export type WriterRequest = PostedBatch | { readonly kind: 'probe' } | { readonly kind: 'close' };

export type OperationResult = { readonly value: unknown } | { readonly fault: Fault };

/** What became of the messages of a batch, one entry for each. */
export interface StoredColumns {
  /** Positive where it was stored, negative where it had been stored before, 0 without a room, NaN for a bad row. */
  readonly offsets: Float64Array;
  readonly timestamps: Float64Array;
}

export interface StoredBatch extends StoredColumns {
  readonly operations: readonly OperationResult[];
  /** What is wrong with its first bad row. */
  readonly rowFault: string | null;
}

export type WriterReply =
  /** The first message of a thread: whether the database is open, and which one it is. */
  | { readonly kind: 'opened'; readonly fault: Fault }
  | { readonly kind: 'opened'; readonly fault: null; readonly instance: string }
  | ({ readonly kind: 'stored' } & StoredBatch)
  /** Nothing of the batch was stored, for certain; or nobody knows. */
  | { readonly kind: 'failed'; readonly certain: boolean; readonly reason: string }
  | { readonly kind: 'probed'; readonly reason: string | null };

/** A call of a reading thread, and its answer. */
export interface ReaderRequest {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

export type ReaderReply = { readonly id: number } & OperationResult;

/** The address of a thread's file: a sibling, `.ts` when run from the source and `.js` when built. */
export function threadFile(name: string): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./${name}.${extension}`, import.meta.url);
}
