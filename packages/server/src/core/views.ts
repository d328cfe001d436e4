import type { Position, RoomSummary } from '@roomcast/protocol';
import { isoTime } from '../util/clock.ts';
import type { Room } from './room.ts';

/** Unique among all publications of all rooms, as long as epochs are. */
export function publicationId(epoch: string, offset: number): string {
  return `${epoch}-${offset}`;
}

/** The place in a log that the id of a publication names. Null where it is none. */
export function placeOfPublication(id: string): Position | null {
  const dash = id.lastIndexOf('-'); // epochs may hold some
  const offset = id.slice(dash + 1);
  return dash > 0 && /^\d{1,15}$/.test(offset) ? { epoch: id.slice(0, dash), offset: Number(offset) } : null;
}

/** A room as lists show it. */
export function roomSummary(room: Room): RoomSummary {
  return {
    id: room.name.full,
    name: room.name.name,
    memberCount: room.memberCount,
    lastActivity: isoTime(room.lastActivity),
  };
}
