import { Adapter } from 'socket.io-adapter';

/** A session that a client may continue. */
export interface Restorable {
  readonly sid: string;
  readonly pid: string;
}

/** What the adapter asks, since it knows nothing itself. */
export interface Restorer {
  /**
   * Whether a client may go on where it was. What was missed is sent later, once middleware has accepted the client; until
   * then the connection that the session still has lives on.
   */
  restore(pid: string, position: string): Promise<Restorable | null>;
}

/**
 * Socket.IO's seam to rooms, as narrow as can be: the hub alone knows members and broadcasts, so that there is one truth.
 * Socket.IO's own broadcasts have no place here and fail.
 */
export function hubAdapter(restorer: Restorer): typeof Adapter {
  return class HubAdapter extends Adapter {
    /** A socket's own room, which has the name of its id, is all that Socket.IO itself ever joins. */
    override addAll(): void {}

    override del(): void {}

    override delAll(): void {}

    override broadcast(): void {
      throw new Error('Rooms are spoken to through the hub');
    }

    override broadcastWithAck(): void {
      throw new Error('Rooms are spoken to through the hub');
    }

    override fetchSockets(): Promise<never> {
      return Promise.reject(new Error('Members are known to the hub'));
    }

    /** Sessions are kept from their beginning on: a process that dies does not come to this. */
    override persistSession(): void {}

    override async restoreSession(pid: string, position: string) {
      const found = await restorer.restore(pid, position);
      // No packets: those would reach a client that middleware may still refuse, and miss what comes meanwhile.
      return (found && { ...found, rooms: [], data: {}, missedPackets: [] }) as never;
    }
  };
}
