import { LIMITS } from '@roomcast/protocol';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { Hub } from '../core/hub.ts';
import { listRooms } from '../core/listing.ts';
import type { Room } from '../core/room.ts';
import { roomSummary } from '../core/views.ts';
import { ProblemError } from '../http/problem.ts';
import { isoTime } from '../util/clock.ts';
import { PROBLEMS, ROOM_DETAIL, ROOM_LIST, ROOM_PARAMS, ROOMS_QUERY } from './schemas.ts';

export interface RoomsOptions {
  readonly access: Access;
  readonly hub: Hub;
}

interface RoomsQuery {
  readonly limit?: string;
  readonly cursor?: string;
  readonly namespace?: string;
  readonly search?: string;
}

const DEFAULT_PAGE = 100;
const MEMBERS_SHOWN = 1000;

/** `GET /api/rooms`, page by page, and `GET /api/rooms/{room}` with its members. */
export function roomRoutes(app: FastifyInstance, { access, hub }: RoomsOptions): void {
  const preValidation = access.guard('read');

  app.get<{ Querystring: RoomsQuery }>('/api/rooms', {
    schema: {
      summary: 'List rooms',
      tags: ['Rooms'],
      querystring: ROOMS_QUERY,
      response: { 200: ROOM_LIST, ...PROBLEMS },
    },
    preValidation,
    handler: async ({ query, caller }) => {
      const page = listRooms(hub, {
        cursor: query.cursor ?? null,
        limit: Math.min(Number(query.limit ?? DEFAULT_PAGE), LIMITS.roomsPage),
        // The id of a webhook opens it: who has no key is not told of any.
        include: (room) => matches(room, query) && (caller === 'keyed' || room.name.namespace !== 'webhook'),
      });
      if (!page)
        throw new ProblemError('VALIDATION_ERROR', 'The cursor is not one of ours.', { field: 'query.cursor' });
      return { ...page, total: hub.roomCount };
    },
  });

  app.get<{ Params: { room: string } }>('/api/rooms/:room', {
    schema: {
      summary: 'Look into a room',
      description: 'By its full name; a name without a namespace is a room of the bridge.',
      tags: ['Rooms'],
      params: ROOM_PARAMS,
      response: { 200: ROOM_DETAIL, ...PROBLEMS },
    },
    preValidation,
    handler: async ({ params }) => {
      const room = hub.get(params.room) ?? hub.get(`bridge:${params.room}`);
      if (!room)
        throw new ProblemError('NOT_FOUND', 'There is no room of this name; rooms exist while somebody is in them.');
      return roomDetail(room);
    },
  });
}

function matches({ name }: Room, { namespace, search }: RoomsQuery): boolean {
  if (namespace !== undefined && name.namespace !== namespace) return false;
  return search === undefined || name.name.includes(search);
}

function roomDetail(room: Room) {
  const members = [];
  for (const { connection } of room.memberships) {
    if (members.length === MEMBERS_SHOWN) break;
    members.push({ ...connection.member, transport: connection.format.name });
  }
  return {
    ...roomSummary(room),
    namespace: room.name.namespace,
    createdAt: isoTime(room.createdAt),
    offset: room.log?.top ?? null,
    epoch: room.log?.epoch ?? null,
    members,
  };
}
