import { chatDisplayName, chatRoomName, type RoomName } from '@roomcast/protocol';
import type { Command, CommandContext, Handler } from '../../core/commands/command.ts';
import { joinRoom as joinAnyRoom } from '../../core/commands/join-room.ts';
import { CommandError } from '../../core/errors.ts';
import type { Membership } from '../../core/membership.ts';
import type { Chat } from '../chat.ts';
import type { ChatRoom } from '../chat-room.ts';
import { inOrder } from '../order.ts';
import type { Person } from '../people.ts';
import { chatNameOf, currentOf, fromStore, isChatId, personOf, requireRate } from './shared.ts';

type Join = Command<'join_room'>;

/**
 * Joins a chat room, which comes to be if it is not known, and leaves the one that the connection was in. A later join
 * or leave of the same connection takes the place of one that is still under way.
 */
export function joinRoom(chat: Chat): Handler<'join_room'> {
  return async (context, command) => {
    const { roomId, roomName } = command.payload;
    if (roomId !== undefined && !isChatId(roomId)) return joinAnyRoom(context, command);
    const given = roomId ?? roomName;
    if (given === undefined) {
      throw new CommandError('VALIDATION_ERROR', 'payload.roomId is missing.', { field: 'payload.roomId' });
    }
    try {
      await join(chat, context, command, given);
    } catch (error) {
      // Limits are answered as such, with the time to wait.
      if (!(error instanceof CommandError) || error.code === 'RATE_LIMITED') throw error;
      const { code, message } = error;
      const roomId = fullId(given);
      context.fanout.send(command.connection, 'join_room_error', { roomId, code, error: message }, command.id);
    }
  };
}

/** The room's whole id, by which clients know it; what was given where that is no name. */
function fullId(given: string): string {
  const name = chatRoomName(given);
  return 'fault' in name ? given : name.full;
}

async function join(chat: Chat, context: CommandContext, command: Join, given: string): Promise<void> {
  const { connection } = command;
  const person = personOf(chat, connection);
  const name = chatNameOf(given);
  const attempt = (person.connections.get(connection) ?? 0) + 1;
  person.connections.set(connection, attempt);
  const isOff = (): boolean => connection.state === 'closed' || person.connections.get(connection) !== attempt;

  if (chat.rooms.wasDeleted(name.name)) {
    throw new CommandError('NOT_FOUND', `The chat room "${name.full}" has been deleted.`);
  }
  const counted = countSwitch(chat, person, command, name);
  // Nothing is waited for that is in memory: commands that come right behind the join find it done.
  const room = chat.rooms.get(name.name) ?? (await create(chat, person, name, given).catch(refused));
  const reads = person.knownReads ?? (await person.reads().catch(() => null));
  if (isOff()) return;
  leaveFormer(context, command, name);
  const membership = context.hub.enter(connection, name);
  person.lastRoom = name.full;
  person.returnedTo(name.full);
  context.fanout.serve(connection);
  admit(chat, context, command, { membership, room, person, reads });

  // It is counted before, or many joins at once would all get through; whoever gets no room has not changed it.
  function refused(error: unknown): never {
    if (counted !== null) person.switches.giveBack(counted);
    throw error;
  }
}

/**
 * Coming back to where one was is no change of room, nor is the first room, nor another device in the same one.
 * Returns at which time it was counted, or null.
 */
function countSwitch(chat: Chat, person: Person, { connection }: Join, { full }: RoomName): number | null {
  const stays = person.lastRoom === null || person.lastRoom === full || person.isDroppedFrom(full);
  const isThere = [...person.connections.keys()].some((other) => currentOf(other)?.room.name.full === full);
  if (stays || isThere || currentOf(connection)?.room.name.full === full) return null;
  const { roomSwitchRate } = chat.settings;
  const now = chat.clock.monotonic();
  requireRate(person.switches.take(now), `You can change the room ${roomSwitchRate} times per minute`);
  return now;
}

async function create(chat: Chat, person: Person, name: RoomName, given: string): Promise<ChatRoom> {
  const { roomCreationRate } = chat.settings;
  const wait = person.creations.take(chat.clock.monotonic());
  requireRate(wait, `You can create ${roomCreationRate} rooms per minute`);
  const displayName = chatDisplayName(given.startsWith('chat:') ? name.name : given);
  const { room, isNew } = await fromStore(chat.rooms.create(name, displayName, person.identity.userKey));
  if (!isNew) return room;
  chat.log.info({ userId: person.identity.userId, roomId: name.full }, 'room created');
  chat.feed.tell('room_created', { roomId: name.full, roomName: room.displayName, room: chat.summary(room) });
  return room;
}

function leaveFormer(context: CommandContext, { connection }: Join, next: RoomName): void {
  const former = currentOf(connection);
  if (!former || former.room.name.full === next.full) return;
  context.fanout.serve(connection);
  context.hub.leave(former);
  context.fanout.send(connection, 'room_left', { roomId: former.room.name.full });
}

interface Entry {
  readonly membership: Membership;
  readonly room: ChatRoom;
  readonly person: Person;
  readonly reads: Map<number, number> | null;
}

function admit(chat: Chat, context: CommandContext, command: Join, entry: Entry): void {
  const { connection, payload, id } = command;
  const { membership, room, person, reads } = entry;
  const limit = payload.limit ?? context.joinHistory;
  membership.onDissolved = () => {
    const gone = { roomId: room.name.full, code: 'NOT_FOUND', error: 'This room has been deleted.' } as const;
    context.fanout.send(connection, 'join_room_error', gone, id);
  };
  context.recoverer.join(membership, payload.since ?? null, limit, ({ history, recovered }) => {
    membership.onDissolved = null;
    const roomId = room.name.full;
    const { log, presence } = membership.room;
    const lastRead = reads?.get(room.key) ?? room.top;
    // Who is here for the first time has read what was said before.
    if (reads && !reads.has(room.key)) {
      reads.set(room.key, lastRead);
      chat.store.reads.mark(person.identity.userKey, room.key, lastRead).catch(() => {});
    }
    const typists = chat.typing.in(roomId).flatMap((userId) => chat.people.get(userId)?.identity ?? []);
    const reply = {
      roomId,
      roomName: room.displayName,
      members: presence?.list() ?? null,
      offset: log?.top ?? null,
      epoch: log?.epoch ?? null,
      recovered,
      lastRead,
      typing: typists.map(({ username }) => username),
    };
    const records = inOrder(chat.settings.preset, history);
    context.fanout.send(connection, 'join_room_success', reply, id, {
      field: 'history',
      room: membership.room,
      records,
    });
    for (const { userId, username } of typists) {
      context.fanout.send(connection, 'user_typing', { roomId, userId, username, isTyping: true });
    }
  });
}
