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
