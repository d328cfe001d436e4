import type { RoomName } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Logger } from '../telemetry/log.ts';

/** What every log line of a connection carries. */
export function idsOf({ id, identity }: Connection): { connectionId: string; userId: string | null } {
  return { connectionId: id, userId: identity?.userId ?? null };
}

/** The name of a room in the log. Who has the id of a webhook may watch it: the log has its beginning alone. */
export function loggable({ namespace, name, full }: RoomName): string {
  return namespace === 'webhook' ? `webhook:${name.slice(0, 6)}…` : full;
}

/** Logs faults that struck while something was done for a connection, or on the way to one. */
export function faultLog(log: Logger, message: string): (connection: Connection | null, err: unknown) => void {
  return (connection, err) => log.error({ ...(connection ? idsOf(connection) : {}), err }, message);
}
