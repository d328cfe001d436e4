import type { RoomName } from '@roomcast/protocol';
import type { Clock } from '../util/clock.ts';
import { isoTime } from '../util/clock.ts';
import type { Connection } from './connection.ts';
import { CommandError } from './errors.ts';
import type { Fanout } from './fanout.ts';
import { LogBudget } from './log-budget.ts';
import { Membership } from './membership.ts';
import type { NamespacePolicy, Namespaces } from './policy.ts';
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
}

/** Rooms whose name begins so vanish with their last member, log and all (D17a). */
const TEMPORARY = 'temp-';

const CATCHING_UP = 'This connection is still catching up: read what waits for it first.';

/** The rooms and who is in them. A room without a log is gone with its last member (B4). */
export class Hub {
  readonly #options: HubOptions;
  readonly #rooms = new Map<string, Room>();
  /** Rooms without members that live on for their log. */
  readonly #idle = new Set<Room>();
  readonly budget: LogBudget;
  #serial = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.budget = new LogBudget(options.logBudget);
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
    const log = policy.history ? new RecentLog(policy.history, now, this.budget.onBytes) : null;
    const room = new Room(++this.#serial, name, policy, log, now());
    this.#rooms.set(name.full, room);
    if (log) this.#idle.add(room);
    return room;
  }

  /**
   * Registers `connection` in the room. The membership is `joining` until `admit`: it gets nothing live yet.
   * One that exists already is returned as it is.
   * @throws CommandError FORBIDDEN, UNAUTHENTICATED, NOT_FOUND, LIMIT_EXCEEDED
   */
  enter(connection: Connection, name: RoomName): Membership {
    requireEntry(this.policyOf(name), name);
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
    const joined = room.presence?.add(connection.member);
    if (joined) this.#announce('user_joined', membership);
  }

  /** Takes the connection out. The others learn of it; an empty room without a log is gone. */
  leave(membership: Membership): void {
    const { connection, room, group } = membership;
    if (!room.memberships.delete(membership)) return;
    connection.memberships = connection.memberships.filter((other) => other !== membership);
    room.joining.delete(membership);
    group.members.delete(connection);
    group.batch.forget(connection);
    if (membership.present && room.presence?.remove(connection.member)) this.#announce('user_left', membership);
    this.#discardIfEmpty(room);
  }

  /** Takes the connection out of every room: whatever it died of. */
  leaveAll(connection: Connection): void {
    for (const membership of connection.memberships) this.leave(membership);
  }

  /** Lets go of rooms that nobody is in and whose log has expired. Called every few seconds. */
  sweep(): void {
    for (const room of this.#idle) {
      room.log?.trim();
      this.#discardIfEmpty(room);
    }
  }

  #discardIfEmpty(room: Room): void {
    if (room.memberships.size > 0) return;
    if (room.log && room.log.length > 0 && !room.name.name.startsWith(TEMPORARY)) {
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

  #discard(room: Room): void {
    this.#idle.delete(room);
    if (room.log) this.budget.forget(room.log);
    if (this.#rooms.get(room.name.full) === room) this.#rooms.delete(room.name.full);
  }

  #announce(type: 'user_joined' | 'user_left', { connection, room }: Membership): void {
    const timestamp = isoTime(this.#options.clock.now());
    this.#options.fanout.announce(room, type, { ...connection.member, roomId: room.name.full, timestamp }, connection);
  }
}

function requireEntry(policy: NamespacePolicy, name: RoomName): void {
  if (policy.join === 'anyone') return;
  if (policy.join === 'identified') {
    throw new CommandError('UNAUTHENTICATED', `Rooms of "${name.namespace}:" are for logged-in users.`);
  }
  throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" cannot be joined by clients.`);
}
