import type { CommandId, ServerEvents, ServerEventType } from '@roomcast/protocol';
import type { Counters } from '../telemetry/counters.ts';
import type { Clock } from '../util/clock.ts';
import type { Connection } from './connection.ts';
import type { PublicationRecord } from './publication.ts';
import type { Group, Room } from './room.ts';
import { flushWindow } from './window.ts';
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
/** Up to so many bytes for one connection are copied together. */
const COPIED = 16 * 1024;

/**
 * Sends what happens in rooms to their members. Publications gather in one batch per room and wire format, which
 * leaves at the end of this turn of the event loop, or at the end of the room's window when it is busy. Everything
 * due leaves in one pass.
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
      group.batch.push(group.format.publication(room, record), record.offset, excluded ? except : null);
      pushed = true;
    }
    if (pushed) this.#schedule(room, now);
  }

  /** Hands an event (somebody joined, left …) to all members, `except` one. No log holds it. */
  announce<Type extends ServerEventType>(
    room: Room,
    type: Type,
    payload: WithoutPage<ServerEvents[Type]>,
    except: Connection | null,
  ): void {
    const { clock } = this.#options;
    for (const group of room.groups) {
      if (group.members.size === 0) continue;
      const frame = group.format.event(type, payload, clock.now());
      if (!frame) continue;
      group.batch.push(frame, 0, except && group.members.has(except) ? except : null);
      this.#schedule(room, clock.monotonic());
    }
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
    const frame = connection.format.event(type, payload, this.#options.clock.now(), id, page);
    if (!frame) return;
    this.#cork(connection);
    this.#endTurn();
    this.serve(connection);
    this.#write(connection, frame);
  }

  /** Writes what the connection's rooms have had for it so far. */
  serve(connection: Connection): void {
    for (const { room, group, state } of connection.memberships) {
      if (!room.dirty || state !== 'live') continue;
      for (const frame of group.batch.take(connection)) {
        this.#write(connection, frame);
        this.#options.counters.deliveries++;
      }
    }
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

  #schedule(room: Room, now: number): void {
    if (room.dirty) {
      if (room.dueAt > 0 && pendingBytes(room) >= BATCH_BYTES) this.#promote(room);
      return;
    }
    room.dirty = true;
    const window = flushWindow(room.rate.at(now), room.memberCount, this.#options.flushWindow);
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
    for (const group of room.groups) {
      if (group.batch.length === 0) continue;
      this.#flushGroup(group, severalRooms);
      group.batch.clear();
    }
  }

  #flushGroup({ batch, members }: Group, severalRooms: boolean): void {
    if (members.size === 0) return;
    const shared = batch.shared();
    const { hasExceptions } = batch;
    let deliveries = batch.length * members.size;
    for (const connection of members) {
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
