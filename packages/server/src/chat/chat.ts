import type { RoomName, RoomSummary } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import { CommandError } from '../core/errors.ts';
import type { LogBudget } from '../core/log-budget.ts';
import type { Membership } from '../core/membership.ts';
import type { Room } from '../core/room.ts';
import type { Store } from '../store/store.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { isoTime } from '../util/clock.ts';
import { DelayQueue } from '../util/delay-queue.ts';
import { ChatLog } from './chat-log.ts';
import type { ChatRoom } from './chat-room.ts';
import { ChatRooms } from './chat-rooms.ts';
import { Feed } from './feed.ts';
import { People, type Person } from './people.ts';
import { type ChatSettings, userLimit } from './settings.ts';
import { Typing } from './typing.ts';

export interface ChatOptions {
  readonly store: Store;
  readonly settings: ChatSettings;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds of silence after which nobody types any more. */
const TYPING_SILENCE = 3000;
const PRUNE_INTERVAL = 600_000;
const DAY = 86_400_000;

/** Chat, put together: rooms that are kept, the people in them, and what all of them are told. */
export class Chat {
  readonly store: Store;
  readonly settings: ChatSettings;
  readonly clock: Clock;
  readonly rooms: ChatRooms;
  readonly people: People;
  readonly typing = new Typing<Connection>();
  readonly log: Logger;
  readonly #typingEnds: DelayQueue<{ readonly connection: Connection; readonly room: Room; readonly start: number }>;
  #engine: Engine | null = null;
  #feed: Feed | null = null;
  #pruner: NodeJS.Timeout | null = null;
  #draining = false;
  #isPruning = false;

  private constructor(options: ChatOptions, rooms: ChatRooms) {
    const { store, settings, clock, log } = options;
    this.store = store;
    this.settings = settings;
    this.clock = clock;
    this.log = log;
    this.rooms = rooms;
    this.people = new People({
      clock,
      grace: settings.presenceGrace,
      rates: {
        messages: settings.chatMessageRate,
        switches: settings.roomSwitchRate,
        creations: settings.roomCreationRate,
      },
      loadReads: async (userKey) => new Map(await store.reads.of(userKey)),
      onOnline: (person) => this.#tellPresence(person, true),
      onOffline: (person) => this.#tellPresence(person, false),
    });
    this.#typingEnds = new DelayQueue({
      delay: TYPING_SILENCE,
      clock,
      onDue: ({ connection, room, start }) => this.stopTyping(connection, room, start),
    });
  }

  /** Reads which rooms there are. @throws StoreError */
  static async open(options: ChatOptions): Promise<Chat> {
    const { store, clock, settings } = options;
    const rooms = await ChatRooms.load({ store: store.rooms, clock, limit: settings.maxChatRooms });
    return new Chat(options, rooms);
  }

  /** Joins chat to the engine that was made with its hooks (`openLog`, `joined`, `left`, `givenUp` …). */
  start(engine: Engine): void {
    this.#engine = engine;
    const { hub, fanout } = engine;
    this.#feed = new Feed({ hub, fanout, clock: this.clock, summary: (room) => this.summary(room) });
    this.store.onAvailability((available, reason) => {
      if (available) this.log.info('messages are saved again');
      else this.log.error({ reason }, 'messages cannot be saved: they are delivered all the same');
      this.feed.tell('storage_state', { available });
    });
    // Nobody is in them any more: the server has been away.
    for (const room of [...this.rooms.all()]) if (room.isTemporary) this.#deleteTemporary(room);
    const { retentionMessages, retentionDays } = this.settings;
    if (retentionMessages === 0 && retentionDays === 0) return;
    this.#pruner = setInterval(() => void this.#prune(), PRUNE_INTERVAL).unref();
    void this.#prune();
  }

  stop(): void {
    this.people.stop();
    this.#typingEnds.stop();
    this.#feed?.stop();
    if (this.#pruner) clearInterval(this.#pruner);
  }

  get engine(): Engine {
    if (!this.#engine) throw new Error('Chat has not been started');
    return this.#engine;
  }

  get feed(): Feed {
    if (!this.#feed) throw new Error('Chat has not been started');
    return this.#feed;
  }

  get isDraining(): boolean {
    return this.#draining;
  }

  /** Takes no more messages; those that were taken are stored and acknowledged. @param limit milliseconds */
  async drain(limit: number): Promise<void> {
    this.#draining = true;
    await this.engine.publisher.settled(limit);
  }

  /** Why another user cannot come in, in words; null where they can. */
  refusal(userId: string | null): string | null {
    const limit = userLimit(this.settings);
    if (this.people.online < limit || (userId !== null && this.people.isOnline(userId))) return null;
    return `The server is full: ${limit} ${limit === 1 ? 'person is' : 'people are'} here already. Try again later.`;
  }

  /** A connection that belongs to a user has been greeted. */
  opened(connection: Connection): void {
    const { identity } = connection;
    if (!identity || connection.state === 'closed') return;
    const { engine, settings } = this;
    const refusal = this.refusal(identity.userId);
    if (refusal !== null) {
      engine.close(connection, 4103, refusal);
      return;
    }
    if (settings.preset === 'open') this.#supersede(identity.userId);
    const person = this.people.arrive(identity, connection);
    // A disk that does not answer is asked again at the next need.
    person.reads().catch(() => {});
    this.feed.attach(connection);
    engine.fanout.send(connection, 'connection_established', {
      connectionId: connection.id,
      user: { id: identity.userId, username: identity.username },
      rooms: [],
      serverTime: isoTime(this.clock.now()),
      preset: settings.preset,
      maxMessageLength: settings.maxMessageLength,
      storageAvailable: this.store.available,
    });
  }

  /** A connection that read too slowly is live again, and may not have heard how the database is. */
  caughtUp(connection: Connection): void {
    if (!connection.identity) return;
    this.engine.fanout.send(connection, 'storage_state', { available: this.store.available });
  }

  /** A connection has ended, and is in no room any more. `broken`: its user may be back within moments. */
  closed(connection: Connection, broken: boolean): void {
    const person = connection.identity && this.people.get(connection.identity.userId);
    if (person) this.people.depart(person, connection, broken);
  }

  /** A login session is no more: its connections are told, and closed. */
  endSession(sessionHash: string, reason: string): void {
    for (const connection of this.engine.connections) {
      if (connection.identity?.sessionHash !== sessionHash) continue;
      this.engine.fanout.send(connection, 'session_expired', { reason });
      this.engine.close(connection, 4001, reason);
    }
  }

  /** The log of a chat room that comes into memory. @throws CommandError NOT_FOUND */
  readonly openLog = (name: RoomName, budget: LogBudget): ChatLog => {
    const room = this.rooms.get(name.name);
    if (!room) throw new CommandError('NOT_FOUND', `There is no chat room "${name.full}".`);
    return new ChatLog({ room, messages: this.store.messages, clock: this.clock, budget });
  };

  readonly joined = (membership: Membership): void => {
    const room = this.#chatRoomOf(membership.room);
    if (!room) return;
    const { connection } = membership;
    this.log.info({ connectionId: connection.id, userId: userIdOf(connection), roomId: room.name.full }, 'room joined');
    this.feed.changed(room);
  };

  readonly left = ({ connection, room }: Membership): void => {
    if (room.policy.form !== 'chat_message') return;
    this.stopTyping(connection, room);
    const person = connection.identity && this.people.get(connection.identity.userId);
    if (connection.state === 'closed') person?.droppedFrom(room.name.full);
    this.log.info({ connectionId: connection.id, userId: userIdOf(connection), roomId: room.name.full }, 'room left');
    const chatRoom = this.#chatRoomOf(room);
    if (chatRoom) this.feed.changed(chatRoom);
  };

  /** A user whose departure was waited with is out of the room: it has a member less from now on. */
  readonly givenUp = (room: Room): void => {
    const chatRoom = this.#chatRoomOf(room);
    if (chatRoom) this.feed.changed(chatRoom);
  };

  readonly emptied = (room: Room): void => {
    const chatRoom = this.#chatRoomOf(room);
    if (chatRoom?.isTemporary) this.#deleteTemporary(chatRoom);
  };

  #deleteTemporary(chatRoom: ChatRoom): void {
    this.delete(chatRoom, null, null).catch((err: unknown) => {
      this.log.error({ err, roomId: chatRoom.name.full }, 'a temporary room could not be deleted');
    });
  }

  /** Deletes a room and tells everybody but `except`. False where somebody else has deleted it. @throws StoreError */
  async delete(room: ChatRoom, deletedBy: string | null, except: Connection | null): Promise<boolean> {
    if (!(await this.rooms.delete(room))) return false;
    const roomId = room.name.full;
    this.log.info({ roomId, deletedBy }, 'room deleted');
    this.feed.forget(room);
    this.feed.tell('room_deleted', { roomId, deletedBy }, except);
    const live = this.engine.hub.get(roomId);
    if (live) this.engine.hub.dissolve(live);
    return true;
  }

  /** As lists show it. */
  summary(room: ChatRoom): RoomSummary {
    const { name, displayName, lastActivity, top } = room;
    const memberCount = this.engine.hub.get(name.full)?.presence?.size ?? 0;
    return { id: name.full, name: displayName, memberCount, lastActivity: isoTime(lastActivity), offset: top };
  }

  /** Others in the room learn that the user types, and that they have ceased to after a silence. */
  startTyping(connection: Connection, room: Room): void {
    const { identity } = connection;
    if (!identity) return;
    const { changed, start } = this.typing.start(room.name.full, identity.userId, connection);
    this.#typingEnds.add({ connection, room, start });
    if (changed) this.#tellTyping(connection, room, true);
  }

  /** @param start ends that start alone */
  stopTyping(connection: Connection, room: Room, start?: number): void {
    const userId = connection.identity?.userId;
    if (userId === undefined) return;
    if (this.typing.stop(room.name.full, userId, connection, start)) this.#tellTyping(connection, room, false);
  }

  #tellTyping(connection: Connection, room: Room, isTyping: boolean): void {
    const { userId, username } = connection.member;
    if (userId === null || username === null) return;
    const payload = { roomId: room.name.full, userId, username, isTyping };
    this.engine.fanout.announce(room, 'user_typing', payload, connection);
  }

  #tellPresence({ identity }: Person, isOnline: boolean): void {
    const { userId, username, userKey } = identity;
    const now = this.clock.now();
    this.feed.tell('presence_update', { userId, username, isOnline, lastSeen: isoTime(now) });
    // For information alone: where it cannot be written, an older time stays.
    if (!isOnline) this.store.users.setLastSeen([{ key: userKey, at: now }]).catch(() => {});
  }

  #supersede(userId: string): void {
    const person = this.people.get(userId);
    for (const connection of [...(person?.connections.keys() ?? [])]) {
      this.engine.close(connection, 4004, 'You have connected elsewhere.');
    }
  }

  #chatRoomOf({ policy, name }: Room): ChatRoom | undefined {
    return policy.form === 'chat_message' ? this.rooms.get(name.name) : undefined;
  }

  async #prune(): Promise<void> {
    if (this.#isPruning) return; // of very many messages: the next time will do
    this.#isPruning = true;
    const { retentionMessages, retentionDays } = this.settings;
    const olderThan = retentionDays === 0 ? 0 : this.clock.now() - retentionDays * DAY;
    try {
      const count = await this.store.messages.prune(retentionMessages, olderThan, this.#pruned);
      if (count > 0) this.log.info({ count }, 'old messages deleted');
    } catch (err) {
      this.log.error({ err }, 'old messages could not be deleted');
    } finally {
      this.#isPruning = false;
    }
  }

  readonly #pruned = (roomKey: number, bottom: number): void => {
    const room = this.rooms.byKey(roomKey);
    const log = room && this.engine.hub.get(room.name.full)?.log;
    if (log instanceof ChatLog) log.prune(bottom);
  };
}

function userIdOf({ identity }: Connection): string | null {
  return identity?.userId ?? null;
}
