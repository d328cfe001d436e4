import { CHAT, LIMITS } from '@roomcast/protocol';
import type { Handler } from '../../core/commands/command.ts';
import { getRooms as getOtherRooms } from '../../core/commands/get-rooms.ts';
import { CommandError } from '../../core/errors.ts';
import type { Chat } from '../chat.ts';
import { personOf } from './shared.ts';

/** Lists chat rooms, the latest activity first, with what the user has not read. */
export function getRooms(chat: Chat): Handler<'get_rooms'> {
  return async (context, command) => {
    const { connection, payload, id } = command;
    const namespace = payload.namespace ?? (connection.identity ? CHAT : undefined);
    if (namespace !== CHAT) return getOtherRooms(context, command);
    const person = personOf(chat, connection);
    const { search = '', cursor = null, limit = LIMITS.roomsPage } = payload;
    const page = chat.rooms.list({ search, cursor, limit });
    if (!page)
      throw new CommandError('VALIDATION_ERROR', 'The cursor is not one of ours.', { field: 'payload.cursor' });
    const reads = await person.reads().catch(() => null);
    const rooms = page.rooms.map((room) => {
      const read = reads?.get(room.key);
      // A room that the user was never in has nothing that waits for them.
      return { ...chat.summary(room), unread: read === undefined ? 0 : Math.max(0, room.top - read) };
    });
    context.fanout.send(connection, 'room_list', { rooms, cursor: page.cursor }, id);
  };
}
