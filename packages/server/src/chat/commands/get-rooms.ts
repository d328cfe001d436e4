import { CHAT, LIMITS } from '@roomcast/protocol';
import type { Handler } from '../../core/commands/command.ts';
import { getRooms as getOtherRooms } from '../../core/commands/get-rooms.ts';
import { CommandError } from '../../core/errors.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoom } from '../chat-room.ts';
import type { Person } from '../people.ts';
import { personOf } from './shared.ts';

/** Messages of others that wait for the user, by room key. Rooms that they were never in are left out. */
async function unreadIn(chat: Chat, person: Person, rooms: readonly ChatRoom[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  const marks = new Map<number, number>();
  try {
    const reads = await person.reads();
    for (const { key, top } of rooms) {
      const read = reads.get(key);
      if (read === undefined) continue;
      if (read < top) marks.set(key, read);
      else counts.set(key, 0);
    }
    if (marks.size === 0) return counts;
    const counted = await chat.store.reads.unread(person.identity.userKey, marks);
    for (const [key, count] of counted) counts.set(key, count);
  } catch {
    // The list of rooms is of use although the disk does not answer.
  }
  return counts;
}

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
    const counts = await unreadIn(chat, person, page.rooms);
    const rooms = page.rooms.map((room) => ({ ...chat.summary(room), unread: counts.get(room.key) ?? null }));
    context.fanout.send(connection, 'room_list', { rooms, cursor: page.cursor }, id);
  };
}
