import { LIMITS } from '@roomcast/protocol';
import { CommandError } from '../errors.ts';
import type { LogPage } from '../log.ts';
import { type Handler, membershipOf } from './command.ts';

/** A page of a room's log, oldest first: the last publications, or the last below `before`. */
export const getHistory: Handler<'get_history'> = (context, { connection, payload, id }) => {
  const { room } = membershipOf(context, connection, payload.roomId);
  const { log } = room;
  if (!log) throw new CommandError('FORBIDDEN', `Rooms of "${room.name.namespace}:" keep no history.`);
  const answer = ({ publications, hasMore }: LogPage): void => {
    const reply = { roomId: room.name.full, epoch: log.epoch, hasMore };
    context.fanout.send(connection, 'history', reply, id, { field: 'publications', room, records: publications });
  };
  const page = log.page(payload.limit ?? LIMITS.historyPage, payload.before, context.pageBytes);
  return page instanceof Promise ? page.then(answer) : answer(page);
};
