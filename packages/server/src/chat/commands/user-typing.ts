import type { Handler } from '../../core/commands/command.ts';
import type { Chat } from '../chat.ts';
import { membershipIn } from './shared.ts';

/** The user types, or has ceased to. Not answered: whatever becomes of it, another one follows. */
export function userTyping(chat: Chat): Handler<'user_typing'> {
  return (_context, { connection, payload }) => {
    const { room } = membershipIn(connection, payload.roomId);
    if (payload.isTyping) chat.startTyping(connection, room);
    else chat.stopTyping(connection, room);
  };
}
