import type { Member, RoomName } from '@roomcast/protocol';
import type { Clock } from '../util/clock.ts';
import { isoTime } from '../util/clock.ts';
import { DelayQueue } from '../util/delay-queue.ts';
import { newId } from '../util/ids.ts';
import { SPELL } from './arrivals.ts';
import type { Connection } from './connection.ts';
import { requireEntry } from './entry.ts';
import { CommandError } from './errors.ts';
import type { Fanout } from './fanout.ts';
import type { DurableLog, RoomLog, StoredLog } from './log.ts';
import { LogBudget } from './log-budget.ts';
import { Membership } from './membership.ts';
import type { NamespacePolicy, Namespaces } from './policy.ts';
import type { Departure } from './presence.ts';
import { RecentLog, type RecentLogBounds } from './recent-log.ts';
import { Room } from './room.ts';

export interface HubOptions {
  readonly clock: Clock;
  readonly namespaces: Namespaces;
  readonly fanout: Fanout;
  readonly maxRooms: number;
  readonly maxRoomsPerConnection: number;
  /** Bytes for all recent logs together. */
  readonly logBudget: number;
  /** Whether there is something that a room of that name could be about; absent where every room may come to be. */
  readonly isKnown?: (name: RoomName) => boolean;
  /**
   * The log of a room whose namespace keeps it on disk.
   * @throws CommandError NOT_FOUND
   */
  readonly openLog?: (name: RoomName, budget: LogBudget) => DurableLog;
  /** The log of a room whose namespace keeps its recent publications on disk. */
  readonly openStoredLog?: (name: RoomName, bounds: RecentLogBounds, budget: LogBudget) => StoredLog;
  /** Told when a connection is in a room, for the first time. */
  readonly onJoined?: (membership: Membership) => void;
  /** Told when a connection that was in a room is so no more. */
  readonly onLeft?: (membership: Membership) => void;
  /** Told when a user who was expected back in a room is given up; `onLeft` has been called before. */
  readonly onGivenUp?: (room: Room) => void;
  /** Told when nobody is left in a room, nor expected back. */
  readonly onEmptied?: (room: Room) => void;
  /** Milliseconds for which a user whose connection broke still counts as present. */
  readonly presenceGrace?: number;
}

/** Rooms whose name begins so vanish with their last member, log and all (D17a). */
const TEMPORARY = 'temp-';

function isTemporary({ name, policy, log }: Room): boolean {
  // The server's own rooms are called by the ids of users and webhooks; and what is on its way to disk has to find its log.
  if (policy.reserved || (log?.kind === 'stored' && !log.isIdle)) return false;
  return name.name.startsWith(TEMPORARY);
}

/** Milliseconds for which a broken connection's user counts as present, in namespaces that allow for that. */
const GRACE = 3000;

/**
 * Milliseconds for which a user counts as present who leaves right after the others were told of their arrival: most who
 * do so come back at once. Less than half of what others may wait to see somebody go (D8).
 */
const SECOND_THOUGHT = 200;

const CATCHING_UP = 'This connection is still catching up: read what waits for it first.';

interface Lingering {
  readonly room: Room;
  readonly departure: Departure;
}

/** The rooms and who is in them. A room without a log is gone with its last member (B4). */
export class Hub {
  readonly #options: HubOptions;
  readonly #rooms = new Map<string, Room>();
  /** Rooms without members that live on for their log. */
  readonly #idle = new Set<Room>();
  /** Users whose connection broke, and who may come back. */
  readonly #lingering: DelayQueue<Lingering>;
  /** Users who have left a moment after they came. */
  readonly #wavering: DelayQueue<Lingering>;
  /** Users who are back so soon that the others are told only if they stay. */
  readonly #arriving: DelayQueue<{ readonly room: Room; readonly member: Member; readonly userId: string }>;
  readonly budget: LogBudget;
  #serial = 0;
  /** The highest sequence that was in the log of a room which is no more: what a new room of that name may have missed. */
  #gone = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.budget = new LogBudget(options.logBudget);
    const { clock, presenceGrace = GRACE } = options;
    const onDue = (lingering: Lingering): void => this.#expire(lingering);
    this.#lingering = new DelayQueue({ delay: presenceGrace, clock, onDue });
    this.#wavering = new DelayQueue({ delay: SECOND_THOUGHT, clock, onDue });
    this.#arriving = new DelayQueue({
      delay: SPELL,
      clock,
      onDue: ({ room, member, userId }) => {
        if (this.#isCurrent(room) && room.arrivals?.due(userId, clock.monotonic()))
          this.#tellJoined(member, room, null);
      },
    });
  }

  get roomCount(): number {
    return this.#rooms.size;
  }

  get(full: string): Room | undefined {
    return this.#rooms.get(full);
  }

  rooms(): IterableIterator<Room> {
    return this.#rooms.values();
  }

  /** Whether such a namespace is configured. */
  hasNamespace(namespace: string): boolean {
    return this.#options.namespaces.has(namespace);
  }

  /** Whether clients cannot leave a room of that name by themselves. */
  keeps({ namespace }: RoomName): boolean {
    return this.#options.namespaces.get(namespace)?.keeps ?? false;
  }

  /** Whether a room of that name is there, or may come to be. */
  knows(name: RoomName): boolean {
    const { namespaces, isKnown } = this.#options;
    return namespaces.has(name.namespace) && (isKnown?.(name) ?? true);
  }

  /** @throws CommandError NOT_FOUND where no such namespace is configured */
  policyOf(name: RoomName): NamespacePolicy {
    const policy = this.#options.namespaces.get(name.namespace);
    if (!policy) throw new CommandError('NOT_FOUND', `There is no namespace "${name.namespace}".`);
    return policy;
  }

  /**
   * The room of that name, which comes to be if it does not exist.
   * @throws CommandError NOT_FOUND, or LIMIT_EXCEEDED where there is no place for another room
   */
  open(name: RoomName): Room {
    const known = this.#rooms.get(name.full);
    if (known) return known;
    const policy = this.policyOf(name);
    if (!this.knows(name)) throw new CommandError('NOT_FOUND', `There is no room "${name.full}".`);
    if (this.#rooms.size >= this.#options.maxRooms) this.#discardOldestIdle();
    if (this.#rooms.size >= this.#options.maxRooms) {
      throw new CommandError('LIMIT_EXCEEDED', `This server holds ${this.#options.maxRooms} rooms, its limit.`);
    }
    const { now } = this.#options.clock;
    const log = this.#logOf(name, policy);
    const room = new Room(++this.#serial, name, policy, log, now());
    this.#rooms.set(name.full, room);
    if (log) this.#idle.add(room);
    return room;
  }

  #logOf(name: RoomName, { history }: NamespacePolicy): RoomLog | null {
    const { openLog, openStoredLog, clock } = this.#options;
    if (history === false) return null;
    if (history !== 'durable') {
      if (history.durable && openStoredLog) return openStoredLog(name, history, this.budget);
      const start = { epoch: newId().slice(0, 10), top: 0, gone: this.#gone };
      return new RecentLog(history, clock.now, this.budget.onBytes, start);
    }
    if (!openLog) throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" are not served here.`);
    return openLog(name, this.budget);
  }

  /** Puts a connection into a room that is not looked up by name, such as the feed of all users. */
  attach(connection: Connection, room: Room): void {
    const membership = new Membership(connection, room);
    connection.memberships.push(membership);
    room.memberships.add(membership);
    this.admit(membership);
  }

  /**
   * Registers `connection` in the room. The membership is `joining` until `admit`: it gets nothing live yet.
   * One that exists already is returned as it is.
   * @throws CommandError FORBIDDEN, UNAUTHENTICATED, NOT_FOUND, LIMIT_EXCEEDED
   */
  enter(connection: Connection, name: RoomName): Membership {
    requireEntry(connection, name, this.policyOf(name));
    return this.place(connection, name);
  }

  /**
   * As `enter`, on behalf of the server or of a backend: the namespace is not asked who may.
   * @throws CommandError NOT_FOUND, LIMIT_EXCEEDED, OVERLOADED
   */
  place(connection: Connection, name: RoomName): Membership {
    const known = this.#rooms.get(name.full);
    const existing = known && connection.membershipOf(known);
    if (existing) return existing;
    if (connection.state === 'catching-up' && !this.policyOf(name).history) {
      throw new CommandError('OVERLOADED', CATCHING_UP, { retryAfter: 1000 });
    }
    const { maxRoomsPerConnection } = this.#options;
    if (connection.memberships.length >= maxRoomsPerConnection) {
      throw new CommandError('LIMIT_EXCEEDED', `A connection may be in ${maxRoomsPerConnection} rooms at a time.`);
    }
    const room = known ?? this.open(name);
    const membership = new Membership(connection, room);
    connection.memberships.push(membership);
    room.memberships.add(membership);
    room.joining.add(membership);
    this.#idle.delete(room);
    return membership;
  }

  /** Ends `joining`: from here on the member gets everything that is published; others learn of them. */
  admit(membership: Membership): void {
    const { connection, room, group } = membership;
    room.joining.delete(membership);
    membership.buffer = null;
    if (connection.state === 'catching-up') membership.state = 'suspended';
    else {
      membership.state = 'live';
      group.members.add(connection);
      group.batch.startAtEnd(connection);
    }
    if (membership.present) return;
    membership.present = true;
    this.#options.onJoined?.(membership);
    const joined = room.presence?.add(connection.member);
    if (joined) this.#arrive(joined, room, connection);
  }

  /**
   * Takes the connection out. The others learn of it, at once or (where the connection broke and the namespace has a
   * grace) when the user has not come back in time; an empty room without a log is gone.
   */
  leave(membership: Membership, broken = false): void {
    const { connection, room, group } = membership;
    if (!room.memberships.delete(membership)) return;
    connection.memberships = connection.memberships.filter((other) => other !== membership);
    room.joining.delete(membership);
    membership.joins = null;
    group.members.delete(connection);
    group.batch.forget(connection);
    if (membership.present) this.#depart(membership, broken);
    this.#discardIfEmpty(room);
  }

  /** Takes the connection out of every room: whatever it died of. */
  leaveAll(connection: Connection, broken = false): void {
    for (const membership of connection.memberships) this.leave(membership, broken);
  }

  /** Puts everybody out of a room that is no more, silently; who is told what is the caller's business. */
  dissolve(room: Room): void {
    for (const membership of room.memberships) {
      const { connection, group } = membership;
      connection.memberships = connection.memberships.filter((other) => other !== membership);
      group.members.delete(connection);
      membership.joins = null;
      membership.onDissolved?.();
      if (membership.present) this.#options.onLeft?.(membership);
    }
    room.memberships.clear();
    room.joining.clear();
    this.#discard(room);
  }

  /** Stops the timers of those who are expected back. */
  stop(): void {
    this.#lingering.stop();
    this.#wavering.stop();
    this.#arriving.stop();
  }

  /** The others are told at once, unless they were told the same a moment ago. */
  #arrive(member: Member, room: Room, connection: Connection): void {
    const { arrivals } = room;
    const { userId } = member;
    if (!arrivals || userId === null || arrivals.come(userId, this.#options.clock.monotonic())) {
      this.#tellJoined(member, room, connection);
    } else {
      this.#arriving.add({ room, member, userId });
    }
  }

  #depart(membership: Membership, broken: boolean): void {
    const { connection, room } = membership;
    this.#options.onLeft?.(membership);
    const queue = this.#queueFor(connection, room, broken);
    if (queue) {
      const departure = room.presence?.linger(connection.member);
      if (departure) queue.add({ room, departure });
      return;
    }
    const gone = room.presence?.remove(connection.member);
    if (gone) this.#tellLeft(gone, room, connection);
  }

  /** Where a user waits who may be back in a moment; null for others. */
  #queueFor({ identity }: Connection, { arrivals }: Room, broken: boolean): DelayQueue<Lingering> | null {
    if (!identity || !arrivals) return null;
    if (broken) return this.#lingering;
    return arrivals.isRecent(identity.userId, this.#options.clock.monotonic()) ? this.#wavering : null;
  }

  #expire({ room, departure }: Lingering): void {
    if (!this.#isCurrent(room) || !room.presence?.expire(departure)) return;
    this.#tellLeft(departure.member, room, null);
    this.#options.onGivenUp?.(room);
    this.#discardIfEmpty(room);
  }

  /** Lets go of rooms that nobody is in and whose log has expired. Called every few seconds. */
  sweep(): void {
    for (const room of this.#idle) {
      room.log?.trim();
      this.#discardIfEmpty(room);
    }
  }

  #discardIfEmpty(room: Room): void {
    if (!this.#isCurrent(room) || room.memberships.size > 0 || (room.presence?.size ?? 0) > 0) return;
    if (!this.#idle.has(room)) this.#options.onEmptied?.(room);
    if (room.log && !room.log.isSpent && !isTemporary(room)) {
      this.#idle.add(room);
      return;
    }
    this.#discard(room);
  }

  /** Rooms that nobody is in must not keep people out of rooms that they want. */
  #discardOldestIdle(): void {
    for (const room of this.#idle) {
      // What is on its way to disk has to find its log as it left it.
      if (room.log?.kind === 'stored' && !room.log.isIdle) continue;
      this.#discard(room);
      return;
    }
  }

  /** Whether it is the room of its name: one that was dissolved may still be in somebody's hands. */
  #isCurrent(room: Room): boolean {
    return this.#rooms.get(room.name.full) === room;
  }

  #discard(room: Room): void {
    this.#idle.delete(room);
    if (!this.#isCurrent(room)) return;
    this.#rooms.delete(room.name.full);
    if (!room.log) return;
    this.budget.forget(room.log.tail);
    if (room.log.kind === 'memory') this.#gone = Math.max(this.#gone, room.log.tail.gone, room.log.tail.last);
  }

  #tellJoined(member: Member, room: Room, except: Connection | null): void {
    this.#announce('user_joined', member, room, except);
  }

  #tellLeft(member: Member, room: Room, except: Connection | null): void {
    if (member.userId !== null && room.arrivals?.go(member.userId) === false) return;
    this.#announce('user_left', member, room, except);
  }

  #announce(type: 'user_joined' | 'user_left', member: Member, room: Room, except: Connection | null): void {
    const timestamp = isoTime(this.#options.clock.now());
    this.#options.fanout.announce(room, type, { ...member, roomId: room.name.full, timestamp }, except);
  }
}
