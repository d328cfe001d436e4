import type { ChatMessage, Member, RoomSummary, ServerEvents } from '@roomcast/protocol';
import type { ConnectionOptions } from '../options.ts';
import type { ClientEvents, RoomFault } from '../types.ts';
import type { OutboxStore } from './outbox-store.ts';
import type { Outgoing } from './outgoing.ts';

/** Everything is optional; outside browsers, `token` is needed. */
export interface ChatOptions extends ConnectionOptions {
  /** What `login` answered. Pages need none: their cookie does. */
  readonly token?: string;
  /** Where messages wait until the server has them. Default: in memory, so that they end with the program. */
  readonly outbox?: OutboxStore;
  /** For tests: milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

export interface ChatEvents extends ClientEvents {
  /** The server has said who this is; after each connect. */
  ready: [established: ServerEvents['connection_established']];
  /** The session ended; the connection closes and is not made again. */
  session_expired: [reason: string];
  /** Whether messages can be saved. */
  storage: [available: boolean];
  room_created: [room: RoomSummary];
  room_deleted: [deletion: ServerEvents['room_deleted']];
  room_activity: [rooms: readonly RoomSummary[]];
  /** This user has read a room up to an offset, on whatever device. */
  read: [mark: ServerEvents['read_marked']];
  presence: [update: ServerEvents['presence_update']];
  /** A message of one's own has changed: it is waiting, sent, failed … */
  outgoing: [message: Outgoing];
}

export interface ChatJoinOptions {
  /** Messages of the recent history to bring along; the server's default otherwise. */
  readonly limit?: number;
}

export interface ChatJoined {
  readonly roomName: string;
  /** True after a reconnect without a hole: what was missed has been given as `message` events. */
  readonly recovered: boolean;
  /** The recent page, oldest first; empty where `recovered`. */
  readonly history: readonly ChatMessage[];
  /** Offset of the room's last message, 0 before the first. */
  readonly offset: number;
  readonly epoch: string;
  /** Up to where this user has read the room. */
  readonly lastRead: number;
}

/** `left`: by `leave()`. `switched`: another room was joined. `removed`: the server took this client out. */
export type LeaveReason = 'left' | 'switched' | 'deleted' | 'removed';

export interface ChatRoomEvents {
  /** After every join; once before the first message. */
  joined: [joined: ChatJoined];
  /** Said by others, or by this user elsewhere; in the room's order, each once. */
  message: [message: ChatMessage];
  /** A message that had been given with `saved: false` is saved now; replace it by sender and client message id. */
  saved: [message: ChatMessage];
  members: [members: readonly Member[]];
  member_joined: [member: Member];
  member_left: [member: Member];
  /** Usernames of others who are typing, in the order in which they began. */
  typing: [usernames: readonly string[]];
  /** The server asks for patience before the room can be joined; it is tried again after `delay` milliseconds. */
  delayed: [delay: { readonly code: string; readonly message: string; readonly delay: number }];
  /** Out of the room. `by`: who deleted it. */
  left: [leave: { readonly reason: LeaveReason; readonly by: string | null }];
  /** The room cannot be joined. */
  error: [fault: RoomFault];
}
