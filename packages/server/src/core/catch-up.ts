import type { Counters } from '../telemetry/counters.ts';
import { count } from '../telemetry/counters.ts';
import type { Connection } from './connection.ts';
import type { Fanout } from './fanout.ts';
import type { Membership } from './membership.ts';
import type { Room } from './room.ts';

export interface CatchUpOptions {
  readonly fanout: Fanout;
  readonly counters: Counters;
  /** Bytes that may wait for one peer. */
  readonly maxBuffer: number;
  /** Ends a connection that cannot be caught up. */
  readonly close: (connection: Connection) => void;
}

/**
 * What happens to a client that reads more slowly than its rooms speak. Its live delivery stops, so that it holds
 * up nobody and costs no more memory; when it has drained, each room is refilled from its log, and it is live again.
 * A connection with a room that keeps no log cannot be refilled: it is closed with its code.
 */
export class CatchUp {
  readonly #options: CatchUpOptions;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** More than `maxBuffer` waits for this connection. */
  overflow(connection: Connection): void {
    const { close, counters, maxBuffer } = this.#options;
    if (connection.state === 'catching-up') {
      // Replies go on meanwhile. A client that asks and asks and never reads has a bound too.
      if (connection.link.bufferedAmount <= 2 * maxBuffer) return;
      count(counters.drops, 'slow_consumer_closed');
      close(connection);
      return;
    }
    if (connection.memberships.length === 0 || connection.memberships.some(({ room }) => !room.log)) {
      count(counters.drops, 'slow_consumer_closed');
      close(connection);
      return;
    }
    counters.catchUps++;
    connection.state = 'catching-up';
    for (const membership of connection.memberships) suspend(membership);
    connection.link.onceDrained(() => this.#refill(connection));
  }

  /** Goes on where the last chunk ended; waits again where the peer's buffer is full again. */
  #refill(connection: Connection): void {
    if (connection.state !== 'catching-up') return;
    connection.link.cork();
    const done = connection.memberships.every((membership) => this.#refillRoom(membership));
    connection.link.uncork();
    if (!done) {
      connection.link.onceDrained(() => this.#refill(connection));
      return;
    }
    connection.state = 'open';
    for (const membership of connection.memberships) this.#release(membership);
  }

  /** Returns whether the room is refilled up to its top. */
  #refillRoom(membership: Membership): boolean {
    const { connection, room, group } = membership;
    if (membership.state !== 'suspended' || !room.log) return true;
    const { publications, complete } = room.log.since(membership.position);
    // A hole is never skipped in silence: `caught_up` will say that this room was not recovered.
    if (!complete) membership.lost = true;
    for (const record of publications) {
      if (connection.link.bufferedAmount > this.#options.maxBuffer / 2) return false;
      const frame = group.format.publication(room, record);
      connection.link.write(frame);
      this.#options.counters.bytesOut += frame.length;
      this.#options.counters.deliveries++;
      membership.position = record.offset;
    }
    return true;
  }

  #release(membership: Membership): void {
    const { connection, room, group } = membership;
    if (membership.state !== 'suspended') return;
    membership.state = 'live';
    group.members.add(connection);
    group.batch.startAtEnd(connection);
    this.#options.fanout.send(connection, 'caught_up', {
      ...position(room),
      roomId: room.name.full,
      recovered: !membership.lost,
      members: room.presence?.list() ?? null,
    });
    membership.lost = false;
  }
}

function suspend(membership: Membership): void {
  const { connection, room, group } = membership;
  if (membership.state !== 'live') return; // a join under way ends suspended, see Hub.admit
  membership.position = group.batch.servedOffset(connection, room.log?.top ?? 0);
  membership.state = 'suspended';
  group.members.delete(connection);
  group.batch.forget(connection);
}

function position(room: Room): { epoch: string; offset: number } {
  return { epoch: room.log?.epoch ?? '', offset: room.log?.top ?? 0 };
}
