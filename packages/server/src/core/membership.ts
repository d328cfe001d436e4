import type { Connection } from './connection.ts';
import type { PublicationRecord } from './publication.ts';
import type { Group, Room } from './room.ts';

/** Publications that gather for a joiner while its log is read; the log holds those past it. */
const BUFFERED = 1000;

/**
 * One connection in one room.
 *
 * - `joining`: waits for the log; live publications gather in `buffer`.
 * - `live`: gets every batch of its group.
 * - `suspended`: reads too slowly; `position` says what it has been served, the rest comes from the log.
 */
export class Membership {
  readonly connection: Connection;
  readonly room: Room;
  readonly group: Group;
  state: 'joining' | 'live' | 'suspended' = 'joining';
  position = 0;
  buffer: PublicationRecord[] | null = null;
  /** While joining: further joins of the same room, which take their turn behind it. */
  joins: (() => void)[] | null = null;
  /** While joining: told that the room is no more. */
  onDissolved: (() => void) | null = null;
  /** Whether the room's presence counts it; false until the first join has succeeded. */
  present = false;

  constructor(connection: Connection, room: Room) {
    this.connection = connection;
    this.room = room;
    this.group = room.groupOf(connection.format);
  }

  /** While suspended: whether the log no longer held all that was missed. */
  lost = false;

  /** Keeps what is published while the log is read. */
  hold(record: PublicationRecord): void {
    if (this.buffer && this.buffer.length < BUFFERED) this.buffer.push(record);
  }
}
