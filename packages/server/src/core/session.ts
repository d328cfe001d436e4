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

const IDS_PER_SESSION = 1000;

/** What survives a reconnect: which client message ids have been accepted, so that a resend is not sent twice. */
export class Session {
  readonly id: string;
  #results = new Map<string, PublishResult>();

  constructor(id: string) {
    this.id = id;
  }

  accepted(roomId: string, clientMessageId: string): PublishResult | undefined {
    return this.#results.get(keyOf(roomId, clientMessageId));
  }

  /** Remembers the last thousand; a client does not have more unacknowledged at a time. */
  accept(roomId: string, clientMessageId: string, result: PublishResult): void {
    this.#results.set(keyOf(roomId, clientMessageId), result);
    if (this.#results.size <= IDS_PER_SESSION) return;
    for (const oldest of this.#results.keys()) {
      this.#results.delete(oldest);
      return;
    }
  }
}

/**
 * The sessions that clients have named, least recently resumed first. Bounded, because a session id is whatever
 * a stranger sends: beyond the bound the longest unused are forgotten.
 */
export class Sessions {
  readonly #byId = new Map<string, Session>();
  readonly #limit: number;

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** The session of that id, which comes to be if it is not known (or no longer). */
  resume(id: string): Session {
    const session = this.#byId.get(id) ?? new Session(id);
    this.#byId.delete(id);
    this.#byId.set(id, session);
    if (this.#byId.size > this.#limit) {
      for (const oldest of this.#byId.keys()) {
        this.#byId.delete(oldest);
        break;
      }
    }
    return session;
  }
}

function keyOf(roomId: string, clientMessageId: string): string {
  return `${clientMessageId} ${roomId}`;
}
