import type { WebhookStore } from './webhook-store.ts';

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
  readonly logs: LogStore;
  readonly clientSessions: ClientSessionStore;
  readonly outbox: OutboxStore;
  readonly webhooks: WebhookStore;
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
  /** @param former set only where this is the present one. Resolves to whether it was set */
  setPasswordHash(key: number, hash: string, former?: string | null): Promise<boolean>;
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

/** What a Socket.IO client may come back to, and what a backend has been told of a user. */
export interface StoredClientSession {
  /** The secret by which the client names it. */
  readonly pid: string;
  readonly sid: string;
  /** Whether a client can come back to it. */
  readonly restorable: boolean;
  /** Whom a token proved the client to be when it connected. */
  readonly subject: string | null;
  readonly userId: string | null;
  /** Increases with each session. */
  readonly number: number;
  /** Whether the backend knows that the user is here. */
  readonly announced: boolean;
  /** Full names, and the position at which the client joined. */
  readonly rooms: readonly (readonly [name: string, position: string])[];
  /** Those of them into which the backend has put the user. */
  readonly placed: readonly string[];
  readonly connectionId: string;
  /** Events that the backend has been told of it so far. */
  readonly sequence: number;
  /** When it was written, in milliseconds since 1970. */
  readonly seenAt: number;
}

export interface ClientSessionStore {
  load(): Promise<readonly StoredClientSession[]>;
  put(session: StoredClientSession): Promise<void>;
  delete(pids: readonly string[]): Promise<void>;
}

/** An event of a client on its way into the outbox. */
export interface OutboxDraft {
  /** The same user's same id is the same event. */
  readonly id: string;
  readonly userId: string;
  /** Its name, for lists and headers. */
  readonly event: string;
  /** JSON, as the backend gets it. */
  readonly body: string;
  readonly createdAt: number;
}

/** Where an event is. */
export interface OutboxPlace {
  /** Its place in the order of all. Never used twice. */
  readonly seq: number;
  /** False where it was there before. */
  readonly isNew: boolean;
}

/** An event that waits for the backend. */
export interface WaitingEvent extends OutboxDraft {
  readonly seq: number;
}

export interface OutboxPage {
  readonly events: readonly WaitingEvent[];
  readonly hasMore: boolean;
}

/** What makes an event a dead letter. */
export interface OutboxBurial {
  readonly seq: number;
  readonly at: number;
  /** The backend's status, if it has such a thing. */
  readonly status: number | null;
  readonly reason: string;
  /** How often it was tried. */
  readonly attempts: number;
}

/** An event that was refused for good. */
export interface DeadEvent extends Omit<OutboxDraft, 'body'>, Omit<OutboxBurial, 'at'> {
  readonly bytes: number;
  readonly deadAt: number;
}

/** What a step of redriving or deleting dead letters did. */
export interface OutboxChange {
  readonly count: number;
  readonly bytes: number;
  /** The highest seq that was ever given. */
  readonly top: number;
  /** Whether another step may find more. */
  readonly hasMore: boolean;
}

/** Bytes are those of the bodies in UTF-8. */
export interface OutboxSize {
  readonly waiting: number;
  readonly waitingBytes: number;
  readonly dead: number;
  readonly deadBytes: number;
  /** The highest seq that was ever given. */
  readonly top: number;
}

/** Events of clients that the backend does not have yet, and those that it refused. */
export interface OutboxStore {
  /** Resolves in the order of the calls, which is that of `seq`. @throws StoreError overloaded, unavailable, closed */
  add(event: OutboxDraft): Promise<OutboxPlace>;
  /** Lets go of delivered events and makes dead letters of refused ones, in one step. */
  settle(delivered: readonly number[], refused: readonly OutboxBurial[]): Promise<void>;
  /** Waiting events above a place, in their order; fewer where their bodies are longer than `bytes`, but one at least. */
  waiting(after: number, limit: number, bytes: number): Promise<OutboxPage>;
  /** As `waiting`, of one user, up to a place. */
  ofUser(userId: string, after: number, upTo: number, limit: number, bytes: number): Promise<OutboxPage>;
  /** When the event that waits first was made, or null. */
  oldest(): Promise<number | null>;
  /** Dead letters above a place, in their order. */
  dead(after: number, limit: number): Promise<readonly DeadEvent[]>;
  /** Reads through all rows: for the start. */
  size(): Promise<OutboxSize>;
  /** Some dead letters become waiting events again, at the end of the queue. Null = whichever. */
  redrive(ids: readonly string[] | null): Promise<OutboxChange>;
  /** Some dead letters are deleted. Null = whichever. */
  purge(ids: readonly string[] | null): Promise<OutboxChange>;
  /** Deletes the oldest dead letters until so many bytes are gone. */
  trim(bytes: number): Promise<OutboxChange>;
}
