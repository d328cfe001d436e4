import type { Position } from './events.ts';
import { LIMITS } from './limits.ts';

/** Every command that a native client may send, by `type`, with the shape of its payload. */
export interface ClientCommands {
  /** Names the session that this connection continues, so that resends are recognised across reconnects. */
  resume_session: { readonly sessionId: string };
  join_room: {
    /** Either this or `roomName` must be there. */
    readonly roomId?: string;
    /** A chat room by its name as a person writes it; normalised to its id. */
    readonly roomName?: string;
    readonly since?: Position;
    readonly limit?: number;
  };
  leave_room: { readonly roomId: string };
  publish: {
    readonly roomId: string;
    readonly data: unknown;
    /** Default `message`. */
    readonly event?: string;
    /** Chosen by the client; the same id from the same session is accepted once. */
    readonly clientMessageId?: string;
  };
  /** Says something in a chat room. */
  chat_message: { readonly roomId: string; readonly content: string; readonly clientMessageId?: string };
  user_typing: { readonly roomId: string; readonly isTyping: boolean };
  create_room: { readonly name: string };
  delete_room: { readonly roomId: string };
  get_rooms: {
    readonly cursor?: string;
    readonly limit?: number;
    /** Chat rooms whose name contains this. */
    readonly search?: string;
    /** Default: `chat` for logged-in users, every listed namespace otherwise. */
    readonly namespace?: string;
  };
  get_members: { readonly roomId: string };
  get_users: { readonly cursor?: string; readonly limit?: number };
  get_history: {
    readonly roomId: string;
    readonly before?: number;
    /** Chat rooms only, instead of `before`: the oldest publications above this offset. */
    readonly after?: number;
    readonly limit?: number;
  };
  /** Looks for words in the history of chat rooms. */
  search: {
    readonly text: string;
    readonly roomId?: string;
    /** A username. */
    readonly sender?: string;
    /** ISO 8601; from is included, to is not. */
    readonly from?: string;
    readonly to?: string;
    readonly cursor?: string;
    readonly limit?: number;
  };
  /** The user has read a chat room up to this offset; never goes back. */
  mark_read: { readonly roomId: string; readonly offset: number };
  heartbeat: { readonly sequence: number };
  /** Makes the connection a user's of the backend: by a token that was checked, or in development by the id alone. */
  register: { readonly userId?: string | number; readonly token?: string };
  /** Proves who it is, or renews the proof. */
  authenticate: { readonly token: string };
  /** Watches a webhook: its requests come as `new-request` from now on. */
  join: {
    readonly webhookId: string;
    /** What has been missed since then comes first. One of the two at most. */
    readonly since?: Position;
    /** The id of the last event (over SSE) or of the last request that the client has got. */
    readonly lastEventId?: string;
    /** Of a webhook that is locked, one of the two. */
    readonly secret?: string;
    readonly password?: string;
  };
  leave: { readonly webhookId: string };
  /** Tells the others who watch a webhook who one is, and what one looks at; a field that is left out stays as it was. */
  watch: { readonly webhookId: string; readonly name?: string | null; readonly requestId?: string | null };
}

export type ClientCommandType = keyof ClientCommands;

const roomId = { type: 'string', minLength: 1, maxLength: LIMITS.namespace + 1 + 2 * LIMITS.roomName } as const;
const cursor = { type: 'string', minLength: 1, maxLength: 512 } as const;
const time = { type: 'string', minLength: 10, maxLength: 40 } as const;
const token = { type: 'string', minLength: 1, maxLength: 8192 } as const;
const webhookId = { type: 'string', minLength: 1, maxLength: LIMITS.webhookId } as const;
const credential = { type: 'string', minLength: 1, maxLength: LIMITS.passwordMax } as const;
const since = {
  type: 'object',
  required: ['epoch', 'offset'],
  properties: {
    epoch: { type: 'string', minLength: 1, maxLength: 64 },
    offset: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  },
} as const;
const count = (maximum: number) => ({ type: 'integer', minimum: 1, maximum }) as const;

/** JSON Schemas of the payloads. Unknown further fields are ignored, so that newer clients can talk to older servers. */
export const COMMAND_SCHEMAS = {
  resume_session: {
    type: 'object',
    required: ['sessionId'],
    properties: {
      sessionId: {
        type: 'string',
        minLength: LIMITS.sessionIdMin,
        maxLength: LIMITS.sessionIdMax,
        pattern: '^[A-Za-z0-9_-]+$',
      },
    },
  },
  join_room: {
    type: 'object',
    required: [],
    properties: {
      roomId,
      roomName: { type: 'string', minLength: 1, maxLength: 2 * LIMITS.roomName },
      since,
      limit: { type: 'integer', minimum: 0, maximum: LIMITS.historyPage },
    },
  },
  leave_room: { type: 'object', required: ['roomId'], properties: { roomId } },
  publish: {
    type: 'object',
    required: ['roomId', 'data'],
    properties: {
      roomId,
      data: {},
      event: { type: 'string', minLength: 1, maxLength: LIMITS.eventName },
      clientMessageId: { type: 'string', minLength: 1, maxLength: LIMITS.clientMessageId },
    },
  },
  chat_message: {
    type: 'object',
    required: ['roomId', 'content'],
    properties: {
      roomId,
      content: { type: 'string' },
      clientMessageId: { type: 'string', minLength: 1, maxLength: LIMITS.clientMessageId },
    },
  },
  user_typing: {
    type: 'object',
    required: ['roomId', 'isTyping'],
    properties: { roomId, isTyping: { type: 'boolean' } },
  },
  create_room: {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string', minLength: 1, maxLength: 4 * LIMITS.chatRoomName } },
  },
  delete_room: { type: 'object', required: ['roomId'], properties: { roomId } },
  get_rooms: {
    type: 'object',
    required: [],
    properties: {
      cursor,
      limit: count(LIMITS.roomsPage),
      search: { type: 'string', maxLength: 2 * LIMITS.roomName },
      namespace: { type: 'string', minLength: 1, maxLength: LIMITS.namespace },
    },
  },
  get_members: { type: 'object', required: ['roomId'], properties: { roomId } },
  get_users: { type: 'object', required: [], properties: { cursor, limit: count(LIMITS.usersPage) } },
  get_history: {
    type: 'object',
    required: ['roomId'],
    properties: {
      roomId,
      before: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      after: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      limit: count(LIMITS.historyPage),
    },
  },
  search: {
    type: 'object',
    required: ['text'],
    properties: {
      text: { type: 'string', minLength: 1, maxLength: LIMITS.searchText },
      roomId,
      sender: { type: 'string', minLength: 1, maxLength: LIMITS.usernameMax },
      from: time,
      to: time,
      cursor,
      limit: count(LIMITS.searchPage),
    },
  },
  mark_read: {
    type: 'object',
    required: ['roomId', 'offset'],
    properties: { roomId, offset: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } },
  },
  heartbeat: {
    type: 'object',
    required: ['sequence'],
    properties: { sequence: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } },
  },
  register: {
    type: 'object',
    required: [],
    properties: { userId: { type: ['string', 'number'] }, token },
  },
  authenticate: { type: 'object', required: ['token'], properties: { token } },
  join: {
    type: 'object',
    required: ['webhookId'],
    properties: {
      webhookId,
      since,
      lastEventId: { type: 'string', minLength: 1, maxLength: 100 },
      secret: credential,
      password: credential,
    },
  },
  leave: { type: 'object', required: ['webhookId'], properties: { webhookId } },
  watch: {
    type: 'object',
    required: ['webhookId'],
    properties: {
      webhookId,
      name: { type: ['string', 'null'], maxLength: LIMITS.watcherName },
      requestId: { type: ['string', 'null'], maxLength: 64 },
    },
  },
} as const satisfies Record<ClientCommandType, object>;

export const CLIENT_COMMANDS = Object.keys(COMMAND_SCHEMAS) as readonly ClientCommandType[];
