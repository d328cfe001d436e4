import { bridgeRoomName, LIMITS, type RoomName } from '@roomcast/protocol';
import type { FastifyInstance } from 'fastify';
import type { Access, Caller } from '../auth/access.ts';
import type { Hub } from '../core/hub.ts';
import { DEFAULT_EVENT, type Publisher } from '../core/publish.ts';
import { roomNamed } from '../core/room-named.ts';
import { publicationId } from '../core/views.ts';
import { ProblemError } from '../http/problem.ts';
import { isoTime } from '../util/clock.ts';
import { rawMember } from '../util/raw-json.ts';
import { EMIT_BODY, EMITTED, PROBLEMS } from './schemas.ts';

export interface EmitOptions {
  readonly access: Access;
  readonly hub: Hub;
  readonly publisher: Publisher;
}

interface EmitBody {
  readonly room: string;
  readonly data: unknown;
  readonly event?: string;
}

/** `POST /api/emit`: any program puts a message into any room (B3). */
export function emitRoute(app: FastifyInstance, { access, hub, publisher }: EmitOptions): void {
  app.post<{ Body: EmitBody }>('/api/emit', {
    schema: {
      summary: 'Emit into a room',
      description:
        'Delivers `data` as it is to all clients of the room, and answers how many there were. ' +
        'Without an API key only rooms of the bridge can be reached.',
      tags: ['Rooms'],
      body: EMIT_BODY,
      response: { 200: EMITTED, ...PROBLEMS },
    },
    preValidation: access.guard('push'),
    handler: async (request) => {
      const { room, event = DEFAULT_EVENT } = request.body;
      const name = resolveRoom(room, request.caller, hub);
      const data = Buffer.from(rawMember(request.bodyText, 'data') ?? 'null');
      const result = await publisher.post(hub, name, { event, data, attachments: null, id: null });
      const { offset, epoch } = result;
      return {
        room: name.full,
        delivered: result.delivered,
        timestamp: isoTime(result.timestamp),
        id: offset !== null && epoch !== null ? publicationId(epoch, offset) : null,
        offset,
        epoch,
      };
    },
  });
}

/**
 * The room that a caller means. With a key, a name that starts with a known namespace is a full name; everything
 * else, and everything without a key, is a room of the bridge, whatever it looks like.
 * @throws ProblemError VALIDATION_ERROR
 */
function resolveRoom(given: string, caller: Caller, hub: Hub): RoomName {
  const name = caller === 'keyed' ? roomNamed(given, hub) : bridgeRoomName(given);
  if (!('fault' in name)) return name;
  const rule = `names are 1 to ${LIMITS.roomName} characters`;
  throw new ProblemError('VALIDATION_ERROR', `The room name ${name.fault}; ${rule}.`, { field: 'body.room' });
}
