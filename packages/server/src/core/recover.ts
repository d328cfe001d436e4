import type { Position } from '@roomcast/protocol';
import type { Counters } from '../telemetry/counters.ts';
import type { Connection } from './connection.ts';
import type { Hub } from './hub.ts';
import type { LogPage, RoomLog } from './log.ts';
import type { Membership } from './membership.ts';
import { type PublicationRecord, wireBytes } from './publication.ts';

/** What a joiner is told of the room's log. */
export interface Recovery {
  /** Oldest first, contiguous; behind it what could not be stored meanwhile and has no offset. */
  readonly history: readonly PublicationRecord[];
  readonly recovered: boolean;
}

export interface RecovererOptions {
  readonly hub: Hub;
  readonly counters: Counters;
  /** Bytes of publications that one answer may bring; who has missed more is not recovered. */
  readonly pageBytes: number;
  /** Told of a fault that struck while nobody waited for an answer. */
  readonly onFault: (connection: Connection, error: unknown) => void;
}

/** Who has missed more publications than this of a log on disk gets the recent page instead. */
const RESUMED = 5000;

/** Publications that one answer brings where the room speaks on and on while the log is read. */
const MOST = 10_000;

/** One joiner on the way in. */
interface Joining {
  readonly membership: Membership;
  readonly log: RoomLog;
  readonly limit: number;
  /** Where live delivery goes on meanwhile: up to where it had come; what is behind that comes by it. Null elsewhere. */
  readonly served: number | null;
  readonly finish: (recovery: Recovery) => void;
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
   * stands exactly between history and live publications. Not called where the membership ended meanwhile. Joins of
   * one membership take their turns.
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
    if (membership.joins) {
      membership.joins.push(() => this.join(membership, since, limit, done));
      return;
    }
    // A client that remembers one position for all its rooms must get nothing of another room before what is held here.
    const isLive = membership.state === 'live' && membership.connection.format.ordered === true;
    const served = isLive ? membership.group.batch.servedOffset(membership.connection, log.top) : null;
    membership.joins = [];
    if (!isLive) this.#hold(membership);
    const finish = (recovery: Recovery): void => {
      const next = membership.joins;
      membership.joins = null;
      if (!isLive) {
        this.#options.hub.admit(membership);
        membership.position = log.top;
      }
      done(served === null ? recovery : { ...recovery, history: upTo(served, recovery.history) });
      for (const join of next ?? []) join();
    };
    const joining = { membership, log, limit, served, finish };
    if (since) this.#resume(joining, since);
    else this.#recentPage(joining);
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

  #resume(joining: Joining, since: Position): void {
    const { counters, pageBytes } = this.#options;
    const { log } = joining;
    const recentPage = (): void => {
      counters.notRecovered++;
      this.#recentPage(joining);
    };
    // A client ahead of the log stems from another log, whatever the epoch says.
    if (since.epoch !== log.epoch || since.offset > log.top) {
      recentPage();
      return;
    }
    // Whose rooms share one order cannot be refilled bit by bit.
    const most = joining.membership.connection.format.ordered ? 2 * pageBytes : pageBytes;
    this.#read(joining, log.since(since.offset, RESUMED, most), (page) => {
      if (!page.complete || page.hasMore || bytesOf(page.publications) > most) {
        recentPage();
        return;
      }
      counters.recovered++;
      this.#release(joining, page, true);
    });
  }

  #recentPage(joining: Joining): void {
    const { log, limit } = joining;
    this.#read(joining, log.page(limit, undefined, this.#options.pageBytes), (page) => {
      this.#release(joining, page, false);
    });
  }

  /** Joins what was read with what was published while it was read. */
  #release(joining: Joining, page: LogPage, recovered: boolean): void {
    const { membership, log, served, finish } = joining;
    if (served !== null) {
      finish({ history: page.publications, recovered });
      return;
    }
    const buffer = membership.buffer ?? [];
    const history = merge(page.publications, buffer, log.top);
    const last = history.at(-1)?.offset ?? log.top;
    if (last === log.top) {
      const unsaved = buffer.filter(({ offset }) => offset === 0);
      finish({ history: unsaved.length > 0 ? [...history, ...unsaved] : history, recovered });
      return;
    }
    // It was full: read on from where it ends. What had no offset would be out of place by then, and comes again.
    membership.buffer = [];
    this.#read(joining, log.since(last, RESUMED), (rest) => {
      if (!rest.complete || history.length > MOST) this.#release(joining, rest, false);
      else this.#release(joining, { ...rest, publications: [...history, ...rest.publications] }, recovered);
    });
  }

  /** Stays synchronous where the log is. A disk that does not answer keeps nobody out of a room. */
  #read(joining: Joining, page: LogPage | Promise<LogPage>, then: (page: LogPage) => void): void {
    if (!(page instanceof Promise)) {
      then(page);
      return;
    }
    const { membership, log, limit, served, finish } = joining;
    const { connection, room } = membership;
    const present = served === null ? room.joining : room.memberships;
    const isOff = (): boolean => !present.has(membership); // left or died meanwhile: silently
    const withoutDisk = (): void => {
      const history = log.kind === 'memory' ? [] : log.recent(limit).publications;
      if (!isOff()) finish({ history, recovered: false });
    };
    page
      .then((read) => isOff() || then(read), withoutDisk)
      .catch((error: unknown) => this.#options.onFault(connection, error));
  }
}

/**
 * `page`, then those of `live` that come after it; both are in order. What is stored but not delivered yet (above
 * `top`) is left out: it comes live.
 */
function merge(
  page: readonly PublicationRecord[],
  live: readonly PublicationRecord[],
  top: number,
): readonly PublicationRecord[] {
  const known = (page.at(-1)?.offset ?? 0) > top ? page.filter(({ offset }) => offset <= top) : page;
  let last = known.at(-1)?.offset ?? 0;
  const merged = [...known];
  for (const record of live) {
    if (record.offset <= last) continue;
    // A page that somebody else had asked for may end before the first that was heard: the rest has to be read.
    if (last > 0 && record.offset > last + 1) break;
    merged.push(record);
    last = record.offset;
  }
  return merged;
}

function upTo(offset: number, records: readonly PublicationRecord[]): readonly PublicationRecord[] {
  return records.filter((record) => record.offset <= offset);
}

function bytesOf(records: readonly PublicationRecord[]): number {
  return records.reduce((bytes, record) => bytes + wireBytes(record), 0);
}
