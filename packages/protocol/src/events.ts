import type { CloseCode } from './close-codes.ts';
import type { ErrorCode } from './errors.ts';
import type { PlacedRequest, Watcher } from './webhooks.ts';

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
  /** Chat rooms only: the offset of the last message. */
  readonly offset?: number;
  /**
   * Chat rooms in `room_list` only: messages of others behind the one up to which this user has marked the room as read,
   * among its last 200. Null where the user was never in the room, or nobody can tell.
   */
  readonly unread?: number | null;
}

/**
 * What an acknowledgement promises. `delivered`: handed to every member's connection, in memory only, so the death of
 * the process may lose it. `synced`: on disk, survives kill -9 and power loss.
 */
export type AckLevel = 'delivered' | 'synced';

/** A user as others see them. */
export interface User {
  readonly id: string;
  readonly username: string;
}

/** One message in a chat room. */
export interface ChatMessage {
  /** Null where it could not be saved, as are offset and epoch. */
  readonly id: string | null;
  readonly roomId: string;
  /** The position in the room: 1, 2, 3 … without a hole. */
  readonly offset: number | null;
  readonly epoch: string | null;
  /** The username, as the server knows it. */
  readonly sender: string;
  readonly userId: string;
  readonly content: string;
  /** When the server accepted it: ISO 8601, UTC. */
  readonly timestamp: string;
  /** The sender's own clock, where the frame named a time: ISO 8601, UTC, at most a day from the server's. */
  readonly clientTimestamp: string | null;
  readonly clientMessageId: string;
  /** False while the database is away: the sender sends it again under the same `clientMessageId`. */
  readonly saved: boolean;
}

/** A user in a list of users. */
export interface UserSummary extends User {
  readonly isOnline: boolean;
  /** ISO 8601, UTC; null where they have never been connected. */
  readonly lastSeen: string | null;
  /** Ids of the chat rooms that they are in now. */
  readonly rooms: readonly string[];
}

/** Every frame that the server sends, by `type`, with the shape of its payload. */
export interface ServerEvents {
  /** First frame of every native connection. Intervals are in milliseconds, sizes in bytes. */
  connected: {
    readonly connectionId: string;
    readonly subprotocol: string;
    readonly pingInterval: number;
    readonly pingTimeout: number;
    readonly maxFrameSize: number;
    /** Socket.IO only, as what follows: whether the client goes on where it was, and has got what it missed. */
    readonly recovered?: boolean;
    /** Why not, where it wanted to: `session_expired`, `history_gone`. */
    readonly reason?: string;
    /** The user that the connection is registered as. */
    readonly userId?: string | null;
    /** Full names of the rooms that it is in. */
    readonly rooms?: readonly string[];
  };
  /** Second frame of a connection that belongs to a logged-in user. */
  connection_established: {
    readonly connectionId: string;
    readonly user: User;
    /** Ids of the rooms that the connection is in. */
    readonly rooms: readonly string[];
    /** ISO 8601, UTC. */
    readonly serverTime: string;
    readonly preset: 'accounts' | 'open';
    /** Code points of one chat message. */
    readonly maxMessageLength: number;
    /** Whether messages can be saved just now. */
    readonly storageAvailable: boolean;
  };
  session_resumed: { readonly sessionId: string };
  join_room_success: {
    readonly roomId: string;
    readonly roomName: string;
    /** Null where the namespace keeps no presence. */
    readonly members: readonly Member[] | null;
    /**
     * Oldest first. With `since`: all that was missed if `recovered`, else the recent page. In chat rooms these are
     * `ChatMessage`s.
     */
    readonly history: readonly Publication[] | readonly ChatMessage[];
    /** The top of the log; both are null in rooms without a log. */
    readonly offset: number | null;
    readonly epoch: string | null;
    /** True where `since` was given and `history` holds everything after it, without a hole. */
    readonly recovered: boolean;
    /** Chat rooms only: up to where this user has marked the room as read. */
    readonly lastRead?: number;
    /** Chat rooms only: usernames of those who are typing. */
    readonly typing?: readonly string[];
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
  chat_message: ChatMessage;
  /** Acknowledges `chat_message`. */
  message_ack: {
    readonly roomId: string;
    readonly clientMessageId: string;
    /** Null where it could not be saved, as are offset and epoch. */
    readonly id: string | null;
    readonly offset: number | null;
    readonly epoch: string | null;
    readonly timestamp: string;
    readonly level: AckLevel;
    /** False while the database is away: delivered, not kept. Send it again later under the same id. */
    readonly saved: boolean;
    readonly duplicate: boolean;
  };
  user_typing: {
    readonly roomId: string;
    readonly userId: string;
    readonly username: string;
    readonly isTyping: boolean;
  };
  presence_update: {
    readonly userId: string;
    readonly username: string;
    readonly isOnline: boolean;
    /** ISO 8601, UTC. */
    readonly lastSeen: string;
  };
  /** Answers `create_room`, and tells all logged-in users of a new room. */
  room_created: { readonly roomId: string; readonly roomName: string; readonly room: RoomSummary };
  /** Answers `delete_room`, and tells all logged-in users; its members are out of it. `deletedBy`: a username, null where nobody did. */
  room_deleted: { readonly roomId: string; readonly deletedBy: string | null };
  /** Chat rooms in which something has happened, at most once a second. */
  room_activity: { readonly rooms: readonly RoomSummary[] };
  /** To all connections of the user who marked the room. */
  read_marked: { readonly roomId: string; readonly offset: number };
  user_list: { readonly users: readonly UserSummary[]; readonly cursor: string | null };
  /** Newest first. */
  search_results: { readonly messages: readonly ChatMessage[]; readonly cursor: string | null };
  /** The database went away, or came back; also told to who has caught up, see `caught_up`. */
  storage_state: { readonly available: boolean };
  /** The session ended; the connection closes with 4001. */
  session_expired: { readonly reason: string };
  user_joined: Member & { readonly roomId: string; readonly timestamp: string };
  user_left: Member & { readonly roomId: string; readonly timestamp: string };
  member_list: { readonly roomId: string; readonly members: readonly Member[] };
  room_list: { readonly rooms: readonly RoomSummary[]; readonly cursor: string | null };
  history: {
    readonly roomId: string;
    /** Oldest first. In chat rooms these are `ChatMessage`s. */
    readonly publications: readonly Publication[] | readonly ChatMessage[];
    readonly epoch: string;
    /** Whether the log holds older publications (with `after`: newer ones). */
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
  /** Answers `register`. */
  registered: { readonly userId: string; readonly room: string };
  /** Answers `authenticate`. `expiresAt`: ISO 8601, null = never. */
  authenticated: { readonly userId: string; readonly expiresAt: string | null };
  /** Answers an event for the backend: it is stored, or `reply` is the backend's answer. */
  event_reply: { readonly ok: boolean; readonly eventId: string; readonly reply?: unknown; readonly status?: number };
  /**
   * Answers `join`. What was missed follows as `new-request`, before anything live. `recovered`: true where the client
   * said where it stood and nothing of what came since is gone.
   */
  joined: Position & {
    readonly webhookId: string;
    /** Full name of the room. */
    readonly roomId: string;
    readonly recovered: boolean;
    /** The others first, at most 100 of them. */
    readonly watchers: readonly Watcher[];
    readonly watcherCount: number;
  };
  /** Answers `leave`. */
  left: { readonly webhookId: string };
  'new-request': PlacedRequest;
  /** In the place of a request that somebody has deleted, and at the deletion. */
  'request-deleted': Position & { readonly id: string; readonly webhookId: string };
  /** All requests up to an offset have been deleted at once: this is the event's own. */
  'requests-cleared': Position & { readonly webhookId: string };
  /** Its watchers are out of it. */
  'webhook-deleted': { readonly webhookId: string };
  /** Who watches; after each change, at most a few times a second. */
  watchers: {
    readonly webhookId: string;
    /** At most 100 of them. */
    readonly watchers: readonly Watcher[];
    readonly watcherCount: number;
  };
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
  'connection_established',
  'session_resumed',
  'join_room_success',
  'join_room_error',
  'room_left',
  'publication',
  'published',
  'chat_message',
  'message_ack',
  'user_typing',
  'presence_update',
  'room_created',
  'room_deleted',
  'room_activity',
  'read_marked',
  'user_list',
  'search_results',
  'storage_state',
  'session_expired',
  'user_joined',
  'user_left',
  'member_list',
  'room_list',
  'history',
  'caught_up',
  'heartbeat',
  'registered',
  'authenticated',
  'event_reply',
  'joined',
  'left',
  'new-request',
  'request-deleted',
  'requests-cleared',
  'webhook-deleted',
  'watchers',
  'error',
  'disconnect',
] as const satisfies readonly ServerEventType[];
