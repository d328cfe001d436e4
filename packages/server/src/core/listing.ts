import type { RoomSummary } from '@roomcast/protocol';
import type { Hub } from './hub.ts';
import type { Room } from './room.ts';
import { roomSummary } from './views.ts';

export interface ListingQuery {
  /** What the page before gave, or null for the first. */
  readonly cursor: string | null;
  readonly limit: number;
  readonly include: (room: Room) => boolean;
}

/**
 * A page of rooms in the order in which they came to be, and the cursor of the next page (null = no more).
 * A room that is gone meanwhile shifts nothing. Returns null for a cursor that is not one of ours.
 */
export function listRooms(hub: Hub, query: ListingQuery): { rooms: RoomSummary[]; cursor: string | null } | null {
  if (query.cursor !== null && !/^[0-9a-z]{1,11}$/.test(query.cursor)) return null;
  const after = query.cursor === null ? 0 : Number.parseInt(query.cursor, 36);
  const rooms: RoomSummary[] = [];
  let last = after;
  for (const room of hub.rooms()) {
    if (room.serial <= after || !query.include(room)) continue;
    if (rooms.length === query.limit) return { rooms, cursor: last.toString(36) };
    rooms.push(roomSummary(room));
    last = room.serial;
  }
  return { rooms, cursor: null };
}
