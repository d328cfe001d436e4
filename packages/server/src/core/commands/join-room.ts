import { CommandError } from '../errors.ts';
import { type Handler, roomNameOf } from './command.ts';

/** Joins a room and answers with its members and its recent history, or with what was missed since a position. */
export const joinRoom: Handler<'join_room'> = (context, { connection, payload, id }) => {
  const { hub, fanout, recoverer, joinHistory } = context;
  const { roomId, since, limit } = payload;
  if (roomId === undefined) {
    throw new CommandError('VALIDATION_ERROR', 'payload.roomId is missing.', { field: 'payload.roomId' });
  }
  try {
    const membership = hub.enter(connection, roomNameOf(roomId));
    const { room } = membership;
    // Without a position, what its rooms have for it now goes out first: the page may repeat it, never skip it.
    fanout.serve(connection);
    recoverer.join(membership, since ?? null, limit ?? joinHistory, ({ history, recovered }) => {
      const reply = {
        roomId: room.name.full,
        roomName: room.name.name,
        members: room.presence?.list() ?? null,
        offset: room.log?.top ?? null,
        epoch: room.log?.epoch ?? null,
        recovered,
      };
      fanout.send(connection, 'join_room_success', reply, id, { field: 'history', room, records: history });
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    fanout.send(connection, 'join_room_error', { roomId, code: error.code, error: error.message }, id);
  }
};
