import { chatDisplayName } from '@roomcast/protocol';
import type { Handler } from '../../core/commands/command.ts';
import { CommandError } from '../../core/errors.ts';
import type { Chat } from '../chat.ts';
import { chatNameOf, fromStore, personOf, requireRate } from './shared.ts';

/** Creates a chat room under a name that no other has. A deleted room of that name stays deleted: this is a new one. */
export function createRoom(chat: Chat): Handler<'create_room'> {
  return async (context, { connection, payload, id }) => {
    const person = personOf(chat, connection);
    const name = chatNameOf(payload.name, 'payload.name');
    const taken = chat.rooms.get(name.name);
    if (taken) {
      const message = `There is a room "${taken.displayName}" already (${name.full}).`;
      throw new CommandError('CONFLICT', message, { field: 'payload.name' });
    }
    const { roomCreationRate } = chat.settings;
    const wait = person.creations.take(chat.clock.monotonic());
    requireRate(wait, `You can create ${roomCreationRate} rooms per minute`);
    const room = await fromStore(chat.rooms.create(name, chatDisplayName(payload.name), person.identity.userKey));
    const { userId } = person.identity;
    chat.log.info({ connectionId: connection.id, userId, roomId: name.full }, 'room created');
    const created = { roomId: name.full, roomName: room.displayName, room: chat.summary(room) };
    chat.feed.tell('room_created', created, connection);
    context.fanout.send(connection, 'room_created', created, id);
  };
}
