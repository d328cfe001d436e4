import type { RoomName } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Hub } from '../core/hub.ts';

/** Acts on the present connections of a user, on behalf of the backend. */
export interface MembershipAdmin {
  /** Puts them into a room. Returns how many they are. @throws CommandError: rejects */
  join(userId: string, room: RoomName): Promise<number>;
  /** Takes them out. Returns how many were in it. @throws CommandError: rejects */
  leave(userId: string, room: RoomName): Promise<number>;
  /** Ends them. Returns how many they were. */
  disconnect(userId: string, reason: string): number;
}

/** One connection in a room, as the backend sees it. */
export interface RoomMember {
  readonly connectionId: string;
  readonly userId: string | null;
  readonly username: string | null;
  readonly transport: string;
}

/** A room with its connections, in pages by connection id, which others' coming and going does not shift. */
export interface MemberPage {
  readonly members: readonly RoomMember[];
  /** What the next page begins behind; null = this is the last. */
  readonly cursor: string | null;
  /** Of the whole room. */
  readonly users: number;
  readonly connections: number;
}

/** Null where there is no such room. @param cursor what the page before gave, or null */
export function membersOf(hub: Hub, name: RoomName, limit: number, cursor: string | null): MemberPage | null {
  const room = hub.get(name.full);
  if (!room) return null;
  const connections = [...room.memberships].map(({ connection }) => connection);
  const users = new Set(connections.map(userOf).filter((id) => id !== null));
  const left = connections.filter(({ id }) => cursor === null || id > cursor).sort((a, b) => (a.id < b.id ? -1 : 1));
  const page = left.slice(0, limit);
  return {
    members: page.map(memberOf),
    cursor: left.length > limit ? (page.at(-1)?.id ?? null) : null,
    users: users.size,
    connections: connections.length,
  };
}

/** The rooms that a registered user's connections are in, and how many of them. */
export function roomsOf(hub: Hub, userId: string) {
  const connections = [...(hub.get(`user:${userId}`)?.memberships ?? [])].map(({ connection }) => connection);
  const counts = new Map<string, number>();
  for (const { memberships } of connections) {
    for (const { room } of memberships) counts.set(room.name.full, (counts.get(room.name.full) ?? 0) + 1);
  }
  return {
    connections: connections.length,
    rooms: [...counts].map(([room, count]) => ({ room, connections: count })),
  };
}

function memberOf(connection: Connection): RoomMember {
  const { connectionId, username } = connection.member;
  return { connectionId, userId: userOf(connection), username, transport: connection.format.name };
}

/** Registered after others have seen it, a connection still is its user's. */
function userOf({ identity, registration }: Connection): string | null {
  return identity?.userId ?? registration?.userId ?? null;
}
