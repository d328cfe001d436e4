import type { Member, Publication, ServerEvents } from '@roomcast/protocol';
import type { Disconnection } from './connection.ts';
import type { ErrorPayload } from './errors.ts';

/**
 * `connecting` → `connected` → `disconnected` → `reconnecting` → `connected` …; `offline` once the attempts are used
 * up. `disconnected` lasts only where nothing is going to happen by itself: before `connect()`, after `close()`, and
 * where the server said not to come back.
 */
export type ClientState = 'connecting' | 'connected' | 'disconnected' | 'reconnecting' | 'offline';

export interface StateChange {
  readonly state: ClientState;
  readonly previous: ClientState;
  /** `reconnecting`: the number of the coming attempt, from 1. */
  readonly attempt?: number;
  /** `reconnecting`: milliseconds until that attempt. */
  readonly delay?: number;
  /** Why, in words, where that is known. */
  readonly reason?: string;
}

export interface ConnectError {
  readonly message: string;
  /** 0 for the first connection, then the number of the attempt to reconnect. */
  readonly attempt: number;
  /** The close code; 1006 where there was no connection at all. */
  readonly code: number;
}

export interface ClientEvents {
  state: [change: StateChange];
  connected: [payload: ServerEvents['connected']];
  connect_error: [error: ConnectError];
  disconnect: [disconnection: Disconnection];
  /** Errors that answer no command of this client. */
  error: [error: ErrorPayload];
}

/** What the server acknowledged: where the publication stands and what that promises. */
export type Ack = ServerEvents['published'];

export interface JoinOptions {
  /** Publications of the recent history to bring along; the server's default otherwise. */
  readonly limit?: number;
}

export interface PublishOptions {
  /** Default `message`. */
  readonly event?: string;
  /** Generated otherwise. Within one client, an id is accepted once. */
  readonly clientMessageId?: string;
}

export interface Joined {
  /** True after a reconnect without a hole: what was missed has been given as `message` events. */
  readonly recovered: boolean;
  /** The recent page, oldest first; empty where `recovered`. It replaces what a page showed before. */
  readonly history: readonly Publication[];
  /** Null where the room keeps no presence. */
  readonly members: readonly Member[] | null;
}

export interface RoomFault {
  readonly code: string;
  readonly message: string;
}

export interface RoomEvents {
  /** What others published, in the room's order, each once. */
  message: [data: unknown, publication: Publication];
  joined: [joined: Joined];
  member_joined: [member: Member];
  member_left: [member: Member];
  /** Out of the room: by `leave()`, or (`removed`) because the server took the client out. */
  left: [details: { readonly removed: boolean }];
  /** The room cannot be joined. */
  error: [fault: RoomFault];
}

/** A room that is kept joined: after every reconnect it is joined again and brings what was missed. */
export interface Room {
  /** `namespace:name`. */
  readonly name: string;
  readonly joined: boolean;
  /** Kept current. Null where the room keeps no presence, and before the first join. */
  readonly members: readonly Member[] | null;
  /** Returns the function that removes the listener. */
  on<Name extends keyof RoomEvents>(event: Name, listener: (...details: RoomEvents[Name]) => unknown): () => void;
  /**
   * Sends `data` to the room's other members, now or as soon as there is a connection; once, and in order.
   * @returns what the server acknowledged
   * @throws RoomcastError where it was refused for good, or the outbox is full
   */
  publish(data: unknown, options?: PublishOptions): Promise<Ack>;
  /** Publishes that have not been sent yet reject with `LEFT`. */
  leave(): Promise<void>;
}
