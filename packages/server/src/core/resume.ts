import type { RoomName } from '@roomcast/protocol';
import type { Connection } from './connection.ts';
import type { Fanout } from './fanout.ts';
import type { Hub } from './hub.ts';
import type { RoomLog } from './log.ts';
import type { Membership } from './membership.ts';
import type { GlobalPosition, Positions } from './positions.ts';
import { type PublicationRecord, wireBytes } from './publication.ts';

/** A room that a client was in, and up to where it has got everything there. */
export interface RoomToResume {
  readonly name: RoomName;
  readonly since: GlobalPosition;
}

export interface ResumerOptions {
  readonly hub: Hub;
  readonly fanout: Fanout;
  readonly positions: Positions;
  /** Bytes that one client may be sent at once. */
  readonly maxBytes: number;
}

/** Publications of one room that a client may have missed. */
const MOST = 10_000;

/** Bytes of a publication on the wire beside its data and attachments, roughly. */
const FRAME = 100;

/** What a room has for a client; null where some of it is gone. */
type Missed = readonly PublicationRecord[] | null;

/**
 * Brings clients that remember one position for all their rooms (see positions.ts) back to where they were: exactly what
 * they missed, in the order in which it was delivered, and then what comes live.
 */
export class Resumer {
  readonly #options: ResumerOptions;

  constructor(options: ResumerOptions) {
    this.#options = options;
  }

  /** Whether everything since then is still there, and not more than may be sent at once. Reads none of it. */
  async canResume(rooms: readonly RoomToResume[]): Promise<boolean> {
    const { hub, maxBytes } = this.#options;
    const sizes = await Promise.all(rooms.map(({ name, since }) => this.#bytesIn(hub.open(name).log, since)));
    let sum = 0;
    for (const bytes of sizes) sum += bytes ?? Number.POSITIVE_INFINITY;
    return sum <= maxBytes;
  }

  /**
   * Puts the connection into the rooms and sends what it missed. Returns false where it cannot, because something is gone
   * by now; then it is in none of them.
   */
  async resume(connection: Connection, rooms: readonly RoomToResume[]): Promise<boolean> {
    const { hub } = this.#options;
    const places = rooms.map(({ name, since }) => ({ membership: held(hub.place(connection, name)), since }));
    const read = await Promise.all(
      places.map(({ membership, since }) => {
        const { log } = membership.room;
        // What is in memory is read when all is there, in one step with the beginning of live delivery.
        return log?.kind === 'stored' ? this.#missedIn(log, since) : null;
      }),
    );
    if (connection.state === 'closed') return true;
    const left = places
      .map(({ membership, since }, index) => ({ membership, since, read: read[index] ?? null }))
      // A backend may have taken the user out meanwhile.
      .filter(({ membership }) => membership.room.memberships.has(membership));
    const frames = this.#frames(connection, left);
    if (frames === null) {
      for (const { membership } of left) hub.leave(membership);
      return false;
    }
    if (frames.length > 0) this.#options.fanout.sendFrame(connection, Buffer.concat(frames));
    for (const { membership } of left) hub.admit(membership);
    return true;
  }

  #bytesIn(log: RoomLog | null, since: GlobalPosition): number | null | Promise<number | null> {
    if (log?.kind === 'stored') return log.bytesSince(since.stored, MOST);
    const missed = this.#missedIn(log, since);
    return missed instanceof Promise || missed === null ? null : bytesOf(missed);
  }

  #missedIn(log: RoomLog | null, since: GlobalPosition): Missed | Promise<Missed> {
    if (log?.kind === 'stored') return log.sinceSequence(since.stored, MOST, this.#options.maxBytes);
    if (log?.kind !== 'memory' || since.life !== this.#options.positions.life) return null;
    return log.tail.sinceSequence(since.memory);
  }

  /** Those of logs on disk first, then those of logs in memory; each with the position that it brings the client to. */
  #frames(
    connection: Connection,
    places: readonly { readonly membership: Membership; readonly since: GlobalPosition; readonly read: Missed }[],
  ): Buffer[] | null {
    const { positions, maxBytes } = this.#options;
    const stored: Found[] = [];
    const inMemory: Found[] = [];
    let left = maxBytes;
    for (const { membership, since, read } of places) {
      const { room } = membership;
      const { log } = room;
      const isStored = log?.kind === 'stored';
      const missed = isStored ? merged(read, membership, log.top) : this.#missedIn(log, since);
      if (missed === null || missed instanceof Promise) return null;
      // Before anything is encoded.
      left -= bytesOf(missed);
      if (left < 0) return null;
      for (const record of missed)
        if (record.origin !== connection.id) (isStored ? stored : inMemory).push({ room, record });
    }
    const { life } = positions;
    const memory = Math.min(
      positions.memory,
      ...places.map(({ since }) => (since.life === life ? since.memory : positions.memory)),
    );
    const { format } = connection;
    const frames = [
      ...inOrder(stored).map(({ room, record }) =>
        format.publication(room, record, `${life}.${memory}.${record.sequence}`),
      ),
      ...inOrder(inMemory).map(({ room, record }) =>
        format.publication(room, record, `${life}.${record.sequence}.${positions.stored}`),
      ),
    ];
    return frames.reduce((sum, frame) => sum + frame.length, 0) > maxBytes ? null : frames;
  }
}

interface Found {
  readonly room: Membership['room'];
  readonly record: PublicationRecord;
}

/** What is published from here on gathers until the member is admitted. */
function held(membership: Membership): Membership {
  membership.buffer = [];
  return membership;
}

/** What was read and what came while it was read. What is stored but not delivered yet (above `top`) comes live. */
function merged(read: Missed, membership: Membership, top: number): Missed {
  if (read === null) return null;
  const records = read.filter(({ offset }) => offset <= top);
  let last = records.at(-1)?.offset ?? 0;
  for (const record of membership.buffer ?? []) {
    if (record.offset <= last) continue;
    // More was published than is held while joining: there would be a hole.
    if (last > 0 && record.offset !== last + 1) return null;
    records.push(record);
    last = record.offset;
  }
  return last > 0 && last < top ? null : records;
}

function bytesOf(records: readonly PublicationRecord[]): number {
  return records.reduce((bytes, record) => bytes + FRAME + wireBytes(record), 0);
}

function inOrder(found: readonly Found[]): readonly Found[] {
  return found.toSorted((a, b) => (a.record.sequence ?? 0) - (b.record.sequence ?? 0));
}
