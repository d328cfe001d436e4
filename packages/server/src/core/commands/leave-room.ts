import { CommandError } from '../errors.ts';
import { type Handler, roomNameOf } from './command.ts';

/**
 * Leaves a room. Leaving one that the connection is not in is answered the same way: the result is the same. Rooms that
 * keep their clients are not left, whether the connection is in them or not.
 */
export const leaveRoom: Handler<'leave_room'> = ({ hub, fanout }, { connection, payload, id }) => {
  const name = roomNameOf(payload.roomId);
  if (hub.keeps(name)) throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" cannot be left by clients.`);
  const room = hub.get(name.full);
  const membership = room && connection.membershipOf(room);
  fanout.serve(connection);
  if (membership) hub.leave(membership);
  fanout.send(connection, 'room_left', { roomId: name.full }, id);
};
