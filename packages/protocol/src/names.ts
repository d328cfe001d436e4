import { LIMITS } from './limits.ts';

/**
 * Name rules. A room's full name is `namespace:name`; the namespace decides its policy.
 *
 * - namespace: 1–32 of `a–z`, `0–9`, `-`, starting with a letter;
 * - name: 1–128 Unicode code points, no control characters, no lone surrogates, no white space at either end.
 *   Names are compared code point by code point: `Lobby` and `lobby` are two rooms.
 */
export interface RoomName {
  readonly namespace: string;
  readonly name: string;
  /** `namespace:name`. */
  readonly full: string;
}

/** The namespace of the raw bridge and of every emit without an API key. */
export const BRIDGE = 'bridge';

const NAMESPACE = /^[a-z][a-z0-9-]{0,31}$/;
// C0, DEL, C1, line and paragraph separators, and bidirectional overrides, which make one name look like another.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** What is wrong with the part behind the colon, in words for a person, or null if nothing is. */
export function nameFault(name: string): string | null {
  if (name.length === 0) return 'is empty';
  // Code units first: counting code points of a name of megabytes is what an attacker would like.
  if (name.length > LIMITS.roomName * 2 || [...name].length > LIMITS.roomName)
    return `is longer than ${LIMITS.roomName} characters`;
  if (!name.isWellFormed()) return 'has a lone surrogate';
  if (FORBIDDEN.test(name)) return 'has a control character';
  if (name.trim() !== name) return 'begins or ends with white space';
  return null;
}

export function isNamespace(text: string): boolean {
  return NAMESPACE.test(text);
}

/** Splits a full name. Returns a sentence's end ("has …") where the name breaks the rules. */
export function parseRoomName(full: string): RoomName | { readonly fault: string } {
  const colon = full.indexOf(':');
  if (colon < 0) return { fault: 'has no namespace (expected "namespace:name")' };
  const namespace = full.slice(0, colon);
  if (!isNamespace(namespace)) return { fault: 'has a namespace that is not 1–32 of a–z, 0–9 and "-"' };
  const name = full.slice(colon + 1);
  const fault = nameFault(name);
  return fault === null ? { namespace, name, full } : { fault };
}

/**
 * The bridge room that a bare name stands for. `bridge:NAME` and `NAME` are the same room, so that a name
 * copied from a listing works; any other prefix is part of the name: `chat:x` is `bridge:chat:x`, never `chat:x`.
 */
export function bridgeRoomName(name: string): RoomName | { readonly fault: string } {
  const bare = name.startsWith(`${BRIDGE}:`) ? name.slice(BRIDGE.length + 1) : name;
  return parseRoomName(`${BRIDGE}:${bare}`);
}

/** Names that Socket.IO keeps for itself: an event of that name breaks its clients. */
const SOCKET_IO = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'];
/** Names under which the server itself speaks to Socket.IO clients. */
const OWN = [
  ...[
    'connected',
    'server_disconnect',
    'server_closing',
    'error',
    'room_left',
    'user_joined',
    'user_left',
    'join_room_success',
  ],
  ...['join_room_error', 'published', 'room_list', 'member_list', 'history'],
];
const RESERVED_EVENTS: ReadonlySet<string> = new Set([...SOCKET_IO, 'connection', ...OWN]);

/** Whether publications may not have that event name, because their receivers would take it for something else. */
export function isReservedEvent(event: string): boolean {
  return RESERVED_EVENTS.has(event);
}
