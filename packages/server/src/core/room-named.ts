import { BRIDGE, bridgeRoomName, parseRoomName, type RoomName } from '@roomcast/protocol';
import type { Hub } from './hub.ts';

/**
 * The room that a program with a key means: a name that starts with a known namespace is a full name, everything else a
 * room of the bridge. Returns a sentence's end ("has …") where the name breaks the rules.
 */
export function roomNamed(given: string, hub: Pick<Hub, 'hasNamespace'>): RoomName | { readonly fault: string } {
  const namespace = given.slice(0, Math.max(0, given.indexOf(':')));
  const isFull = namespace !== BRIDGE && namespace !== '' && hub.hasNamespace(namespace);
  return isFull ? parseRoomName(given) : bridgeRoomName(given);
}
