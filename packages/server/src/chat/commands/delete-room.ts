import type { Handler } from '../../core/commands/command.ts';
import { CommandError } from '../../core/errors.ts';
import type { Chat } from '../chat.ts';
import { chatRoomOf, fromStore, identityOf } from './shared.ts';

/** Deletes a chat room: any user may (FR-015). It is hidden at once and its members are told; its messages are kept. */
export function deleteRoom(chat: Chat): Handler<'delete_room'> {
  return async (context, { connection, payload, id }) => {
    const { username } = identityOf(connection);
    const room = chatRoomOf(chat, payload.roomId);
    const roomId = room.name.full;
    if (!(await fromStore(chat.delete(room, username, connection)))) {
      throw new CommandError('NOT_FOUND', `The chat room "${roomId}" has been deleted by somebody else.`);
    }
    context.fanout.send(connection, 'room_deleted', { roomId, deletedBy: username }, id);
  };
}
