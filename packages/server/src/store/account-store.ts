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
