import type { PublicationRecord } from './publication.ts';

/** What a log holds after a position. `publications` are oldest first and contiguous. */
export interface LogPage {
  readonly publications: readonly PublicationRecord[];
  /** Whether nothing is missing between the position asked for and the first publication. */
  readonly complete: boolean;
  /** Whether the log holds older publications than these. */
  readonly hasMore: boolean;
}

/**
 * A room's log. Guarantees: `append` numbers publications from 1 without a hole, in the order of its calls;
 * `epoch` changes when numbering starts over, so that an offset means something only together with its epoch.
 * Reading may be asynchronous (a log on disk); whoever joins meanwhile misses nothing (see recover.ts).
 */
export interface RoomLog {
  readonly epoch: string;
  /** The offset of the last publication, 0 before the first. */
  readonly top: number;
  append(record: Omit<PublicationRecord, 'offset'>): PublicationRecord;
  /** Everything after `offset`. */
  since(offset: number): LogPage | Promise<LogPage>;
  /**
   * The last `limit` publications below `before`, or at the end; fewer where their data is more than `bytes`, but one
   * at least.
   */
  page(limit: number, before?: number, bytes?: number): LogPage | Promise<LogPage>;
}
