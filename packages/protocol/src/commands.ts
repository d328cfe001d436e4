import type { Position } from './events.ts';
import { LIMITS } from './limits.ts';

/** Every command that a native client may send, by `type`, with the shape of its payload. */
export interface ClientCommands {
  /** Names the session that this connection continues, so that resends are recognised across reconnects. */
  resume_session: { readonly sessionId: string };
  join_room: { readonly roomId: string; readonly since?: Position; readonly limit?: number };
  leave_room: { readonly roomId: string };
  publish: {
    readonly roomId: string;
    readonly data: unknown;
    /** Default `message`. */
    readonly event?: string;
    /** Chosen by the client; the same id from the same session is accepted once. */
    readonly clientMessageId?: string;
  };
  get_rooms: { readonly cursor?: string; readonly limit?: number };
  get_members: { readonly roomId: string };
  get_history: { readonly roomId: string; readonly before?: number; readonly limit?: number };
  heartbeat: { readonly sequence: number };
}

export type ClientCommandType = keyof ClientCommands;

const roomId = { type: 'string', minLength: 1, maxLength: LIMITS.namespace + 1 + 2 * LIMITS.roomName } as const;
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
    required: ['roomId'],
    properties: {
      roomId,
      since: {
        type: 'object',
        required: ['epoch', 'offset'],
        properties: {
          epoch: { type: 'string', minLength: 1, maxLength: 64 },
          offset: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        },
      },
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
  get_rooms: {
    type: 'object',
    required: [],
    properties: { cursor: { type: 'string', minLength: 1, maxLength: 512 }, limit: count(LIMITS.roomsPage) },
  },
  get_members: { type: 'object', required: ['roomId'], properties: { roomId } },
  get_history: {
    type: 'object',
    required: ['roomId'],
    properties: {
      roomId,
      before: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      limit: count(LIMITS.historyPage),
    },
  },
  heartbeat: {
    type: 'object',
    required: ['sequence'],
    properties: { sequence: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } },
  },
} as const satisfies Record<ClientCommandType, object>;

export const CLIENT_COMMANDS = Object.keys(COMMAND_SCHEMAS) as readonly ClientCommandType[];
