import type { Handler } from '../../core/commands/command.ts';
import { getMembers as getAnyMembers } from '../../core/commands/get-members.ts';
import { chatNameOf, identityOf, isChatId } from './shared.ts';

/** Lists who is in the chat room that the connection is in. */
export const getMembers: Handler<'get_members'> = (context, command) => {
  const { connection, payload } = command;
  if (!isChatId(payload.roomId)) return getAnyMembers(context, command);
  identityOf(connection);
  return getAnyMembers(context, { ...command, payload: { roomId: chatNameOf(payload.roomId).full } });
};
