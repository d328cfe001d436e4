import type { Position } from '@roomcast/protocol';
import type { Counters } from '../telemetry/counters.ts';
import type { Hub } from './hub.ts';
import type { LogPage, RoomLog } from './log.ts';
import type { Membership } from './membership.ts';
import type { PublicationRecord } from './publication.ts';

/** What a joiner is told of the room's log. */
export interface Recovery {
  /** Oldest first, contiguous. */
  readonly history: readonly PublicationRecord[];
  readonly recovered: boolean;
}

export interface RecovererOptions {
  readonly hub: Hub;
  readonly counters: Counters;
  /** Bytes of data that one answer may bring; who has missed more is not recovered. */
  readonly pageBytes: number;
}

/**
 * Join and resume without gap or double: register, read the log, merge with what was published meanwhile, release.
 * A log in memory answers at once; one on disk does not, and the room goes on speaking while it is read.
 */
export class Recoverer {
  readonly #options: RecovererOptions;

  constructor(options: RecovererOptions) {
    this.#options = options;
  }

  /**
   * Reads what the joiner needs and admits them; `done` is called in the same step, so that the reply it sends
   * stands exactly between history and live publications. Not called where the membership ended meanwhile.
   * @param since where the client stands; null = it wants the recent page
   * @param limit publications of that page
   */
  join(membership: Membership, since: Position | null, limit: number, done: (recovery: Recovery) => void): void {
    const { log } = membership.room;
    if (!log) {
      this.#options.hub.admit(membership);
      done({ history: [], recovered: false });
      return;
    }
    this.#hold(membership);
    const finish = (recovery: Recovery): void => {
      this.#options.hub.admit(membership);
      membership.position = recovery.history.at(-1)?.offset ?? log.top;
      done(recovery);
    };
    if (since) this.#resume(membership, log, since, limit, finish);
    else this.#recentPage(membership, log, limit, finish);
  }

  /** Nothing live reaches the member until the log has been read: it gathers in the buffer. */
  #hold(membership: Membership): void {
    const { connection, room, group } = membership;
    group.members.delete(connection);
    group.batch.forget(connection);
    membership.state = 'joining';
    membership.buffer = [];
    room.joining.add(membership);
  }

  #resume(
    membership: Membership,
    log: RoomLog,
    since: Position,
    limit: number,
    finish: (recovery: Recovery) => void,
  ): void {
    const { counters } = this.#options;
    // A client ahead of the log stems from another log, whatever the epoch says.
    const sameLog = since.epoch === log.epoch && since.offset <= log.top;
    const recentPage = (): void => {
      counters.notRecovered++;
      this.#recentPage(membership, log, limit, finish);
    };
    if (!sameLog) {
      recentPage();
      return;
    }
    whenRead(log.since(since.offset), (page) => {
      if (!page.complete || dataBytes(page.publications) > this.#options.pageBytes) {
        recentPage();
        return;
      }
      counters.recovered++;
      this.#release(membership, log, page, true, finish);
    });
  }

  #recentPage(membership: Membership, log: RoomLog, limit: number, finish: (recovery: Recovery) => void): void {
    whenRead(log.page(limit, undefined, this.#options.pageBytes), (page) => {
      this.#release(membership, log, page, false, finish);
    });
  }

  /** Joins what was read with what was published while it was read. */
  #release(
    membership: Membership,
    log: RoomLog,
    page: LogPage,
    recovered: boolean,
    finish: (recovery: Recovery) => void,
  ): void {
    if (!membership.room.joining.has(membership)) return; // left or died meanwhile: the join is off, silently
    const history = merge(page.publications, membership.buffer ?? []);
    const last = history.at(-1)?.offset ?? log.top;
    if (last === log.top) {
      finish({ history, recovered });
      return;
    }
    membership.buffer = []; // it was full: read on from where it ends
    whenRead(log.since(last), (rest) => {
      const publications = rest.complete ? [...history, ...rest.publications] : rest.publications;
      this.#release(membership, log, { ...rest, publications }, recovered && rest.complete, finish);
    });
  }
}

/** `page`, then those of `live` that come after it. Both are in order. */
function merge(page: readonly PublicationRecord[], live: readonly PublicationRecord[]): readonly PublicationRecord[] {
  if (live.length === 0) return page;
  const last = page.at(-1)?.offset ?? 0;
  return [...page, ...live.filter((record) => record.offset > last)];
}

function dataBytes(records: readonly PublicationRecord[]): number {
  return records.reduce((bytes, { data }) => bytes + data.length, 0);
}

/** Stays synchronous where the log is. */
function whenRead(page: LogPage | Promise<LogPage>, then: (page: LogPage) => void): void {
  if (page instanceof Promise) void page.then(then);
  else then(page);
}
