import { parseRoomName } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import { mayStay } from '../core/entry.ts';
import { type GlobalPosition, parsePosition } from '../core/positions.ts';
import type { RoomToResume } from '../core/resume.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Restorable } from '../transports/socketio/adapter.ts';
import type { Clock } from '../util/clock.ts';
import type { ClientSession, ClientSessions } from './client-sessions.ts';
import type { Client } from './clients.ts';
import type { Lifecycle } from './lifecycle.ts';
import { drop } from './members.ts';

export interface ResumptionOptions {
  readonly engine: Engine;
  readonly sessions: ClientSessions;
  readonly lifecycle: Lifecycle;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told when a client is back where it was. */
  readonly onResumed: (connection: Connection) => void;
}

/** Sessions that could not go on and whose clients are still to be told why; beyond, the oldest are forgotten. */
const MOST_LOST = 10_000;

/** Brings Socket.IO clients whose connections broke back to their sessions. */
export class Resumption {
  readonly #options: ResumptionOptions;
  /** Of sessions that ended because what their clients had missed was gone. */
  readonly #lost = new Set<string>();

  constructor(options: ResumptionOptions) {
    this.#options = options;
  }

  /** See `Restorer`. @param position up to where the client has got everything */
  async restore(pid: string, position: string): Promise<Restorable | null> {
    const { engine, sessions } = this.#options;
    const session = sessions.get(pid);
    const reached = parsePosition(position);
    // Nobody has proven anything yet: a connection that the session still has is broken off when somebody has.
    if (!session?.restorable || !reached) return null;
    const canResume = await engine.resumer.canResume(this.#roomsOf(session, reached)).catch(() => false);
    return canResume && sessions.get(pid) === session ? { pid, sid: session.sid } : null;
  }

  /** Whether that session ended because what its client had missed was gone. True once: then it has been told. */
  wasLost(pid: string): boolean {
    return this.#lost.delete(pid);
  }

  /** Puts the client into its session's rooms and sends what it missed, or closes the connection where that is gone. */
  async resume(connection: Connection, client: Client, session: ClientSession, reached: GlobalPosition): Promise<void> {
    const { engine, lifecycle, log, onResumed } = this.#options;
    this.#breakOff(session);
    client.session = session;
    client.resuming = true;
    session.connection = connection;
    session.leftAt = 0;
    const { userId } = session;
    if (userId !== null) connection.registration = { userId, expiresAt: client.claims?.expiresAt ?? null };
    this.#dropForbidden(connection, session);
    const resumed = engine.resumer.resume(connection, this.#roomsOf(session, reached));
    const isDone = await resumed.catch((error: unknown) => {
      log.warn({ err: error }, 'A client could not be brought back to where it was');
      return false;
    });
    client.resuming = false;
    if (connection.state === 'closed') return;
    if (!isDone) {
      // It was promised what is gone by now: it has to begin anew, and is told why when it comes back.
      this.#lose(session.pid);
      lifecycle.end(session, 'history_gone');
      engine.close(connection, 1011, 'What was missed is gone.');
      return;
    }
    lifecycle.back(session);
    log.debug({ connectionId: connection.id, userId: session.userId }, 'session recovered');
    onResumed(connection);
  }

  #roomsOf({ rooms }: ClientSession, reached: GlobalPosition): readonly RoomToResume[] {
    return [...rooms].flatMap(([full, joined]) => {
      const name = parseRoomName(full);
      return 'fault' in name || !this.#options.engine.hub.knows(name)
        ? []
        : [{ name, since: later(reached, parsePosition(joined)) }];
    });
  }

  /** Ends the connection that the session still has; the session waits, as it would where the server had noticed. */
  #breakOff(session: ClientSession): void {
    const { engine, lifecycle, clock } = this.#options;
    const { connection } = session;
    if (!connection) return;
    session.connection = null;
    session.leftAt = clock.now();
    lifecycle.broken(session);
    engine.broken(connection, 4101, 'The client has come back on another connection.');
    connection.link.terminate();
  }

  /** Rooms that its namespaces or its token let the client be in no more. */
  #dropForbidden(connection: Connection, session: ClientSession): void {
    const { lifecycle, sessions } = this.#options;
    const { hub } = this.#options.engine;
    let isChange = false;
    for (const full of session.rooms.keys()) {
      const name = parseRoomName(full);
      const isKnown = !('fault' in name) && hub.knows(name);
      if (isKnown && (session.placed.has(full) || mayStay(connection, full, hub.policyOf(name)))) continue;
      isChange = drop(session, full) || isChange;
      lifecycle.left(session, full);
    }
    if (isChange) void sessions.save(session);
  }

  #lose(pid: string): void {
    this.#lost.add(pid);
    if (this.#lost.size <= MOST_LOST) return;
    for (const oldest of this.#lost) {
      this.#lost.delete(oldest);
      return;
    }
  }
}

/** Where a client stands in a room that it joined when it had got less elsewhere. */
function later(reached: GlobalPosition, joined: GlobalPosition | null): GlobalPosition {
  if (!joined) return reached;
  const stored = Math.max(reached.stored, joined.stored);
  const memory = joined.life === reached.life ? Math.max(reached.memory, joined.memory) : reached.memory;
  return { ...reached, stored, memory };
}
