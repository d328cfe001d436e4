import type { Handlers } from '../../core/commands/command.ts';
import { ROOM_COMMANDS } from '../../core/commands/index.ts';
import type { Chat } from '../chat.ts';
import { chatMessage } from './chat-message.ts';
import { createRoom } from './create-room.ts';
import { deleteRoom } from './delete-room.ts';
import { getHistory } from './get-history.ts';
import { getMembers } from './get-members.ts';
import { getRooms } from './get-rooms.ts';
import { getUsers } from './get-users.ts';
import { joinRoom } from './join-room.ts';
import { leaveRoom } from './leave-room.ts';
import { markRead } from './mark-read.ts';
import { publish } from './publish.ts';
import { search } from './search.ts';
import { userTyping } from './user-typing.ts';

/** Commands of other faces. */
type Others = 'register' | 'authenticate' | 'join' | 'leave' | 'watch';

/** Every command of this face has its handler: the type demands it. Those of rooms of any kind know chat rooms too. */
export function chatCommands(chat: Chat): Omit<Handlers, Others> {
  return {
    ...ROOM_COMMANDS,
    join_room: joinRoom(chat),
    leave_room: leaveRoom(chat),
    chat_message: chatMessage(chat),
    user_typing: userTyping(chat),
    create_room: createRoom(chat),
    delete_room: deleteRoom(chat),
    get_rooms: getRooms(chat),
    get_members: getMembers,
    get_users: getUsers(chat),
    get_history: getHistory(chat),
    search: search(chat),
    mark_read: markRead(chat),
    publish,
  };
}
