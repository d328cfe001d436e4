import { type Handler, roomNameOf } from './command.ts';

/** Leaves a room. Leaving one that the connection is not in is answered the same way: the result is the same. */
export const leaveRoom: Handler<'leave_room'> = ({ hub, fanout }, { connection, payload, id }) => {
  const name = roomNameOf(payload.roomId);
  const room = hub.get(name.full);
  const membership = room && connection.membershipOf(room);
  fanout.serve(connection);
  if (membership) hub.leave(membership);
  fanout.send(connection, 'room_left', { roomId: name.full }, id);
};
