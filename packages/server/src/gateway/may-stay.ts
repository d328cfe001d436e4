import type { Connection } from '../core/connection.ts';
import type { NamespacePolicy } from '../core/policy.ts';

/** Whether a client that is in a room would still be let into it. Into reserved rooms the server alone puts clients. */
export function mayStay({ identity, grants }: Connection, full: string, { join, reserved }: NamespacePolicy): boolean {
  if (join === 'anyone' || reserved) return true;
  return join === 'identified' ? identity !== null : (grants?.has(full) ?? false);
}
