import type { AckLevel } from '@roomcast/protocol';

/** The result of a publish that was accepted. */
export interface PublishResult {
  readonly offset: number | null;
  readonly epoch: string | null;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly level: AckLevel;
  /** Connections that it was sent to. */
  readonly delivered: number;
  readonly duplicate: boolean;
}

/** A client has no more unacknowledged messages than these at a time. */
const IDS_PER_SESSION = 256;

/** What survives a reconnect: which client message ids have been accepted, so that a resend is not sent twice. */
export class Session {
  readonly id: string;
  /** Connections that continue it now. */
  connections = 0;
  /** When the last one left, in milliseconds since 1970. */
  leftAt = 0;
  readonly #results = new Map<string, PublishResult>();
  readonly #onSize: (session: Session, change: number) => void;

  /** @param onSize told of every change of the number of remembered ids */
  constructor(id: string, onSize: (session: Session, change: number) => void = () => {}) {
    this.id = id;
    this.#onSize = onSize;
  }

  get size(): number {
    return this.#results.size;
  }

  accepted(roomId: string, clientMessageId: string): PublishResult | undefined {
    return this.#results.get(keyOf(roomId, clientMessageId));
  }

  /** Remembers the result; beyond the bound the oldest is forgotten. */
  accept(roomId: string, clientMessageId: string, result: PublishResult): void {
    this.#results.set(keyOf(roomId, clientMessageId), result);
    if (this.#results.size > IDS_PER_SESSION) this.forgetOldest();
    this.#onSize(this, 1);
  }

  forgetOldest(): void {
    for (const oldest of this.#results.keys()) {
      this.#results.delete(oldest);
      this.#onSize(this, -1);
      return;
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#onSize(this, -this.#results.size);
    this.#results.clear();
  }
}

export interface SessionsOptions {
  readonly now: () => number;
  /** Milliseconds for which a session waits for its client. */
  readonly lifetime?: number;
  /** Most ids remembered in all sessions together: about 300 bytes each. */
  readonly maxIds?: number;
}

/**
 * The sessions of connections. Session ids are whatever strangers send, so everything here is bounded: a session that
 * nobody continues lives for minutes, one that remembers nothing not at all, and when there are too many ids those
 * who left first lose theirs. A session in use is never given up.
 */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  /** Sessions without a connection, in the order in which they were left. */
  readonly #left = new Set<Session>();
  readonly #now: () => number;
  readonly #lifetime: number;
  readonly #maxIds: number;
  #ids = 0;

  constructor({ now, lifetime = 600_000, maxIds = 200_000 }: SessionsOptions) {
    this.#now = now;
    this.#lifetime = lifetime;
    this.#maxIds = maxIds;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** A session for one connection that nobody can continue. */
  open(id: string): Session {
    const session = new Session(id, this.#count);
    session.connections = 1;
    return session;
  }

  /** The session of that id, which comes to be if it is not known (or no longer). Give it back with `leave`. */
  resume(id: string): Session {
    let session = this.#byId.get(id);
    if (!session) {
      session = new Session(id, this.#count);
      this.#byId.set(id, session);
    }
    session.connections++;
    this.#left.delete(session);
    return session;
  }

  /** One of its connections is gone. */
  leave(session: Session): void {
    if (--session.connections > 0) return;
    session.leftAt = this.#now();
    if (session.size > 0 && this.#byId.get(session.id) === session) this.#left.add(session);
    else this.#forget(session);
  }

  /** Forgets sessions whose clients have not come back. */
  sweep(): void {
    const horizon = this.#now() - this.#lifetime;
    for (const session of this.#left) {
      if (session.leftAt > horizon) return;
      this.#forget(session);
    }
  }

  readonly #count = (session: Session, change: number): void => {
    this.#ids += change;
    if (change < 0) return;
    for (const left of this.#left) {
      if (this.#ids <= this.#maxIds) return;
      this.#forget(left);
    }
    if (this.#ids > this.#maxIds) session.forgetOldest(); // all are in use: each keeps its latest
  };

  #forget(session: Session): void {
    this.#left.delete(session);
    if (this.#byId.get(session.id) === session) this.#byId.delete(session.id);
    session.clear();
  }
}

/** Neither part can contain a NUL, so that no two pairs make the same key. */
function keyOf(roomId: string, clientMessageId: string): string {
  return `${roomId}\0${clientMessageId}`;
}
