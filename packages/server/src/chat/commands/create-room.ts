import { chatDisplayName } from '@roomcast/protocol';
import type { Handler } from '../../core/commands/command.ts';
import { CommandError } from '../../core/errors.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoom } from '../chat-room.ts';
import { chatNameOf, fromStore, personOf, requireRate } from './shared.ts';

/** Creates a chat room under a name that no other has. A deleted room of that name stays deleted: this is a new one. */
export function createRoom(chat: Chat): Handler<'create_room'> {
  return async (context, { connection, payload, id }) => {
    const person = personOf(chat, connection);
    const name = chatNameOf(payload.name, 'payload.name');
    const taken = chat.rooms.get(name.name);
    if (taken) throw conflict(taken);
    const { roomCreationRate } = chat.settings;
    const wait = person.creations.take(chat.clock.monotonic());
    requireRate(wait, `You can create ${roomCreationRate} rooms per minute`);
    const created = await fromStore(chat.rooms.create(name, chatDisplayName(payload.name), person.identity.userKey));
    const { room, isNew } = created;
    if (!isNew) throw conflict(room);
    const { userId } = person.identity;
    chat.log.info({ connectionId: connection.id, userId, roomId: name.full }, 'room created');
    const answer = { roomId: name.full, roomName: room.displayName, room: chat.summary(room) };
    chat.feed.tell('room_created', answer, connection);
    context.fanout.send(connection, 'room_created', answer, id);
  };
}

function conflict({ displayName, name }: ChatRoom): CommandError {
  const message = `There is a room "${displayName}" already (${name.full}).`;
  return new CommandError('CONFLICT', message, { field: 'payload.name' });
}
