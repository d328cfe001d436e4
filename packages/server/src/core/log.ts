import type { PublicationRecord, Sender } from './publication.ts';
import type { RecentLog } from './recent-log.ts';

/** What a log holds around a position. `publications` are oldest first and contiguous. */
export interface LogPage {
  readonly publications: readonly PublicationRecord[];
  /** Whether nothing is missing between the position asked for and the first publication. */
  readonly complete: boolean;
  /** Whether there are more in the direction that was asked for: newer with `since`, older with `page`. */
  readonly hasMore: boolean;
}

/**
 * A room's log, as it is read. Guarantees: publications are numbered from 1 without a hole, in the order in which they
 * entered; `epoch` changes when numbering starts over, so that an offset means something only together with its epoch.
 * Reading may be asynchronous (a log on disk), and may find more than `top`: publications that are stored and about to
 * be delivered. Whoever joins meanwhile misses nothing (see recover.ts). A read that fails rejects.
 */
interface LogReader {
  readonly epoch: string;
  /** The offset of the last publication that was delivered, 0 before the first. */
  readonly top: number;
  /** The part of it in memory. */
  readonly tail: RecentLog;
  /** Whether it has nothing that a room without members must be kept for. */
  readonly isSpent: boolean;
  /**
   * What comes after `offset`: the first `limit` at least, where there are so many; fewer where a log on disk would have
   * to read more than `bytes`, but one at least.
   */
  since(offset: number, limit: number, bytes?: number): LogPage | Promise<LogPage>;
  /**
   * The last `limit` publications below `before`, or at the end; fewer where they are more than `bytes` on the wire, but
   * one at least.
   */
  page(limit: number, before?: number, bytes?: number): LogPage | Promise<LogPage>;
  /** Lets go of what is too old or too much. */
  trim(): void;
}

/** A log in memory: it takes a publication at once. */
export interface MemoryLog extends LogReader {
  readonly kind: 'memory';
  append(record: Omit<PublicationRecord, 'offset'>): PublicationRecord;
}

/** What became of a publication that was given to a log on disk. */
export type Submission =
  /** It is on disk, and new: it is to be delivered. */
  | { readonly status: 'stored'; readonly record: PublicationRecord }
  /** The same had been stored (or, while the disk is away, delivered) before. */
  | { readonly status: 'duplicate'; readonly record: PublicationRecord }
  /** The disk is away: it is to be delivered without an offset. */
  | { readonly status: 'unsaved'; readonly record: PublicationRecord }
  /** The room has been deleted meanwhile. */
  | { readonly status: 'gone' };

/** A message before its place and time are known. */
export interface Draft {
  readonly content: string;
  readonly sender: Sender & { readonly userKey: number };
  readonly clientMessageId: string;
  readonly clientTime: number | null;
}

/** A log on disk: what it is given is stored first, in the order of the calls. */
export interface DurableLog extends LogReader {
  readonly kind: 'durable';
  /** Publications of the recent past that are in memory: what a joiner gets where the disk does not answer. */
  recent(limit: number): LogPage;
  /**
   * Calls back once the outcome is known, in the order of the calls; `top` has been moved by then.
   * @throws CommandError OVERLOADED where too much waits
   */
  submit(draft: Draft, done: (submission: Submission) => void): void;
}

/** What became of a publication that was given to a log of programs' rooms. */
export interface Stored {
  readonly record: PublicationRecord;
  /** The same (by its client message id) had been stored before: this is what it was. */
  readonly duplicate: boolean;
}

/** A log on disk that keeps the recent publications of a room: what it is given is stored first. */
export interface StoredLog extends LogReader {
  readonly kind: 'stored';
  /** Whether nothing is on its way to disk. */
  readonly isIdle: boolean;
  /** Publications of the recent past that are in memory. */
  recent(limit: number): LogPage;
  /**
   * Resolves in the order of the calls, of all such logs together. A new one is in `tail` by then, `top` has been moved,
   * and it must be delivered in the same step.
   * @throws CommandError STORAGE_UNAVAILABLE, OVERLOADED, SHUTTING_DOWN: rejects with them
   */
  store(draft: Omit<PublicationRecord, 'offset' | 'sequence'>): Promise<Stored>;
  /** Bytes on the wire of what came after a place in the order of all publications; null as with `sinceSequence`. */
  bytesSince(sequence: number, limit: number): number | null | Promise<number | null>;
  /** What came after that place; null where some of it is gone, or where it is more than `limit` or longer than `bytes`. */
  sinceSequence(
    sequence: number,
    limit: number,
    bytes: number,
  ): readonly PublicationRecord[] | null | Promise<readonly PublicationRecord[] | null>;
  /** The store has put another event and data in the place of a publication: here, in memory, it is done as well. */
  forget(offset: number, event: string, data: Buffer): void;
  /** The store has deleted everything up to an offset: in memory it goes as well. */
  cutThrough(offset: number): void;
}

export type RoomLog = MemoryLog | DurableLog | StoredLog;
