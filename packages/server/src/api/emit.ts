import { BRIDGE, bridgeRoomName, LIMITS, parseRoomName, type RoomName } from '@roomcast/protocol';
import type { FastifyInstance } from 'fastify';
import type { Access, Caller } from '../auth/access.ts';
import { CommandError } from '../core/errors.ts';
import type { Hub } from '../core/hub.ts';
import { DEFAULT_EVENT, type Publisher } from '../core/publish.ts';
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
    preValidation: async (request) => {
      access.require(request.raw); // who asks is checked before what they ask
    },
    handler: async (request) => {
      const { room, event = DEFAULT_EVENT } = request.body;
      const name = resolveRoom(room, access.require(request.raw), hub);
      const data = Buffer.from(rawMember(request.bodyText, 'data') ?? 'null');
      const result = emit(hub, publisher, name, event, data);
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

function emit(hub: Hub, publisher: Publisher, name: RoomName, event: string, data: Buffer) {
  try {
    const { history } = hub.policyOf(name);
    if (history === 'durable') {
      throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" are written to by their users.`);
    }
    // Nobody is there and nothing is kept: no room has to come to be for that.
    const room = hub.get(name.full) ?? (history ? hub.open(name) : null);
    if (!room) return { offset: null, epoch: null, timestamp: Date.now(), delivered: 0 };
    return publisher.publish(room, { event, data, sender: null, clientMessageId: null });
  } catch (error) {
    if (error instanceof CommandError) throw new ProblemError(error.code, error.message);
    throw error;
  }
}

/**
 * The room that a caller means. With a key, a name that starts with a known namespace is a full name; everything
 * else, and everything without a key, is a room of the bridge, whatever it looks like.
 * @throws ProblemError VALIDATION_ERROR
 */
export function resolveRoom(given: string, caller: Caller, hub: Hub): RoomName {
  const namespace = given.slice(0, Math.max(0, given.indexOf(':')));
  const isFull = caller === 'keyed' && namespace !== BRIDGE && namespace !== '' && hub.knows(namespace);
  const name = isFull ? parseRoomName(given) : bridgeRoomName(given);
  if (!('fault' in name)) return name;
  const rule = `names are 1 to ${LIMITS.roomName} characters`;
  throw new ProblemError('VALIDATION_ERROR', `The room name ${name.fault}; ${rule}.`, { field: 'body.room' });
}
