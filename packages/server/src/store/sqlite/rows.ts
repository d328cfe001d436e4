import type { StoredUser } from '../account-store.ts';

/** Columns under the names of the interface, so that a row is the object. */
export const USER = `users.key, users.id, users.username, users.password_hash AS passwordHash,
  users.created_at AS createdAt, users.last_seen AS lastSeen`;

export const ROOM = `key, id, name, epoch, top, created_at AS createdAt, last_activity AS lastActivity,
  deleted_at AS deletedAt`;

export const SESSION = `token_hash AS tokenHash, user_key AS userKey, sessions.created_at AS sessionCreatedAt,
  expires_at AS expiresAt`;

/** A row of sessions with its user: the session's columns beside those of the user. */
export type SessionRow = StoredUser & {
  readonly tokenHash: string;
  readonly userKey: number;
  readonly sessionCreatedAt: number;
  readonly expiresAt: number;
};
