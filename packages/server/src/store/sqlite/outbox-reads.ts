import type { Database } from 'better-sqlite3';
import type { DeadEvent, OutboxPage, OutboxSize, WaitingEvent } from '../outbox-store.ts';

const WAITING = 'seq, id, user_id AS userId, event, body, created_at AS createdAt';
const DEAD = `seq, id, user_id AS userId, event, bytes, created_at AS createdAt, dead_at AS deadAt, attempts, status,
  reason`;

/** Reads of the outbox. */
export function outboxReads(db: Database) {
  const all = db.prepare<[number, number], WaitingEvent>(
    `SELECT ${WAITING} FROM outbox WHERE dead_at IS NULL AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const ofUser = db.prepare<[string, number, number, number], WaitingEvent>(
    `SELECT ${WAITING} FROM outbox WHERE dead_at IS NULL AND user_id = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
  );
  const dead = db.prepare<[number, number], DeadEvent>(
    `SELECT ${DEAD} FROM outbox WHERE dead_at IS NOT NULL AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const sums = db.prepare<[], { isDead: number; count: number; bytes: number }>(
    'SELECT dead_at IS NOT NULL AS isDead, count(*) AS count, sum(bytes) AS bytes FROM outbox GROUP BY 1',
  );
  const oldest = db.prepare<[], number>('SELECT created_at FROM outbox WHERE dead_at IS NULL ORDER BY seq LIMIT 1');
  oldest.pluck();
  const top = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").pluck();
  const measure = db.transaction((): OutboxSize => {
    const rows = sums.all();
    const waiting = rows.find(({ isDead }) => isDead === 0);
    const buried = rows.find(({ isDead }) => isDead === 1);
    return {
      waiting: waiting?.count ?? 0,
      waitingBytes: waiting?.bytes ?? 0,
      dead: buried?.count ?? 0,
      deadBytes: buried?.bytes ?? 0,
      top: top.get() ?? 0,
    };
  });
  return {
    outboxWaiting: (after: number, limit: number, bytes: number): OutboxPage =>
      take(all.iterate(after, limit + 1), limit, bytes),
    outboxOfUser: (userId: string, after: number, upTo: number, limit: number, bytes: number): OutboxPage =>
      take(ofUser.iterate(userId, after, upTo, limit + 1), limit, bytes),
    outboxDead: (after: number, limit: number): readonly DeadEvent[] => dead.all(after, limit),
    outboxSize: (): OutboxSize => measure.deferred(),
    outboxOldest: (): number | null => oldest.get() ?? null,
  };
}

/** One row at least, whatever its size. */
function take(rows: IterableIterator<WaitingEvent>, limit: number, bytes: number): OutboxPage {
  const events: WaitingEvent[] = [];
  let left = bytes;
  for (const row of rows) {
    left -= row.body.length;
    if (events.length === limit || (left < 0 && events.length > 0)) return { events, hasMore: true };
    events.push(row);
  }
  return { events, hasMore: false };
}
