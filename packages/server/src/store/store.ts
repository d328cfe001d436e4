import type { SessionStore, UserStore } from './account-store.ts';
import type { ChatRoomStore, MessageStore, ReadStore } from './chat-store.ts';
import type { ClientSessionStore } from './client-session-store.ts';
import type { LogStore } from './log-store.ts';
import type { OutboxStore } from './outbox-store.ts';
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
