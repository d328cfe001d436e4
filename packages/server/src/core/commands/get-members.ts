import { CommandError } from '../errors.ts';
import { type Handler, membershipOf } from './command.ts';

/** Lists who is in a room that the connection is in. */
export const getMembers: Handler<'get_members'> = (context, { connection, payload, id }) => {
  const { room } = membershipOf(context, connection, payload.roomId);
  if (!room.presence) {
    throw new CommandError('FORBIDDEN', `Rooms of "${room.name.namespace}:" do not show their members.`);
  }
  context.fanout.send(connection, 'member_list', { roomId: room.name.full, members: room.presence.list() }, id);
};
