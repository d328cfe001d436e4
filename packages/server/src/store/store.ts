/**
 * What the product keeps for good: users, sessions, chat rooms, messages, and how far each user has read.
 *
 * Guarantees, which the contract suite checks on each implementation:
 * - What a method has answered is on disk: it survives kill -9 and power loss.
 * - Messages of one room have offsets 1, 2, 3 … without a hole, in the order of the calls of `append`.
 * - The same (room, sender, client message id) is stored once; a repetition gets the first result.
 * - Times of messages never go back within a room.
 * - Nothing here blocks the event loop on a disk.
 *
 * Keys (`userKey`, `roomKey`) are the store's own small numbers; ids are what the world sees.
 */
export interface Store {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly rooms: ChatRoomStore;
  readonly messages: MessageStore;
  readonly reads: ReadStore;
  /** Whether writes work just now. It is tried again by itself, and `onAvailability` tells of each change. */
  readonly available: boolean;
  onAvailability(listener: (available: boolean, reason: string | null) => void): void;
  /** Writes what is queued, then closes. */
  close(): Promise<void>;
}

export type StoreErrorCode =
  /** Something of that name exists. */
  | 'conflict'
  /** Nothing was changed, and nothing can be just now: the disk is full, read-only, locked, broken. */
  | 'unavailable'
  /** Nothing was changed: too much waits to be written. */
  | 'overloaded'
  /** Another process works on this database. */
  | 'locked'
  /** The database was written by a newer version of the product. */
  | 'newer'
  /** It has been closed. */
  | 'closed';

/** The only error that a store's methods reject with, faults of the program aside. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface StoredUser {
  readonly key: number;
  readonly id: string;
  /** As it was registered; compared without regard to case. */
  readonly username: string;
  /** Null where the user has none (preset `open`). */
  readonly passwordHash: string | null;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly lastSeen: number | null;
}

export interface UserStore {
  /** @throws StoreError conflict where the username is taken, in whatever case */
  create(user: { id: string; username: string; passwordHash: string | null; createdAt: number }): Promise<StoredUser>;
  findByName(username: string): Promise<StoredUser | null>;
  findByKey(key: number): Promise<StoredUser | null>;
  setPasswordHash(key: number, hash: string): Promise<void>;
  setLastSeen(seen: readonly { readonly key: number; readonly at: number }[]): Promise<void>;
  /** By username, in its order without regard to case; those behind `after`. */
  list(after: string | null, limit: number): Promise<readonly StoredUser[]>;
}

export interface StoredSession {
  /** SHA-256 of the token, in hexadecimal: the token itself is never stored. */
  readonly tokenHash: string;
  readonly userKey: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface SessionStore {
  create(session: StoredSession): Promise<void>;
  /** The session and its user, whether it has expired or not; null where there is none. */
  find(tokenHash: string): Promise<{ readonly session: StoredSession; readonly user: StoredUser } | null>;
  extend(tokenHash: string, expiresAt: number): Promise<void>;
  /** False where there was none. */
  delete(tokenHash: string): Promise<boolean>;
  /** All of a user's but one. Returns the hashes of those that are gone. */
  deleteOfUser(userKey: number, except: string | null): Promise<readonly string[]>;
  deleteExpired(now: number): Promise<void>;
}

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
  /** Keeps the last `perRoom` messages of each room (0 = all) and those younger than `olderThan` (0 = all). */
  prune(perRoom: number, olderThan: number): Promise<number>;
}

export interface ReadStore {
  /** How far the user has read, by room key. */
  of(userKey: number): Promise<ReadonlyMap<number, number>>;
  /** Never goes back. */
  mark(userKey: number, roomKey: number, offset: number): Promise<void>;
}
