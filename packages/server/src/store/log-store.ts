/** A room of programs whose recent publications are kept. */
export interface StoredLogRow {
  /** Full name. */
  readonly room: string;
  readonly epoch: string;
  readonly top: number;
  /** When the last publication came, in milliseconds since 1970; 0 where there is none any more. */
  readonly lastAt: number;
}

/** A publication of a program's room as it is kept. */
export interface StoredPublication {
  readonly offset: number;
  /** Its place among those of all rooms. */
  readonly sequence: number;
  readonly event: string;
  readonly data: Uint8Array;
  /** Packed, see `stored-record.ts`. */
  readonly attachments: Uint8Array | null;
  /** JSON of who published, or null. */
  readonly sender: string | null;
  readonly messageId: string | null;
  readonly timestamp: number;
}

export interface PublicationPage {
  /** Oldest first. */
  readonly publications: readonly StoredPublication[];
  /** Whether there are more in the direction that was asked for. */
  readonly hasMore: boolean;
}

/** What a room has since a place in the order of all publications. */
export interface MissedSize {
  /** The highest sequence of this room's that was deleted. */
  readonly gone: number;
  readonly count: number;
  /** Bytes. */
  readonly data: number;
  readonly attachments: number;
  /** When the first of them was published; null where there is none. */
  readonly oldest: number | null;
}

/** The recent publications of rooms that programs write into. */
export interface LogStore {
  /** All logs, and the highest sequence that was ever given. For the start. */
  load(): Promise<{ readonly logs: readonly StoredLogRow[]; readonly sequence: number }>;
  /**
   * Stores a publication at the end of its room's log, which begins with `epoch` where it does not exist. The same
   * messageId in the same room is stored once. Resolves in the order of the calls.
   * @throws StoreError overloaded, unavailable
   */
  append(
    publication: Omit<StoredPublication, 'offset' | 'sequence'> & { readonly room: string; readonly epoch: string },
  ): Promise<{
    readonly offset: number;
    readonly sequence: number;
    readonly timestamp: number;
    /** Of the log that it is in. */
    readonly epoch: string;
    readonly duplicate: boolean;
  }>;
  /** Those above an offset; fewer where their data and attachments are more than `bytes`, but one at least. */
  after(room: string, offset: number, limit: number, bytes: number): Promise<PublicationPage>;
  /** As `after`, the last ones below an offset. */
  before(room: string, offset: number, limit: number, bytes: number): Promise<PublicationPage>;
  /**
   * All above a sequence, oldest first; null where they are more than `limit` or longer than `bytes`. `gone` is the
   * highest sequence of this room's that was deleted.
   */
  since(
    room: string,
    sequence: number,
    limit: number,
    bytes: number,
  ): Promise<{ readonly gone: number; readonly publications: readonly StoredPublication[] | null }>;
  /** What `since` would read, without reading it; counts up to `limit`. */
  sizeSince(room: string, sequence: number, limit: number): Promise<MissedSize>;
  /** Deletes publications of a room up to an offset. */
  cut(room: string, offset: number): Promise<void>;
  /** Deletes publications in a namespace from before a time. */
  expire(namespace: string, before: number): Promise<void>;
  /** Deletes whole logs. */
  drop(rooms: readonly string[]): Promise<void>;
}
