import { LIMITS, type UserSummary } from '@roomcast/protocol';
import type { Handler } from '../../core/commands/command.ts';
import type { StoredUser } from '../../store/account-store.ts';
import { isoTime } from '../../util/clock.ts';
import type { Chat } from '../chat.ts';
import { currentOf, fromStore, identityOf } from './shared.ts';

/** Lists all users by name: who is here, in which rooms, and when the others were seen last (D8). */
export function getUsers(chat: Chat): Handler<'get_users'> {
  return async (context, { connection, payload, id }) => {
    identityOf(connection);
    const { cursor = null, limit = LIMITS.usersPage } = payload;
    const found = await fromStore(chat.store.users.list(cursor, limit + 1));
    const users = found.slice(0, limit).map((user) => summaryOf(chat, user));
    const next = found.length > limit ? (users.at(-1)?.username ?? null) : null;
    context.fanout.send(connection, 'user_list', { users, cursor: next }, id);
  };
}

function summaryOf(chat: Chat, { id, username, lastSeen }: StoredUser): UserSummary {
  const person = chat.people.get(id);
  const isOnline = person?.online ?? false;
  const rooms = [...(person?.connections.keys() ?? [])].flatMap((connection) => {
    const current = currentOf(connection);
    return current?.present ? [current.room.name.full] : [];
  });
  const seen = isOnline ? chat.clock.now() : lastSeen;
  return { id, username, isOnline, lastSeen: seen === null ? null : isoTime(seen), rooms: [...new Set(rooms)] };
}
