import { CHAT, chatRoomName, type ErrorCode, type RoomName } from '@roomcast/protocol';
import type { Connection } from '../../core/connection.ts';
import { CommandError } from '../../core/errors.ts';
import type { Identity } from '../../core/identity.ts';
import type { Membership } from '../../core/membership.ts';
import { StoreError, type StoreErrorCode } from '../../store/store.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoom } from '../chat-room.ts';
import type { Person } from '../people.ts';

/** @throws CommandError UNAUTHENTICATED */
export function identityOf({ identity }: Connection): Identity {
  if (identity) return identity;
  throw new CommandError('UNAUTHENTICATED', 'Chat is for logged-in users.');
}

/** @throws CommandError UNAUTHENTICATED */
export function personOf(chat: Chat, connection: Connection): Person {
  const { userId } = identityOf(connection);
  const person = chat.people.get(userId);
  if (!person) throw new CommandError('UNAUTHENTICATED', 'Chat is for logged-in users.');
  return person;
}

/** Whether an id means a chat room: it says so, or it names no namespace at all. */
export function isChatId(roomId: string): boolean {
  return roomId.startsWith(`${CHAT}:`) || !roomId.includes(':');
}

/** @throws CommandError VALIDATION_ERROR where nothing is left of the name */
export function chatNameOf(given: string, field = 'payload.roomId'): RoomName {
  const name = chatRoomName(given);
  if ('fault' in name) throw new CommandError('VALIDATION_ERROR', `The room's name ${name.fault}.`, { field });
  return name;
}

/** @throws CommandError NOT_FOUND */
export function chatRoomOf(chat: Chat, roomId: string): ChatRoom {
  const name = chatNameOf(roomId);
  const room = chat.rooms.get(name.name);
  if (!room) throw new CommandError('NOT_FOUND', `There is no chat room "${name.full}".`);
  return room;
}

/** The chat room that the connection is in, or on its way into. */
export function currentOf(connection: Connection): Membership | undefined {
  return connection.memberships.find(({ room }) => room.policy.form === 'chat_message');
}

/** @throws CommandError UNAUTHENTICATED, NOT_IN_ROOM */
export function membershipIn(connection: Connection, roomId: string): Membership {
  identityOf(connection);
  const current = currentOf(connection);
  // Mostly it is the very id: then nothing has to be normalised.
  const full = current?.room.name.full === roomId ? roomId : chatNameOf(roomId).full;
  if (!current?.present || current.room.name.full !== full) {
    throw new CommandError('NOT_IN_ROOM', `Join "${full}" first.`);
  }
  return current;
}

const CODES: Readonly<Record<StoreErrorCode, ErrorCode>> = {
  conflict: 'CONFLICT',
  unavailable: 'STORAGE_UNAVAILABLE',
  overloaded: 'OVERLOADED',
  closed: 'SHUTTING_DOWN',
  locked: 'STORAGE_UNAVAILABLE',
  newer: 'STORAGE_UNAVAILABLE',
};

/** What the store answers, its refusals in the words of the protocol. @throws CommandError */
export async function fromStore<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const code = CODES[error.code];
    const message = code === 'STORAGE_UNAVAILABLE' ? 'The database cannot be reached just now.' : error.message;
    throw new CommandError(code, message, code === 'CONFLICT' ? {} : { retryAfter: 1000 });
  }
}

/** @throws CommandError RATE_LIMITED */
export function requireRate(wait: number, what: string): void {
  if (wait === 0) return;
  throw new CommandError('RATE_LIMITED', `${what}; try again in ${wait} ms.`, { retryAfter: wait });
}
