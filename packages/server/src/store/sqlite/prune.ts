import type { Database } from 'better-sqlite3';

/** Rows that one step takes, so that appends wait for a few milliseconds at most. */
const STEP = 500;
/** For so long a message that is sent again is recognised, whatever was pruned: outboxes resend days later. */
const IDEMPOTENCY = 7 * 24 * 60 * 60 * 1000;

/** What is kept; see `MessageStore.prune`. */
export interface Retention {
  readonly perRoom: number;
  readonly olderThan: number;
  /** The time when the pruning began. */
  readonly now: number;
}

/** Where a pruning stands. */
export interface PruneProgress {
  readonly roomKey: number;
  /** Number of messages that are gone so far. */
  readonly pruned: number;
  /** Messages that this step took, by their place in the order of all (`seq`): their words need not be found. */
  readonly forgotten: readonly number[];
  /** Where this step took some: messages of the room up to this offset are gone. */
  readonly bottom: number;
  readonly done: boolean;
}

/** Before the first step: there is no room 0. */
export const PRUNE_START: PruneProgress = { roomKey: 0, pruned: 0, forgotten: [], bottom: 0, done: false };

/**
 * Pruning, one step at a time. A room's `bottom` is raised and the rows below it are emptied, which hides them; they are
 * deleted when nobody can send them again any more.
 */
export function pruneOperation(db: Database) {
  type Room = { key: number; top: number; bottom: number };
  type Row = { seq: number; timestamp: number };
  const nextRoom = db.prepare<[number], Room>('SELECT key, top, bottom FROM rooms WHERE key > ? ORDER BY key LIMIT 1');
  const roomOf = db.prepare<[number], Room>('SELECT key, top, bottom FROM rooms WHERE key = ?');
  const timeOf = db
    .prepare<[number, number], number>('SELECT timestamp FROM messages WHERE room_key = ? AND offset = ?')
    .pluck();
  const between = db.prepare<[number, number, number], Row>(
    `SELECT seq, timestamp FROM messages WHERE room_key = ? AND offset > ? AND offset <= ? ORDER BY offset LIMIT ${STEP}`,
  );
  const raise = db.prepare<[number, number]>('UPDATE rooms SET bottom = ? WHERE key = ?');
  const empty = db.prepare<[number]>("UPDATE messages SET content = '' WHERE seq = ?");
  // The last row of all stays: the order goes on from it.
  const remove = db.prepare<[number]>('DELETE FROM messages WHERE seq = ? AND seq < (SELECT max(seq) FROM messages)');
  return { prune };

  function prune(from: PruneProgress, retention: Retention): PruneProgress {
    const room = roomOf.get(from.roomKey);
    const { forgotten, bottom } = room ? hide(room, retention) : PRUNE_START;
    const progress = { ...from, pruned: from.pruned + forgotten.length, forgotten, bottom };
    if (forgotten.length > 0 || (room && removeOld(room, retention.now) > 0)) return progress;
    const next = nextRoom.get(from.roomKey);
    return next ? { ...progress, roomKey: next.key } : { ...progress, done: true };
  }

  /** Hides some of the oldest messages that are visible. */
  function hide(room: Room, { perRoom, olderThan }: Retention): Pick<PruneProgress, 'forgotten' | 'bottom'> {
    const surplus = perRoom === 0 ? 0 : room.top - perRoom;
    const target = Math.max(room.bottom, surplus, lastBefore(room, olderThan));
    const rows = between.all(room.key, room.bottom, target);
    for (const { seq } of rows) empty.run(seq);
    const bottom = Math.min(target, room.bottom + STEP);
    if (rows.length > 0) raise.run(bottom, room.key);
    return { forgotten: rows.map(({ seq }) => seq), bottom };
  }

  /** Deletes some of the oldest hidden rows. Times rise with the offsets, so that the first young one ends it. */
  function removeOld({ key, bottom }: Room, now: number): number {
    const rows = between.all(key, 0, bottom);
    const firstYoung = rows.findIndex(({ timestamp }) => timestamp >= now - IDEMPOTENCY);
    const old = firstYoung < 0 ? rows : rows.slice(0, firstYoung);
    return old.reduce((count, { seq }) => count + remove.run(seq).changes, 0);
  }

  /** The offset of the last message before a time, found by halving. */
  function lastBefore({ key, top, bottom }: Room, time: number): number {
    let [low, high] = [bottom, top];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((timeOf.get(key, middle) ?? 0) < time) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
