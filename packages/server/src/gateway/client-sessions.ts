import type { Connection } from '../core/connection.ts';
import type { ClientSessionStore, StoredClientSession } from '../store/store.ts';
import type { Clock } from '../util/clock.ts';

/** A registered user's or a recoverable client's session: what outlives a broken connection. */
export interface ClientSession {
  /** The secret by which a client comes back. */
  readonly pid: string;
  readonly sid: string;
  /** Kept when the client comes back. */
  readonly connectionId: string;
  userId: string | null;
  /** Increases with each session; the backend knows by it what is late. 0 before the user has registered. */
  number: number;
  /** Events that the backend has been told of it. */
  sequence: number;
  /** Full names, and the position (see positions.ts) at which the client joined. */
  readonly rooms: Map<string, string>;
  /** Null while the client is away. */
  connection: Connection | null;
  /** When the connection broke, in milliseconds since 1970. */
  leftAt: number;
  /** Whether the backend knows that the user is here. */
  announced: boolean;
  /** Rooms of which the backend knows that the user is in them. */
  readonly told: Set<string>;
}

export interface ClientSessionsOptions {
  readonly store: ClientSessionStore;
  readonly clock: Clock;
}

/** Sequence numbers that are left out after a crash. */
const SEQUENCES = 1_000_000;

/** The sessions of clients, in memory and on disk: after a crash, clients come back to those on disk. */
export class ClientSessions {
  readonly #options: ClientSessionsOptions;
  readonly #byPid = new Map<string, ClientSession>();
  readonly #byUser = new Map<string, Set<ClientSession>>();
  #lastNumber = 0;

  private constructor(options: ClientSessionsOptions) {
    this.#options = options;
  }

  /** Those that were on disk count as having broken just now: nobody knows when. */
  static async load(options: ClientSessionsOptions): Promise<ClientSessions> {
    const sessions = new ClientSessions(options);
    const now = options.clock.now();
    for (const stored of await options.store.load()) {
      const { rooms, connectionId, seenAt: _, ...rest } = stored;
      const session = {
        ...rest,
        connectionId,
        rooms: new Map(rooms),
        connection: null,
        leftAt: now,
        // What it was told after the last write is not known.
        sequence: stored.sequence + SEQUENCES,
        announced: stored.number > 0,
        told: new Set(rooms.map(([name]) => name)),
      };
      sessions.#add(session);
      sessions.#lastNumber = Math.max(sessions.#lastNumber, stored.number);
    }
    return sessions;
  }

  get size(): number {
    return this.#byPid.size;
  }

  all(): IterableIterator<ClientSession> {
    return this.#byPid.values();
  }

  get(pid: string): ClientSession | null {
    return this.#byPid.get(pid) ?? null;
  }

  ofUser(userId: string): Iterable<ClientSession> {
    return this.#byUser.get(userId) ?? [];
  }

  begin(pid: string, sid: string, connection: Connection): ClientSession {
    const session: ClientSession = {
      pid,
      sid,
      connectionId: connection.id,
      userId: null,
      number: 0,
      sequence: 0,
      rooms: new Map(),
      connection,
      leftAt: 0,
      announced: false,
      told: new Set(),
    };
    this.#add(session);
    return session;
  }

  /** The session becomes a user's. */
  register(session: ClientSession, userId: string): void {
    session.userId = userId;
    this.#index(session);
  }

  /** Greater than all before, also of former lives of this server as long as the clock does not go back. */
  nextNumber(): number {
    this.#lastNumber = Math.max(this.#lastNumber + 1, this.#options.clock.now() * 1000);
    return this.#lastNumber;
  }

  /** Writes what is to be known after a crash. @throws StoreError: rejects */
  save(session: ClientSession): Promise<void> {
    const { pid, sid, connectionId, userId, number, sequence, rooms } = session;
    const stored: StoredClientSession = {
      ...{ pid, sid, connectionId, userId, number, sequence },
      rooms: [...rooms],
      seenAt: this.#options.clock.now(),
    };
    return this.#options.store.put(stored);
  }

  /** The session is over. */
  async end(session: ClientSession): Promise<void> {
    this.#byPid.delete(session.pid);
    if (session.userId !== null) {
      const others = this.#byUser.get(session.userId);
      others?.delete(session);
      if (others?.size === 0) this.#byUser.delete(session.userId);
    }
    await this.#options.store.delete([session.pid]);
  }

  #add(session: ClientSession): void {
    this.#byPid.set(session.pid, session);
    if (session.userId !== null) this.#index(session);
  }

  #index(session: ClientSession): void {
    const { userId } = session;
    if (userId === null) return;
    const others = this.#byUser.get(userId) ?? new Set();
    others.add(session);
    this.#byUser.set(userId, others);
  }
}
