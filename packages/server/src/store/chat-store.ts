/** A chat room as it is kept; deleted ones keep their rows. */
export interface StoredRoom {
  readonly key: number;
  /** The part behind `chat:`. Unique among rooms that are not deleted. */
  readonly id: string;
  /** As a person wrote it. */
  readonly name: string;
  /** Names the log: offsets mean something only together with it. */
  readonly epoch: string;
  /** Offset of the last message, 0 before the first. */
  readonly top: number;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  /** The last message, or else the creation. */
  readonly lastActivity: number;
  readonly deletedAt: number | null;
}

export interface ChatRoomStore {
  /** All rooms that are not deleted, and the ids of those that are (and were not created again). For the start. */
  load(): Promise<{ readonly rooms: readonly StoredRoom[]; readonly deletedIds: readonly string[] }>;
  /** @throws StoreError conflict where a room of that id exists and is not deleted */
  create(room: {
    id: string;
    name: string;
    epoch: string;
    createdBy: number | null;
    createdAt: number;
  }): Promise<StoredRoom>;
  /** Hides the room; its rows stay. False where it was deleted already. Appends that were called before are stored. */
  delete(key: number, deletedAt: number): Promise<boolean>;
}

/** A message on its way into the store. */
export interface MessageDraft {
  readonly roomKey: number;
  readonly senderKey: number;
  readonly clientMessageId: string;
  readonly content: string;
  /** The sender's own clock, if it said. */
  readonly clientTime: number | null;
}

/** What became of a draft. */
export type AppendResult =
  | { readonly status: 'stored'; readonly offset: number; readonly timestamp: number }
  /** The same had been stored before: this is where. */
  | { readonly status: 'duplicate'; readonly offset: number; readonly timestamp: number }
  /** The room is deleted or unknown. */
  | { readonly status: 'no_room' }
  /** Certainly not stored: the database is away. */
  | { readonly status: 'unavailable' };

export interface StoredMessage {
  readonly roomKey: number;
  readonly offset: number;
  readonly senderKey: number;
  readonly senderId: string;
  readonly senderName: string;
  readonly clientMessageId: string;
  readonly content: string;
  readonly timestamp: number;
  readonly clientTime: number | null;
}

export interface PageQuery {
  readonly roomKey: number;
  /** The last messages below this offset; without both, the last of all. */
  readonly before?: number;
  /** The first messages above this offset. */
  readonly after?: number;
  readonly limit: number;
  /** Fewer where their content is more than so many bytes (in UTF-16 units × 2), but one at least. */
  readonly bytes: number;
}

export interface SearchQuery {
  /** Words, all of which must be there, each as a word or the beginning of one; "quoted phrases" as they stand. */
  readonly text: string;
  readonly roomKey: number | null;
  readonly senderKey: number | null;
  /** Included. */
  readonly from: number | null;
  /** Not included. */
  readonly to: number | null;
  /** What the page before gave. */
  readonly cursor: string | null;
  readonly limit: number;
}

export interface MessageStore {
  /**
   * Queues a message. `done` is called once, later, in the order of the calls: at once in one step for all that were
   * committed together. It is not called as long as the outcome is unknown (a commit was interrupted): the store then
   * finds out by itself, by way of the client message id.
   * @throws StoreError overloaded where too much waits, unavailable where the database is known to be away
   */
  append(draft: MessageDraft, done: (result: AppendResult) => void): void;
  /** Oldest first. */
  page(query: PageQuery): Promise<{ readonly messages: readonly StoredMessage[]; readonly hasMore: boolean }>;
  /** Newest first, over all rooms that are not deleted. Everything that was acknowledged is found. */
  search(query: SearchQuery): Promise<{ readonly messages: readonly StoredMessage[]; readonly cursor: string | null }>;
  /**
   * Keeps the last `perRoom` messages of each room (0 = all) and those younger than `olderThan` (0 = all). Calls take
   * their turns. Resolves to the number of messages that are gone.
   * @param onGone told of each room, as often as some of its messages went: those up to the offset `bottom` are gone
   */
  prune(perRoom: number, olderThan: number, onGone?: (roomKey: number, bottom: number) => void): Promise<number>;
}

export interface ReadStore {
  /** How far the user has read, by room key. */
  of(userKey: number): Promise<ReadonlyMap<number, number>>;
  /**
   * How many messages of others there are behind each mark (an offset by room key). Counted among the last 200 of a
   * room, so that it costs the same however much was said.
   */
  unread(userKey: number, marks: ReadonlyMap<number, number>): Promise<ReadonlyMap<number, number>>;
  /** Never goes back. */
  mark(userKey: number, roomKey: number, offset: number): Promise<void>;
}
