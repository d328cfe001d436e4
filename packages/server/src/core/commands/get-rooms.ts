import { LIMITS } from '@roomcast/protocol';
import { CommandError } from '../errors.ts';
import { listRooms } from '../listing.ts';
import type { Handler } from './command.ts';

/** Lists the rooms of namespaces that are listed, page by page. */
export const getRooms: Handler<'get_rooms'> = ({ hub, fanout }, { connection, payload, id }) => {
  const page = listRooms(hub, {
    cursor: payload.cursor ?? null,
    limit: payload.limit ?? LIMITS.roomsPage,
    include: ({ policy, name }) => policy.listed && (payload.namespace ?? name.namespace) === name.namespace,
  });
  if (!page) throw new CommandError('VALIDATION_ERROR', 'The cursor is not one of ours.', { field: 'payload.cursor' });
  fanout.send(connection, 'room_list', page, id);
};
