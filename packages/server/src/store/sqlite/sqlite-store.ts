import type { Logger } from '../../telemetry/log.ts';
import { type Clock, systemClock } from '../../util/clock.ts';
import type { SessionStore, UserStore } from '../account-store.ts';
import type { ChatRoomStore, MessageStore, ReadStore } from '../chat-store.ts';
import type { ClientSessionStore } from '../client-session-store.ts';
import type { LogStore } from '../log-store.ts';
import type { OutboxStore } from '../outbox-store.ts';
import { type Store, StoreError } from '../store.ts';
import type { WebhookStore } from '../webhook-store.ts';
import { toFault } from './faults.ts';
import { type DirectoryLock, lockDirectory, prepareFiles } from './files.ts';
import { fromColumns } from './message-rows.ts';
import { PRUNE_START } from './prune.ts';
import type { ReadOperations } from './read-operations.ts';
import { SearchLink } from './search-link.ts';
import type { ThreadData } from './thread.ts';
import { ThreadCalls } from './thread-calls.ts';
import { webhooksOf } from './webhooks.ts';
import { WriteQueue } from './write-queue.ts';

export interface SqliteStoreOptions {
  /** Made if it does not exist; readable by the owner alone. */
  readonly directory: string;
  readonly log: Logger;
  readonly clock?: Clock;
  /** Writes that may wait; more are `overloaded`. */
  readonly maxQueued?: number;
  /** Their bytes. */
  readonly maxQueuedBytes?: number;
  /** Milliseconds that a write waits for another program's lock before the database counts as away. */
  readonly busyTimeout?: number;
  /** Milliseconds between tries while the database is away. */
  readonly probeInterval?: number;
  /** Most pages (of 4 KiB) of the database, 0 = no limit. More is as if the disk were full. */
  readonly maxPages?: number;
}

const DEFAULTS = {
  clock: systemClock,
  maxQueued: 100_000,
  maxQueuedBytes: 64 * 1024 * 1024,
  busyTimeout: 250,
  probeInterval: 500,
  maxPages: 0,
} as const;

/**
 * Opens the database in a directory, or makes it.
 * @throws StoreError locked where another process has it, newer where a newer version wrote it, unavailable where it
 * cannot be opened or written
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const settings = { ...DEFAULTS, ...options };
  const lock = takeDirectory(settings.directory);
  const store = new SqliteStore(settings, lock);
  const fault = await store.open();
  if (!fault) return store;
  await store.close();
  throw fault;
}

function takeDirectory(directory: string): DirectoryLock {
  try {
    prepareFiles(directory);
    return lockDirectory(directory);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const { message } = toFault(error);
    throw new StoreError('unavailable', `The data folder ${directory} cannot be used: ${message}`, { cause: error });
  }
}

/** A store in one SQLite database: one thread writes, one reads, one searches; this one only hands over. */
export class SqliteStore implements Store {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly rooms: ChatRoomStore;
  readonly messages: MessageStore;
  readonly reads: ReadStore;
  readonly logs: LogStore;
  readonly clientSessions: ClientSessionStore;
  readonly outbox: OutboxStore;
  readonly webhooks: WebhookStore;
  readonly #queue: WriteQueue;
  readonly #reader: ThreadCalls<ReadOperations>;
  readonly #search: SearchLink;
  readonly #lock: DirectoryLock;
  readonly #listeners: ((available: boolean, reason: string | null) => void)[] = [];
  #closed: Promise<void> | null = null;

  constructor(settings: Required<SqliteStoreOptions>, lock: DirectoryLock) {
    const { directory, busyTimeout, maxPages } = settings;
    const thread: ThreadData = { directory, busyTimeout, maxPages, instance: null };
    this.#lock = lock;
    this.#reader = new ThreadCalls('reader-thread', thread, settings.log);
    this.#search = new SearchLink(thread, settings.log);
    this.#queue = new WriteQueue({
      ...settings,
      thread,
      onStored: () => this.#search.noteStored(),
      onAvailability: (available, reason) => {
        for (const listener of this.#listeners) listener(available, reason);
      },
    });
    this.users = usersOf(this.#queue, this.#reader);
    this.sessions = sessionsOf(this.#queue, this.#reader);
    this.rooms = roomsOf(this.#queue, this.#reader);
    this.messages = messagesOf(this.#queue, this.#reader, this.#search, settings.clock);
    this.reads = readsOf(this.#queue, this.#reader);
    this.logs = logsOf(this.#queue, this.#reader);
    this.clientSessions = clientSessionsOf(this.#queue, this.#reader);
    this.outbox = outboxOf(this.#queue, this.#reader);
    this.webhooks = webhooksOf(this.#queue, this.#reader, this.#search);
  }

  get available(): boolean {
    return this.#queue.reason === null;
  }

  onAvailability(listener: (available: boolean, reason: string | null) => void): void {
    this.#listeners.push(listener);
  }

  /** Called once, by `openSqliteStore`. Resolves to what is wrong, or null. */
  async open(): Promise<StoreError | null> {
    this.#reader.start();
    const fault = await this.#queue.open();
    if (fault) return new StoreError(fault.code ?? 'unavailable', fault.message);
    await this.#reader.call('ready');
    // What was stored before the last death may not be indexed.
    this.#search.noteStored();
    return null;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** For tests: the writing thread ends as it would for lack of memory. */
  killWriter(): Promise<void> {
    return this.#queue.killThread();
  }

  async #close(): Promise<void> {
    // The readers first: without them the last checkpoint can take in the whole log.
    await Promise.all([this.#reader.close(), this.#search.close()]);
    await this.#queue.close();
    this.#lock.release();
  }
}

type Reader = ThreadCalls<ReadOperations>;

function usersOf(queue: WriteQueue, reader: Reader): UserStore {
  return {
    create: (user) => queue.call('createUser', user),
    findByName: (username) => reader.call('userByName', username),
    findByKey: (key) => reader.call('userByKey', key),
    setPasswordHash: (key, hash, former) => queue.call('setPasswordHash', key, hash, former),
    setLastSeen: (seen) => queue.call('setLastSeen', seen),
    list: (after, limit) => reader.call('listUsers', after, limit),
  };
}

function sessionsOf(queue: WriteQueue, reader: Reader): SessionStore {
  return {
    create: (session) => queue.call('createSession', session),
    find: (tokenHash) => reader.call('findSession', tokenHash),
    extend: (tokenHash, expiresAt) => queue.call('extendSession', tokenHash, expiresAt),
    delete: (tokenHash) => queue.call('deleteSession', tokenHash),
    deleteOfUser: (userKey, except) => queue.call('deleteSessionsOfUser', userKey, except),
    deleteExpired: (now) => queue.call('deleteExpiredSessions', now),
  };
}

function roomsOf(queue: WriteQueue, reader: Reader): ChatRoomStore {
  return {
    load: () => reader.call('loadRooms'),
    create: (room) => queue.call('createRoom', room),
    delete: (key, deletedAt) => queue.call('deleteRoom', key, deletedAt),
  };
}

function readsOf(queue: WriteQueue, reader: Reader): ReadStore {
  return {
    of: (userKey) => reader.call('readsOf', userKey),
    unread: (userKey, marks) => reader.call('unread', userKey, marks),
    mark: (userKey, roomKey, offset) => queue.call('markRead', userKey, roomKey, offset),
  };
}

function logsOf(queue: WriteQueue, reader: Reader): LogStore {
  return {
    load: () => reader.call('loadLogs'),
    append: (publication) => queue.call('appendPublication', publication),
    after: (room, offset, limit, bytes) => reader.call('publicationsAfter', room, offset, limit, bytes),
    before: (room, offset, limit, bytes) => reader.call('publicationsBefore', room, offset, limit, bytes),
    since: (room, sequence, limit, bytes) => reader.call('publicationsSince', room, sequence, limit, bytes),
    sizeSince: (room, sequence, limit) => reader.call('sizeSince', room, sequence, limit),
    cut: (room, offset) => queue.call('cutLog', room, offset),
    expire: (namespace, before) => queue.call('expirePublications', namespace, before),
    drop: (rooms) => queue.call('dropLogs', rooms),
  };
}

function clientSessionsOf(queue: WriteQueue, reader: Reader): ClientSessionStore {
  return {
    load: () => reader.call('loadClientSessions'),
    put: (session) => queue.call('putClientSession', session),
    delete: (pids) => queue.call('deleteClientSessions', pids),
  };
}

function outboxOf(queue: WriteQueue, reader: Reader): OutboxStore {
  return {
    add: (event) => queue.call('addToOutbox', event),
    settle: (delivered, refused) => queue.call('settleOutbox', delivered, refused),
    waiting: (after, limit, bytes) => reader.call('outboxWaiting', after, limit, bytes),
    ofUser: (userId, after, upTo, limit, bytes) => reader.call('outboxOfUser', userId, after, upTo, limit, bytes),
    oldest: () => reader.call('outboxOldest'),
    dead: (after, limit) => reader.call('outboxDead', after, limit),
    size: () => reader.call('outboxSize'),
    redrive: (ids) => queue.call('redriveOutbox', ids),
    purge: (ids) => queue.call('purgeOutbox', ids),
    trim: (bytes) => queue.call('trimOutbox', bytes),
  };
}

function messagesOf(queue: WriteQueue, reader: Reader, search: SearchLink, clock: Clock): MessageStore {
  let pruning: Promise<unknown> = Promise.resolve();
  const prune: MessageStore['prune'] = async (perRoom, olderThan, onGone) => {
    const retention = { perRoom, olderThan, now: clock.now() };
    for (let progress = PRUNE_START; ; ) {
      progress = await queue.call('prune', progress, retention);
      if (progress.forgotten.length > 0) {
        search.forget(progress.forgotten);
        onGone?.(progress.roomKey, progress.bottom);
      }
      if (progress.done) return progress.pruned;
    }
  };
  return {
    append: (draft, done) => queue.append(draft, done),
    async page(query) {
      const { columns, hasMore } = await reader.call('page', query);
      return { messages: fromColumns(columns), hasMore };
    },
    search: (query) => search.search(query),
    prune(...args) {
      const turn = pruning.then(() => prune(...args));
      pruning = turn.catch(() => {}); // told to who asked
      return turn;
    },
  };
}
