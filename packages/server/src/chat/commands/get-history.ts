import type { Handler } from '../../core/commands/command.ts';
import { getHistory as getAnyHistory } from '../../core/commands/get-history.ts';
import { CommandError } from '../../core/errors.ts';
import type { Chat } from '../chat.ts';
import { ChatLog } from '../chat-log.ts';
import { inOrder } from '../order.ts';
import { fromStore, isChatId, membershipIn } from './shared.ts';

/** Messages of a page, where the client names no number (FR-020). */
const PAGE = 50;

/** A page of a chat room's messages, oldest first: the last ones, those below `before`, or the first above `after`. */
export function getHistory(chat: Chat): Handler<'get_history'> {
  return async (context, command) => {
    const { connection, payload, id } = command;
    if (!isChatId(payload.roomId)) return getAnyHistory(context, command);
    const { room } = membershipIn(connection, payload.roomId);
    const { log } = room;
    if (!(log instanceof ChatLog)) throw new Error(`${room.name.full} keeps no messages`);
    const { before, after, limit = PAGE } = payload;
    if (before !== undefined && after !== undefined) {
      throw new CommandError('VALIDATION_ERROR', 'Either before or after, not both.', { field: 'payload.after' });
    }
    const page =
      after === undefined ? log.page(limit, before, context.pageBytes) : log.after(after, limit, context.pageBytes);
    const { publications, hasMore } = page instanceof Promise ? await fromStore(page) : page;
    // What is stored and about to be delivered comes live.
    const delivered = publications.filter(({ offset }) => offset <= log.top);
    const records = inOrder(chat.settings.preset, delivered);
    const reply = { roomId: room.name.full, epoch: log.epoch, hasMore };
    context.fanout.send(connection, 'history', reply, id, { field: 'publications', room, records });
  };
}
