import type { Connection } from '../core/connection.ts';
import type { ClientSessionStore, StoredClientSession } from '../store/client-session-store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { newId } from '../util/ids.ts';
import type { ForwardedEvent } from './event.ts';

/** A registered user's or a recoverable client's session: what outlives a broken connection. */
export interface ClientSession {
  /** The secret by which a client comes back. */
  readonly pid: string;
  readonly sid: string;
  /** Kept when the client comes back. */
  readonly connectionId: string;
  /** Whether a client can come back to it; native clients begin anew. */
  readonly restorable: boolean;
  /** Whom the token proved the client to be when it connected: nobody else comes back to it. Null without a token. */
  readonly subject: string | null;
  userId: string | null;
  /** Increases with each session; the backend knows by it what is late. 0 before the user has registered. */
  number: number;
  /** Events that the backend has been told of it. */
  sequence: number;
  /** Full names, and the position (see positions.ts) at which the client joined. */
  readonly rooms: Map<string, string>;
  /** Those of them into which the backend has put the user, whatever the namespace and the token say. */
  readonly placed: Set<string>;
  /** Null while the client is away. */
  connection: Connection | null;
  /** When the connection broke, in milliseconds since 1970. */
  leftAt: number;
  /** Whether the backend knows that the user is here. */
  announced: boolean;
  /** Rooms of which the backend knows that the user is in them. */
  told: Set<string>;
  /**
   * That it is over, which the outbox has not taken yet. Where `announced` is true beside it, it is stored nowhere: who
   * comes back before it is has never been gone.
   */
  owed: ForwardedEvent | null;
  /** Whether it may be on disk. */
  isStored: boolean;
}

/** What a session is from its beginning on. */
export type NewSession = Pick<ClientSession, 'pid' | 'sid' | 'restorable' | 'subject'>;

export interface ClientSessionsOptions {
  readonly store: ClientSessionStore;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** Sequence numbers that are left out after a crash. */
const SEQUENCES = 1_000_000;

/** The sessions of clients, in memory and on disk: after a crash, clients come back to those on disk. */
export class ClientSessions {
  readonly #options: ClientSessionsOptions;
  readonly #byPid = new Map<string, ClientSession>();
  readonly #byUser = new Map<string, Set<ClientSession>>();
  /** What the disk did not take: changes, and that a session is over. */
  readonly #unwritten = new Set<ClientSession>();
  #isFlushing = false;
  #lastNumber = 0;

  private constructor(options: ClientSessionsOptions) {
    this.#options = options;
  }

  /** Those that were on disk count as having broken just now: nobody knows when. */
  static async load(options: ClientSessionsOptions): Promise<ClientSessions> {
    const sessions = new ClientSessions(options);
    const now = options.clock.now();
    for (const stored of await options.store.load()) {
      sessions.#add(loaded(stored, now));
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

  begin(beginning: NewSession, connection: Connection): ClientSession {
    const session: ClientSession = {
      ...beginning,
      connectionId: connection.id,
      userId: null,
      number: 0,
      sequence: 0,
      rooms: new Map(),
      placed: new Set(),
      connection,
      leftAt: 0,
      announced: false,
      told: new Set(),
      owed: null,
      isStored: false,
    };
    this.#add(session);
    return session;
  }

  /** What is left of a session whose departure the backend is still to be told of: nobody can come back to it. */
  leaveBehind(session: ClientSession, departure: ForwardedEvent): ClientSession {
    const { session: number } = departure;
    // The backend may have been told of rooms since.
    const sequence = number === session.number ? session.sequence : departure.sequence;
    const rest: ClientSession = {
      ...session,
      ...{ pid: newId(), restorable: false, number, sequence, isStored: false },
      ...{ rooms: new Map(), placed: new Set(), connection: null, leftAt: this.#options.clock.now() },
    };
    this.#add(rest);
    return rest;
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

  /**
   * Writes what is to be known after a crash. A session that nobody has registered with, and which was never in a room,
   * need not be found then; one that has ended must not come to be again. What the disk does not take is written later.
   */
  async save(session: ClientSession): Promise<void> {
    const { isStored, userId, rooms } = session;
    if (!this.#lives(session) || !(isStored || userId !== null || rooms.size > 0)) return;
    await this.#write(session);
  }

  /** The session is over. */
  async end(session: ClientSession): Promise<void> {
    if (!this.#lives(session)) return;
    this.#byPid.delete(session.pid);
    if (session.userId !== null) {
      const others = this.#byUser.get(session.userId);
      others?.delete(session);
      if (others?.size === 0) this.#byUser.delete(session.userId);
    }
    if (session.isStored) await this.#write(session);
  }

  /** Writes what the disk did not take before: one first, and the others once it does so again. */
  async flush(): Promise<void> {
    const [first, ...others] = this.#unwritten;
    if (!first || this.#isFlushing) return;
    this.#isFlushing = true;
    await this.#write(first);
    if (!this.#unwritten.has(first)) await Promise.all(others.map((session) => this.#write(session)));
    this.#isFlushing = false;
  }

  async #write(session: ClientSession): Promise<void> {
    const { store, clock, log } = this.#options;
    this.#unwritten.delete(session);
    session.isStored = true;
    try {
      if (this.#lives(session)) await store.put(storedOf(session, clock.now()));
      else await store.delete([session.pid]);
    } catch (err) {
      this.#unwritten.add(session);
      log.warn({ err }, 'A session of a client could not be saved');
    }
  }

  #lives(session: ClientSession): boolean {
    return this.#byPid.get(session.pid) === session;
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

function loaded({ seenAt: _, ...stored }: StoredClientSession, now: number): ClientSession {
  const { rooms, announced } = stored;
  return {
    ...stored,
    rooms: new Map(rooms),
    placed: new Set(stored.placed),
    connection: null,
    leftAt: now,
    // What it was told after the last write is not known.
    sequence: stored.sequence + SEQUENCES,
    told: new Set(announced ? rooms.map(([name]) => name) : []),
    owed: null,
    isStored: true,
  };
}

function storedOf(session: ClientSession, seenAt: number): StoredClientSession {
  const { pid, sid, connectionId, restorable, subject, userId, number, sequence } = session;
  return {
    ...{ pid, sid, connectionId, restorable, subject, userId, number, sequence },
    announced: session.announced || session.owed !== null,
    rooms: [...session.rooms],
    placed: [...session.placed],
    seenAt,
  };
}
