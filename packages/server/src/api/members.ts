import { LIMITS } from '@roomcast/protocol';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { Hub } from '../core/hub.ts';
import { type MembershipAdmin, membersOf, roomsOf } from '../gateway/memberships.ts';
import { invalid, requireUserId } from '../gateway/push-request.ts';
import { requireRoom } from '../gateway/pusher.ts';
import { ProblemError, problemOfError } from '../http/problem.ts';
import { BACKEND_SECURITY, programsOnly } from './programs.ts';
import {
  DISCONNECT_BODY,
  DISCONNECTED,
  LONGEST_REASON,
  MEMBERS,
  MEMBERS_QUERY,
  MOVED,
  ROOM_PARAMS,
  USER_PARAMS,
  USER_ROOMS,
  USERS_BODY,
} from './push-schemas.ts';
import { PROBLEMS } from './schemas.ts';

export interface MemberRoutesOptions {
  readonly access: Access;
  readonly hub: Hub;
  readonly admin: MembershipAdmin;
}

interface UsersBody {
  readonly userIds: readonly string[];
}

interface MembersQuery {
  readonly limit?: string;
  readonly cursor?: string;
}

const DEFAULT_PAGE = 100;
const DEFAULT_REASON = 'Ended by the backend.';

/** Who is in which room, for backends: to see it, and to change it on their users' behalf. */
export function memberRoutes(app: FastifyInstance, { access, hub, admin }: MemberRoutesOptions): void {
  const reading = { onRequest: programsOnly, preValidation: access.guardBackend('read') };
  const changing = { onRequest: programsOnly, preValidation: access.guardBackend('push') };
  const common = { tags: ['Gateway'], security: BACKEND_SECURITY };

  const move = async (given: string, { userIds }: UsersBody, one: 'join' | 'leave') => {
    const name = requireRoom(given, 'params.room', hub);
    for (const [index, id] of userIds.entries()) requireUserId(id, `body.userIds.${index}`);
    const results = await Promise.all([...new Set(userIds)].map((id) => counted(id, admin[one](id, name))));
    const [first] = results;
    if (first?.error && results.every(({ error }) => error)) throw first.fault;
    const connections = results.reduce((sum, { connections: count }) => sum + count, 0);
    return { room: name.full, results, connections };
  };

  app.post<{ Params: { room: string }; Body: UsersBody }>('/api/rooms/:room/members', {
    ...changing,
    schema: {
      ...common,
      summary: 'Put users into a room',
      description: 'All their present connections, whether or not they could join by themselves.',
      params: ROOM_PARAMS,
      body: USERS_BODY,
      response: { 200: MOVED, ...PROBLEMS },
    },
    handler: ({ params, body }) => move(params.room, body, 'join'),
  });

  app.delete<{ Params: { room: string }; Body: UsersBody }>('/api/rooms/:room/members', {
    ...changing,
    schema: {
      ...common,
      summary: 'Take users out of a room',
      params: ROOM_PARAMS,
      body: USERS_BODY,
      response: { 200: MOVED, ...PROBLEMS },
    },
    handler: ({ params, body }) => move(params.room, body, 'leave'),
  });

  app.get<{ Params: { room: string }; Querystring: MembersQuery }>('/api/rooms/:room/members', {
    ...reading,
    schema: {
      ...common,
      summary: 'List the members of a room',
      params: ROOM_PARAMS,
      querystring: MEMBERS_QUERY,
      response: { 200: MEMBERS, ...PROBLEMS },
    },
    handler: async ({ params, query }) => {
      const name = requireRoom(params.room, 'params.room', hub);
      const limit = Math.min(Number(query.limit ?? DEFAULT_PAGE), LIMITS.roomsPage);
      const page = membersOf(hub, name, limit, query.cursor ?? null);
      // A room of which nothing is known is a room with nobody in it.
      return { room: name.full, ...(page ?? { members: [], cursor: null, users: 0, connections: 0 }) };
    },
  });

  app.get<{ Params: { id: string } }>('/api/users/:id/rooms', {
    ...reading,
    schema: {
      ...common,
      summary: 'List the rooms of a user',
      description: 'Of one who has registered; `connections` is 0 where they are not connected.',
      params: USER_PARAMS,
      response: { 200: USER_ROOMS, ...PROBLEMS },
    },
    handler: async ({ params }) => {
      requireUserId(params.id, 'params.id');
      return { userId: params.id, ...roomsOf(hub, params.id) };
    },
  });

  app.post<{ Params: { id: string }; Body: { readonly reason?: string } }>('/api/users/:id/disconnect', {
    ...changing,
    config: { bodyIsOptional: true },
    schema: {
      ...common,
      summary: 'Disconnect a user',
      description: 'Ends all present connections. It does not keep the user from coming back.',
      params: USER_PARAMS,
      body: DISCONNECT_BODY,
      response: { 200: DISCONNECTED, ...PROBLEMS },
    },
    handler: async ({ params, body }) => {
      requireUserId(params.id, 'params.id');
      const { reason = DEFAULT_REASON } = body;
      if (Buffer.byteLength(reason) > LONGEST_REASON) throw invalid('body.reason', `has over ${LONGEST_REASON} bytes.`);
      return { userId: params.id, disconnected: admin.disconnect(params.id, reason) };
    },
  });
}

/** How many connections it was, or why none. */
async function counted(userId: string, moving: Promise<number>) {
  try {
    return { userId, connections: await moving };
  } catch (fault) {
    const found = problemOfError(fault);
    if (!found) throw fault;
    return {
      userId,
      connections: 0,
      error: { code: found.code, detail: found.detail },
      fault: new ProblemError(found.code, found.detail),
    };
  }
}
