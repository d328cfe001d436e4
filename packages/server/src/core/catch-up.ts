import type { Counters } from '../telemetry/counters.ts';
import { count } from '../telemetry/counters.ts';
import type { Connection } from './connection.ts';
import type { Fanout } from './fanout.ts';
import type { Hub } from './hub.ts';
import type { LogPage } from './log.ts';
import type { Membership } from './membership.ts';
import type { Room } from './room.ts';

export interface CatchUpOptions {
  readonly hub: Hub;
  readonly fanout: Fanout;
  readonly counters: Counters;
  /** Bytes that may wait for one peer. */
  readonly maxBuffer: number;
  /** Told of a fault that struck while nobody waited for an answer. */
  readonly onFault: (connection: Connection, error: unknown) => void;
  /** Told when a connection is live again: what is announced in rooms without a log has been lost for it meanwhile. */
  readonly onCaughtUp?: (connection: Connection) => void;
  /** Ends a connection that cannot be caught up. */
  readonly close: (connection: Connection) => void;
}

/** Publications that are read from disk at a time. */
const REFILLED = 500;

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
    if (
      connection.memberships.length === 0 ||
      // Its client comes back by itself and is given what it missed, in the order of all rooms.
      connection.format.ordered ||
      connection.memberships.some(({ room }) => !room.log && !room.policy.ephemeral)
    ) {
      count(counters.drops, 'slow_consumer_closed');
      close(connection);
      return;
    }
    counters.catchUps++;
    connection.state = 'catching-up';
    for (const membership of connection.memberships) suspend(membership);
    connection.link.onceDrained(() => this.#refill(connection));
  }

  /**
   * Gives a member what its room's log holds behind an offset, however much that is and as fast as it is read, then what
   * comes live; `caught_up` stands between the two. Not for connections whose rooms share one order.
   */
  resume(membership: Membership, offset: number): void {
    const { connection } = membership;
    const isWaiting = connection.state === 'catching-up';
    connection.state = 'catching-up';
    if (membership.state === 'live') suspend(membership);
    else this.#options.hub.admit(membership);
    membership.position = offset;
    membership.lost = false;
    if (!isWaiting) this.#refill(connection);
  }

  /** Goes on where the last chunk ended; waits again where the peer's buffer is full again. */
  #refill(connection: Connection): void {
    if (connection.state !== 'catching-up') return;
    connection.link.cork();
    const unfinished = connection.memberships.some((membership) => this.#refillRoom(membership) === 'unfinished');
    connection.link.uncork();
    if (unfinished) return;
    connection.state = 'open';
    for (const membership of connection.memberships) this.#release(membership);
    this.#options.onCaughtUp?.(connection);
  }

  /** Writes what the room has for it. Where that is unfinished, the refill will be called again. */
  #refillRoom(membership: Membership): 'done' | 'unfinished' {
    const { connection, room } = membership;
    const { log } = room;
    if (membership.state !== 'suspended' || !log) return 'done';
    while (membership.position < log.top) {
      const page = log.since(membership.position, REFILLED, this.#options.maxBuffer / 2);
      if (page instanceof Promise) {
        this.#await(membership, page);
        return 'unfinished';
      }
      if (!this.#write(membership, page)) {
        connection.link.onceDrained(() => this.#refill(connection));
        return 'unfinished';
      }
      if (!page.hasMore || page.publications.length === 0) break;
    }
    return 'done';
  }

  /** Reads from disk, then goes on. What cannot be read is lost for this client, and it is told so. */
  #await(membership: Membership, page: Promise<LogPage>): void {
    const { connection, room, position: from } = membership;
    const giveUp = (): void => {
      membership.lost = true;
      membership.position = room.log?.top ?? 0;
      this.#refill(connection);
    };
    const goOn = (read: LogPage): void => {
      if (connection.state !== 'catching-up') return;
      if (membership.position !== from) {
        this.#refill(connection); // it has been put elsewhere meanwhile, see `resume`
        return;
      }
      // Nothing there although there should be: it has been deleted meanwhile.
      if (read.publications.length === 0) giveUp();
      else if (this.#write(membership, read)) this.#refill(connection);
      else connection.link.onceDrained(() => this.#refill(connection));
    };
    page.then(goOn, giveUp).catch((error: unknown) => this.#options.onFault(connection, error));
  }

  /** Returns false where the peer's buffer is full before the page is written. */
  #write(membership: Membership, { publications, complete }: LogPage): boolean {
    const { connection, room, group } = membership;
    const { maxBuffer, counters } = this.#options;
    if (membership.state !== 'suspended') return true; // left meanwhile
    // A hole is never skipped in silence: `caught_up` will say that this room was not recovered.
    if (!complete) membership.lost = true;
    for (const record of publications) {
      if (record.offset > (room.log?.top ?? 0)) break; // stored, and about to come live
      if (connection.link.bufferedAmount > maxBuffer / 2) return false;
      const frame = group.format.publication(room, record);
      connection.link.write(frame);
      counters.bytesOut += frame.length;
      counters.deliveries++;
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
    if (room.policy.ephemeral) return;
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
