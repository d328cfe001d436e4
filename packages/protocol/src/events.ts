import type { CloseCode } from './close-codes.ts';
import type { ErrorCode } from './errors.ts';

/** Where a client stands in a room's log: `epoch` names the log, `offset` its last publication seen (0 = none). */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** One connection in a room, as others see it. Anonymous connections have neither user id nor name. */
export interface Member {
  readonly connectionId: string;
  readonly userId: string | null;
  readonly username: string | null;
}

/** One message in a room. Rooms without a log give no `id`, `offset` and `epoch`. */
export interface Publication {
  readonly roomId: string;
  readonly event: string;
  readonly data: unknown;
  /** When the server accepted it: ISO 8601, UTC. In a frame of its own this is the envelope's timestamp. */
  readonly timestamp?: string;
  readonly id?: string;
  readonly offset?: number;
  readonly epoch?: string;
  /** Absent where a program published over HTTP. */
  readonly sender?: Member;
  readonly clientMessageId?: string;
}

export interface RoomSummary {
  readonly id: string;
  readonly name: string;
  readonly memberCount: number;
  /** ISO 8601, UTC: the last publication, or else the room's creation. */
  readonly lastActivity: string;
}

/**
 * What an acknowledgement promises. `delivered`: handed to every member's connection, in memory only, so the death of
 * the process may lose it. `synced`: on disk, survives kill -9 and power loss.
 */
export type AckLevel = 'delivered' | 'synced';

/** Every frame that the server sends, by `type`, with the shape of its payload. */
export interface ServerEvents {
  /** First frame of every native connection. Intervals are in milliseconds, sizes in bytes. */
  connected: {
    readonly connectionId: string;
    readonly subprotocol: string;
    readonly pingInterval: number;
    readonly pingTimeout: number;
    readonly maxFrameSize: number;
  };
  session_resumed: { readonly sessionId: string };
  join_room_success: {
    readonly roomId: string;
    readonly roomName: string;
    /** Null where the namespace keeps no presence. */
    readonly members: readonly Member[] | null;
    /** Oldest first. With `since`: all that was missed if `recovered`, else the recent page. */
    readonly history: readonly Publication[];
    /** The top of the log; both are null in rooms without a log. */
    readonly offset: number | null;
    readonly epoch: string | null;
    /** True where `since` was given and `history` holds everything after it, without a hole. */
    readonly recovered: boolean;
  };
  join_room_error: { readonly roomId: string; readonly code: ErrorCode; readonly error: string };
  room_left: { readonly roomId: string };
  publication: Publication;
  /** Acknowledges `publish`. `duplicate`: this client message id had been accepted before; nothing was sent twice. */
  published: {
    readonly roomId: string;
    readonly clientMessageId: string | null;
    readonly id: string | null;
    readonly offset: number | null;
    readonly epoch: string | null;
    readonly timestamp: string;
    readonly level: AckLevel;
    /** Connections it was sent to. */
    readonly delivered: number;
    readonly duplicate: boolean;
  };
  user_joined: Member & { readonly roomId: string; readonly timestamp: string };
  user_left: Member & { readonly roomId: string; readonly timestamp: string };
  member_list: { readonly roomId: string; readonly members: readonly Member[] };
  room_list: { readonly rooms: readonly RoomSummary[]; readonly cursor: string | null };
  history: {
    readonly roomId: string;
    readonly publications: readonly Publication[];
    readonly epoch: string;
    /** Whether older publications are still in the log. */
    readonly hasMore: boolean;
  };
  /**
   * Ends a catch-up: this client read too slowly, live delivery had stopped, and the publications before this frame
   * came from the log. `recovered: false` means that the log no longer held them all: join again for the recent page.
   */
  caught_up: Position & {
    readonly roomId: string;
    readonly recovered: boolean;
    readonly members: readonly Member[] | null;
  };
  heartbeat: { readonly sequence: number };
  error: {
    readonly code: ErrorCode;
    readonly message: string;
    /** The `type` of the command that failed, or null where it could not be read. */
    readonly originalType: string | null;
    /** Path of the offending field, as `payload.roomId`. */
    readonly field?: string;
    /** Milliseconds to wait. */
    readonly retryAfter?: number;
  };
  /** Sent before the server closes. `reconnectAfter`: milliseconds to wait first, spread so that not all come at once. */
  disconnect: {
    readonly reason: string;
    readonly code: CloseCode;
    readonly reconnect: boolean;
    readonly reconnectAfter: number | null;
  };
}

export type ServerEventType = keyof ServerEvents;

/** The list of types, for the test that compares it with PROTOCOL.md. */
export const SERVER_EVENTS = [
  'connected',
  'session_resumed',
  'join_room_success',
  'join_room_error',
  'room_left',
  'publication',
  'published',
  'user_joined',
  'user_left',
  'member_list',
  'room_list',
  'history',
  'caught_up',
  'heartbeat',
  'error',
  'disconnect',
] as const satisfies readonly ServerEventType[];
