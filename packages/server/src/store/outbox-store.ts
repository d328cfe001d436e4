/** An event of a client on its way into the outbox. */
export interface OutboxDraft {
  /** The same user's same id is the same event. */
  readonly id: string;
  readonly userId: string;
  /** Its name, for lists and headers. */
  readonly event: string;
  /** JSON, as the backend gets it. */
  readonly body: string;
  /** Milliseconds since 1970, as all times here. */
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
