import type { RoomSummary } from '@roomcast/protocol';
import { isoTime } from '../util/clock.ts';
import type { Room } from './room.ts';

/** Unique among all publications of all rooms, as long as epochs are. */
export function publicationId(epoch: string, offset: number): string {
  return `${epoch}-${offset}`;
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
