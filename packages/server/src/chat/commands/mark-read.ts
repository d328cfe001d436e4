import type { Handler } from '../../core/commands/command.ts';
import type { Chat } from '../chat.ts';
import type { Person } from '../people.ts';
import { chatRoomOf, fromStore, personOf } from './shared.ts';

/** The user has read a room up to an offset; all of their devices learn of it. */
export function markRead(chat: Chat): Handler<'mark_read'> {
  return async (context, { connection, payload, id }) => {
    const person = personOf(chat, connection);
    const room = chatRoomOf(chat, payload.roomId);
    const reads = await fromStore(person.reads());
    const offset = Math.max(reads.get(room.key) ?? 0, Math.min(payload.offset, room.top));
    const end = begin(person, reads, room.key, offset);
    let isStored = false;
    try {
      await fromStore(chat.store.reads.mark(person.identity.userKey, room.key, offset));
      isStored = true;
    } finally {
      end(isStored);
    }
    const marked = { roomId: room.name.full, offset };
    context.fanout.send(connection, 'read_marked', marked, id);
    for (const other of person.connections.keys()) {
      if (other !== connection) context.fanout.send(other, 'read_marked', marked);
    }
  };
}

/**
 * Marks in memory first: a join that follows at once is to see it. Several marks may be under way; once none is, memory
 * says what is stored, so that a mark that was refused has no effect.
 */
function begin(person: Person, reads: Map<number, number>, roomKey: number, offset: number) {
  const marking = person.marking.get(roomKey) ?? { stored: reads.get(roomKey), underWay: 0 };
  person.marking.set(roomKey, marking);
  marking.underWay += 1;
  reads.set(roomKey, offset);
  return (isStored: boolean): void => {
    if (isStored) marking.stored = Math.max(marking.stored ?? 0, offset);
    marking.underWay -= 1;
    if (marking.underWay > 0) return;
    person.marking.delete(roomKey);
    if (marking.stored === undefined) reads.delete(roomKey);
    else reads.set(roomKey, marking.stored);
  };
}
