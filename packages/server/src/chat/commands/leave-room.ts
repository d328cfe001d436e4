import type { Handler } from '../../core/commands/command.ts';
import { leaveRoom as leaveAnyRoom } from '../../core/commands/leave-room.ts';
import type { Chat } from '../chat.ts';
import { chatNameOf, isChatId, personOf } from './shared.ts';

/** Leaves a chat room; a join that is still under way is off. */
export function leaveRoom(chat: Chat): Handler<'leave_room'> {
  return (context, command) => {
    const { connection, payload } = command;
    if (!isChatId(payload.roomId)) return leaveAnyRoom(context, command);
    const person = personOf(chat, connection);
    person.connections.set(connection, (person.connections.get(connection) ?? 0) + 1);
    return leaveAnyRoom(context, { ...command, payload: { roomId: chatNameOf(payload.roomId).full } });
  };
}
