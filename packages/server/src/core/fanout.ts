import type { CommandId, ServerEvents, ServerEventType } from '@roomcast/protocol';
import { type Counters, count } from '../telemetry/counters.ts';
import type { Clock } from '../util/clock.ts';
import type { Batch, Placed } from './batch.ts';
import type { Connection } from './connection.ts';
import type { PublicationRecord } from './publication.ts';
import type { Group, Room } from './room.ts';
import { EVENT_WINDOW, EVENTS, flushWindow } from './window.ts';
import type { PublicationPage, WithoutPage } from './wire.ts';

export interface FanoutOptions {
  readonly clock: Clock;
  readonly counters: Counters;
  /** Longest window in milliseconds; 0 = none. */
  readonly flushWindow: number;
  /** Bytes that may wait for one peer. */
  readonly maxBuffer: number;
  /** Called after the write that went over `maxBuffer`, when no batch is half sent. */
  readonly onOverflow: (connection: Connection) => void;
}

/** A batch of so many bytes leaves at once, whatever its window: memory and latency stay bounded. */
const BATCH_BYTES = 256 * 1024;
/** Events of which a crowd makes many: they may wait for each other. */
const OF_CROWDS: ReadonlySet<ServerEventType> = new Set([
  'user_joined',
  'user_left',
  'user_typing',
  'presence_update',
] as const);
/** Milliseconds that events wait while there is too much to do. */
const HURRIED_WINDOW = 2000;
/** Up to so many bytes for one connection are copied together. */
const COPIED = 16 * 1024;

/**
 * Sends what happens in rooms to their members. Publications gather in one batch per room and wire format, which
 * leaves at the end of this turn of the event loop, or at the end of the room's window when it is busy. Everything
 * due leaves in one pass. Events wait a little longer where a crowd comes or goes, but hold up no publication.
 *
 * Guarantee: a connection gets the frames of a room in the order in which they entered it, each once; and a frame
 * sent to it alone (`send`) goes out behind everything that its rooms had for it before.
 */
export class Fanout {
  readonly #options: FanoutOptions;
  /** Rooms that leave with this turn. */
  #ready: Room[] = [];
  /** Rooms whose window is open. Few: each has at least tens of thousands of deliveries per second. */
  #waiting: Room[] = [];
  /** Whether there is so much to do that who comes and goes has to wait. */
  hurried = false;
  /** Counts the frames of all rooms. */
  #place = 0;
  #corked: Connection[] = [];
  #slow: Connection[] = [];
  /** Connections for which this pass has parts of several rooms. */
  #gathering: Connection[] = [];
  #immediate: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;
  #timerDue = Number.POSITIVE_INFINITY;

  constructor(options: FanoutOptions) {
    this.#options = options;
  }

  /** Hands a publication to all members, `except` one. */
  publish(room: Room, record: PublicationRecord, except: Connection | null): void {
    const now = this.#options.clock.monotonic();
    room.rate.count(now);
    for (const membership of room.joining) membership.hold(record);
    let pushed = false;
    for (const group of room.groups) {
      const { members } = group;
      const excluded = except !== null && members.has(except);
      if (members.size === 0 || (excluded && members.size === 1)) continue;
      const frame = group.format.publication(room, record);
      group.batch.push(frame, record.offset, excluded ? except : null, ++this.#place);
      pushed = true;
    }
    if (pushed) this.#schedulePublication(room, now);
  }

  /** Hands an event (somebody joined, left …) to all members, `except` one. No log holds it. */
  announce<Type extends ServerEventType>(
    room: Room,
    type: Type,
    payload: WithoutPage<ServerEvents[Type]>,
    except: Connection | null,
  ): void {
    const { clock } = this.#options;
    let pushed = false;
    for (const group of room.groups) {
      const { members } = group;
      const excluded = except !== null && members.has(except);
      if (members.size === 0 || (excluded && members.size === 1)) continue;
      const frame = group.format.event(type, payload, clock.now());
      if (!frame) continue;
      group.batch.push(frame, 0, excluded ? except : null, ++this.#place);
      pushed = true;
    }
    if (!pushed) return;
    if (OF_CROWDS.has(type)) this.#scheduleEvent(room, clock.monotonic());
    else this.#schedulePublication(room, clock.monotonic());
  }

  /** Sends an event to one connection, behind what its rooms have had for it so far. */
  send<Type extends ServerEventType>(
    connection: Connection,
    type: Type,
    payload: WithoutPage<ServerEvents[Type]>,
    id?: CommandId,
    page?: PublicationPage,
  ): void {
    if (connection.state === 'closed') return;
    // Other errors are counted by who refuses the command; these are the answer of several commands' handlers.
    if (type === 'join_room_error' && 'code' in payload) {
      count(this.#options.counters.errors, payload.code as string);
    }
    const frame = connection.format.event(type, payload, this.#options.clock.now(), id, page);
    if (frame) this.sendFrame(connection, frame);
  }

  /** Writes what the connection's rooms have had for it so far. */
  serve(connection: Connection): void {
    if (connection.format.ordered) {
      this.#serveInOrder(connection);
      return;
    }
    for (const { room, group, state } of connection.memberships) {
      if (!room.dirty || state !== 'live') continue;
      const frames = group.batch.take(connection);
      if (frames.length === 0) continue;
      this.#options.counters.deliveries += frames.length;
      const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
      if (frames.length > 1 && bytes <= COPIED) this.#write(connection, Buffer.concat(frames, bytes));
      else this.#writeAll(connection, frames);
    }
  }

  /** Writes a frame to one connection, behind what its rooms have had for it so far. */
  sendFrame(connection: Connection, frame: Buffer): void {
    if (connection.state === 'closed') return;
    this.#cork(connection);
    this.#endTurn();
    this.serve(connection);
    this.#write(connection, frame);
  }

  /** Sends everything that waits, now: before a drain. */
  flushAll(): void {
    const rooms = [...this.#ready, ...this.#waiting];
    this.#ready = [];
    this.#waiting = [];
    this.#flush(rooms);
  }

  /** Stops the timers; nothing is sent after. */
  stop(): void {
    this.flushAll();
    if (this.#immediate) clearImmediate(this.#immediate);
    if (this.#timer) clearTimeout(this.#timer);
    this.#immediate = null;
    this.#timer = null;
  }

  #schedulePublication(room: Room, now: number): void {
    if (room.dirty && !room.patient) {
      this.#bound(room);
      return;
    }
    const window = flushWindow(room.rate.at(now), room.memberCount, this.#options.flushWindow);
    if (!room.dirty) this.#open(room, now, window);
    else if (window === 0) this.#promote(room);
    else {
      room.dueAt = Math.min(room.dueAt, now + window);
      this.#arm(room.dueAt, now);
    }
    room.patient = false;
  }

  #scheduleEvent(room: Room, now: number): void {
    room.stir.count(now);
    if (room.dirty) {
      this.#bound(room);
      return;
    }
    if (this.hurried) {
      this.#open(room, now, HURRIED_WINDOW);
      room.patient = true;
      return;
    }
    const longest = this.#options.flushWindow > 0 ? EVENT_WINDOW : 0;
    this.#open(room, now, flushWindow(room.stir.at(now), room.memberCount, longest, EVENTS));
    room.patient = room.dueAt > 0;
  }

  /** A window does not let any amount gather. */
  #bound(room: Room): void {
    if (room.dueAt > 0 && pendingBytes(room) >= BATCH_BYTES) this.#promote(room);
  }

  #open(room: Room, now: number, window: number): void {
    room.dirty = true;
    if (window === 0) {
      room.dueAt = 0;
      this.#ready.push(room);
      this.#endTurn();
      return;
    }
    room.dueAt = now + window;
    this.#waiting.push(room);
    this.#arm(room.dueAt, now);
  }

  /** Ends a window early. */
  #promote(room: Room): void {
    this.#waiting.splice(this.#waiting.indexOf(room), 1);
    room.dueAt = 0;
    room.patient = false;
    this.#ready.push(room);
    this.#endTurn();
  }

  /** One callback after all input of this turn has been read: publications that came together leave together. */
  #endTurn(): void {
    this.#immediate ??= setImmediate(() => {
      this.#immediate = null;
      const rooms = this.#ready;
      this.#ready = [];
      this.#flush(rooms);
    });
  }

  #arm(due: number, now: number): void {
    if (due >= this.#timerDue) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerDue = due;
    this.#timer = setTimeout(() => this.#onTimer(), due - now);
  }

  #onTimer(): void {
    this.#timer = null;
    this.#timerDue = Number.POSITIVE_INFINITY;
    const now = this.#options.clock.monotonic();
    // Timers have a resolution of 1 ms: what is due within it leaves in this pass rather than in one of its own.
    const due = this.#waiting.filter((room) => room.dueAt <= now + 1);
    this.#waiting = this.#waiting.filter((room) => room.dueAt > now + 1);
    for (const room of this.#waiting) this.#arm(room.dueAt, now);
    this.#flush(due);
  }

  #flush(rooms: readonly Room[]): void {
    if (rooms.length > 0) {
      const started = performance.now();
      for (const room of rooms) this.#flushRoom(room, rooms.length > 1);
      this.#sendGathered();
      this.#uncork();
      this.#options.counters.flushes += rooms.length;
      this.#options.counters.onFlush((performance.now() - started) / 1000);
    } else this.#uncork();
    this.#reportSlow();
  }

  #flushRoom(room: Room, severalRooms: boolean): void {
    room.dirty = false;
    room.dueAt = 0;
    room.patient = false;
    for (const group of room.groups) {
      if (group.batch.length === 0) continue;
      this.#flushGroup(group, severalRooms);
      group.batch.clear();
    }
  }

  #flushGroup({ batch, members, format }: Group, severalRooms: boolean): void {
    if (members.size === 0) return;
    const shared = batch.shared();
    const { hasExceptions } = batch;
    let deliveries = batch.length * members.size;
    const { ordered } = format;
    for (const connection of members) {
      if (ordered && connection.memberships.length > 1 && this.#hasMore(connection, batch)) {
        deliveries -= batch.length;
        this.#serveInOrder(connection);
        continue;
      }
      // This pass may have more for a connection that is in several rooms: then all of it leaves in one system call.
      const gather = severalRooms && connection.memberships.length > 1;
      const parts = hasExceptions ? batch.partsFor(connection, shared) : null;
      if (parts) deliveries -= batch.withheldFrom(connection);
      if (gather) this.#gather(connection, parts ?? [shared]);
      else if (parts) this.#writeAll(connection, parts);
      else this.#write(connection, shared);
    }
    this.#options.counters.deliveries += deliveries;
  }

  /** Whether another room than this batch's has something for the connection. */
  #hasMore(connection: Connection, batch: Batch): boolean {
    return connection.memberships.some(({ group }) => group.batch !== batch && group.batch.length > 0);
  }

  /** Writes what all rooms have for the connection, in the order in which it entered them. */
  #serveInOrder(connection: Connection): void {
    const taken: Placed[] = [];
    for (const { group, state } of connection.memberships) {
      if (state === 'live') group.batch.takeInto(connection, taken);
    }
    if (taken.length === 0) return;
    this.#options.counters.deliveries += taken.length;
    const frames = taken.sort((a, b) => a.place - b.place).map(({ frame }) => frame);
    this.#write(connection, frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames));
  }

  #write(connection: Connection, bytes: Buffer): void {
    this.#options.counters.bytesOut += bytes.length;
    if (connection.link.write(bytes)) return;
    if (connection.link.bufferedAmount > this.#options.maxBuffer) this.#slow.push(connection);
  }

  #gather(connection: Connection, parts: readonly Buffer[]): void {
    if (connection.gathered) connection.gathered.push(...parts);
    else if (parts.length > 0) {
      connection.gathered = [...parts];
      this.#gathering.push(connection);
    }
  }

  /** Copying a few small batches together costs less than the stream's bookkeeping for each; large ones stay shared. */
  #sendGathered(): void {
    const gathering = this.#gathering;
    this.#gathering = [];
    for (const connection of gathering) {
      const parts = connection.gathered ?? [];
      connection.gathered = null;
      const bytes = parts.reduce((sum, part) => sum + part.length, 0);
      if (bytes <= COPIED) this.#write(connection, Buffer.concat(parts, bytes));
      else this.#writeAll(connection, parts);
    }
  }

  #writeAll(connection: Connection, parts: readonly Buffer[]): void {
    if (parts.length > 1) this.#cork(connection);
    for (const part of parts) this.#write(connection, part);
  }

  #cork(connection: Connection): void {
    if (connection.corked) return;
    connection.corked = true;
    connection.link.cork();
    this.#corked.push(connection);
  }

  #uncork(): void {
    const corked = this.#corked;
    if (corked.length === 0) return;
    this.#corked = [];
    for (const connection of corked) {
      connection.corked = false;
      connection.link.uncork();
    }
  }

  #reportSlow(): void {
    const slow = this.#slow;
    if (slow.length === 0) return;
    this.#slow = [];
    for (const connection of new Set(slow)) {
      if (connection.state !== 'closed' && connection.link.bufferedAmount > this.#options.maxBuffer) {
        this.#options.onOverflow(connection);
      }
    }
  }
}

function pendingBytes(room: Room): number {
  let bytes = 0;
  for (const group of room.groups) bytes += group.batch.bytes;
  return bytes;
}
