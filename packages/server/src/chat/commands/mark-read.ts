import type { Handler } from '../../core/commands/command.ts';
import type { Chat } from '../chat.ts';
import { chatRoomOf, fromStore, personOf } from './shared.ts';

/** The user has read a room up to an offset; all of their devices learn of it. */
export function markRead(chat: Chat): Handler<'mark_read'> {
  return async (context, { connection, payload, id }) => {
    const person = personOf(chat, connection);
    const room = chatRoomOf(chat, payload.roomId);
    const reads = await fromStore(person.reads());
    const offset = Math.max(reads.get(room.key) ?? 0, Math.min(payload.offset, room.top));
    // In memory first: a join that follows at once is to see it.
    reads.set(room.key, offset);
    await fromStore(chat.store.reads.mark(person.identity.userKey, room.key, offset));
    const marked = { roomId: room.name.full, offset };
    context.fanout.send(connection, 'read_marked', marked, id);
    for (const other of person.connections.keys()) {
      if (other !== connection) context.fanout.send(other, 'read_marked', marked);
    }
  };
}
