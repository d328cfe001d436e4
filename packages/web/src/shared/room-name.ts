import { BRIDGE, LIMITS, nameFault } from '@roomcast/protocol';

/** The room that is suggested where none is named. */
export const SUGGESTED_ROOM = 'lobby';

/** What to tell a person about a room name that breaks the rules, or null where it keeps them. */
export function roomNameMessage(name: string): string | null {
  const fault = nameFault(bareName(name));
  if (fault === null) return null;
  if (name === '') return 'Please enter a room name.';
  return `This room name ${fault}. Names are 1 to ${LIMITS.roomName} characters, without control characters and without space at either end.`;
}

/** `bridge:lobby` and `lobby` are one room; pages show the short form. */
export function bareName(name: string): string {
  return name.startsWith(`${BRIDGE}:`) ? name.slice(BRIDGE.length + 1) : name;
}

/** The address of a room's page, to open or to pass on. */
export function roomLink(origin: string, room: string): string {
  return `${origin}/bridge?${new URLSearchParams({ room })}`;
}
