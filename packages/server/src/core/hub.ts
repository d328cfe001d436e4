import type { Member, RoomName } from '@roomcast/protocol';
import type { Clock } from '../util/clock.ts';
import { isoTime } from '../util/clock.ts';
import { DelayQueue } from '../util/delay-queue.ts';
import type { Connection } from './connection.ts';
import { CommandError } from './errors.ts';
import type { Fanout } from './fanout.ts';
import type { RoomLog } from './log.ts';
import { LogBudget } from './log-budget.ts';
import { Membership } from './membership.ts';
import type { NamespacePolicy, Namespaces } from './policy.ts';
import type { Departure } from './presence.ts';
import { RecentLog } from './recent-log.ts';
import { Room } from './room.ts';

export interface HubOptions {
  readonly clock: Clock;
  readonly namespaces: Namespaces;
  readonly fanout: Fanout;
  readonly maxRooms: number;
  readonly maxRoomsPerConnection: number;
  /** Bytes for all recent logs together. */
  readonly logBudget: number;
  /**
   * The log of a room whose namespace keeps it on disk.
   * @throws CommandError NOT_FOUND
   */
  readonly openLog?: (name: RoomName, budget: LogBudget) => RoomLog;
  /** Told when a connection is in a room, for the first time. */
  readonly onJoined?: (membership: Membership) => void;
  /** Told when a connection that was in a room is so no more. */
  readonly onLeft?: (membership: Membership) => void;
  /** Told when nobody is left in a room, nor expected back. */
  readonly onEmptied?: (room: Room) => void;
  /** Milliseconds for which a user whose connection broke still counts as present. */
  readonly presenceGrace?: number;
}

/** Rooms whose name begins so vanish with their last member, log and all (D17a). */
const TEMPORARY = 'temp-';

/** Milliseconds for which a broken connection's user counts as present, in namespaces that allow for that. */
const GRACE = 3000;

const CATCHING_UP = 'This connection is still catching up: read what waits for it first.';

/** The rooms and who is in them. A room without a log is gone with its last member (B4). */
export class Hub {
  readonly #options: HubOptions;
  readonly #rooms = new Map<string, Room>();
  /** Rooms without members that live on for their log. */
  readonly #idle = new Set<Room>();
  /** Users whose connection broke, and who may come back. */
  readonly #lingering: DelayQueue<{ readonly room: Room; readonly departure: Departure }>;
  readonly budget: LogBudget;
  #serial = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.budget = new LogBudget(options.logBudget);
    this.#lingering = new DelayQueue({
      delay: options.presenceGrace ?? GRACE,
      clock: options.clock,
      onDue: ({ room, departure }) => this.#expire(room, departure),
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
  knows(namespace: string): boolean {
    return this.#options.namespaces.has(namespace);
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
    const { openLog, clock } = this.#options;
    if (history === false) return null;
    if (history !== 'durable') return new RecentLog(history, clock.now, this.budget.onBytes);
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
    requireEntry(this.policyOf(name), name, connection);
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
    if (joined) this.#announce('user_joined', joined, room, connection);
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

  /** Stops the timer of those who are expected back. */
  stop(): void {
    this.#lingering.stop();
  }

  #depart(membership: Membership, broken: boolean): void {
    const { connection, room } = membership;
    this.#options.onLeft?.(membership);
    if (broken && connection.identity && room.policy.grace) {
      const departure = room.presence?.linger(connection.member);
      if (departure) this.#lingering.add({ room, departure });
      return;
    }
    const gone = room.presence?.remove(connection.member);
    if (gone) this.#announce('user_left', gone, room, connection);
  }

  #expire(room: Room, departure: Departure): void {
    if (!this.#isCurrent(room) || !room.presence?.expire(departure)) return;
    this.#announce('user_left', departure.member, room, null);
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
    if (room.log && !room.log.isSpent && !room.name.name.startsWith(TEMPORARY)) {
      this.#idle.add(room);
      return;
    }
    this.#discard(room);
  }

  /** Rooms that nobody is in must not keep people out of rooms that they want. */
  #discardOldestIdle(): void {
    for (const room of this.#idle) {
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
    if (room.log) this.budget.forget(room.log.tail);
  }

  #announce(type: 'user_joined' | 'user_left', member: Member, room: Room, except: Connection | null): void {
    const timestamp = isoTime(this.#options.clock.now());
    this.#options.fanout.announce(room, type, { ...member, roomId: room.name.full, timestamp }, except);
  }
}

function requireEntry(policy: NamespacePolicy, name: RoomName, { identity }: Connection): void {
  if (policy.join === 'anyone') return;
  if (policy.join === 'identified') {
    if (identity) return;
    throw new CommandError('UNAUTHENTICATED', `Rooms of "${name.namespace}:" are for logged-in users.`);
  }
  throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" cannot be joined by clients.`);
}
