import type { RoomName } from '@roomcast/protocol';
import type { Connection } from './connection.ts';
import { CommandError } from './errors.ts';
import type { NamespacePolicy } from './policy.ts';

/** Whether a client may enter a room of that full name by itself. */
function mayEnter({ identity, grants }: Connection, full: string, { join, reserved }: NamespacePolicy): boolean {
  if (join === 'anyone') return true;
  if (join === 'identified') return identity !== null;
  return !reserved && (grants?.has(full) ?? false);
}

/** Whether a client that is in a room would still be let into it. Into reserved rooms the server alone puts clients. */
export function mayStay(connection: Connection, full: string, policy: NamespacePolicy): boolean {
  return policy.reserved || mayEnter(connection, full, policy);
}

/** @throws CommandError UNAUTHENTICATED, FORBIDDEN where the client may not enter the room */
export function requireEntry(connection: Connection, { namespace, full }: RoomName, policy: NamespacePolicy): void {
  if (mayEnter(connection, full, policy)) return;
  if (policy.join === 'identified') {
    throw new CommandError('UNAUTHENTICATED', `Rooms of "${namespace}:" are for logged-in users.`);
  }
  throw new CommandError('FORBIDDEN', `Rooms of "${namespace}:" cannot be joined by clients.`);
}
