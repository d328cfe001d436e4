import type { Database } from 'better-sqlite3';
import type { MissedSize, PublicationPage, StoredLogRow, StoredPublication } from '../log-store.ts';

const COLUMNS = `p.offset, p.seq AS sequence, p.event, p.data, p.attachments, p.sender, p.message_id AS messageId, p.timestamp`;
const OF_ROOM = `FROM publications AS p JOIN logs ON logs.key = p.log_key WHERE logs.room = ?`;
// Within a log both orders are one. The sign keeps SQLite from walking through the publications of all rooms.
const SINCE = `${OF_ROOM} AND +p.seq > ? ORDER BY p.offset LIMIT ?`;

/** Reads of the logs of programs' rooms. */
export function logReads(db: Database) {
  const all = db.prepare<[], StoredLogRow>(
    `SELECT room, epoch, top, coalesce((SELECT timestamp FROM publications WHERE log_key = logs.key AND offset = top), 0)
       AS lastAt FROM logs`,
  );
  const after = db.prepare<[string, number, number], StoredPublication>(
    `SELECT ${COLUMNS} ${OF_ROOM} AND p.offset > ? ORDER BY p.offset LIMIT ?`,
  );
  const before = db.prepare<[string, number, number], StoredPublication>(
    `SELECT ${COLUMNS} ${OF_ROOM} AND p.offset < ? ORDER BY p.offset DESC LIMIT ?`,
  );
  const last = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'publications'").pluck();
  return {
    loadLogs: (): { readonly logs: readonly StoredLogRow[]; readonly sequence: number } => ({
      logs: all.all(),
      sequence: last.get() ?? 0,
    }),
    publicationsAfter: (room: string, offset: number, limit: number, bytes: number): PublicationPage =>
      take(after.iterate(room, offset, limit + 1), limit, bytes),
    publicationsBefore(room: string, offset: number, limit: number, bytes: number): PublicationPage {
      const { publications, hasMore } = take(before.iterate(room, offset, limit + 1), limit, bytes);
      return { publications: publications.toReversed(), hasMore };
    },
    ...readsSince(db),
  };
}

/** What a room has since a place in the order of all publications. */
function readsSince(db: Database) {
  const rows = db.prepare<[string, number, number], StoredPublication>(`SELECT ${COLUMNS} ${SINCE}`);
  // Lengths alone: SQLite does not read what is that long.
  const sizes = db.prepare<[string, number, number], Omit<MissedSize, 'gone' | 'oldest'>>(
    `SELECT count(*) AS count, coalesce(sum(data), 0) AS data, coalesce(sum(attachments), 0) AS attachments
     FROM (SELECT length(p.data) AS data, length(p.attachments) AS attachments ${SINCE})`,
  );
  const oldest = db.prepare<[string, number, number], number>(`SELECT p.timestamp ${SINCE}`).pluck();
  // Of a log that does not exist it is not known any more what it held.
  const gone = db
    .prepare<[string], number>(
      'SELECT coalesce((SELECT gone FROM logs WHERE room = ?), (SELECT gone FROM dropped_logs))',
    )
    .pluck();
  const read = db.transaction((room: string, sequence: number, limit: number, bytes: number) => {
    const { publications, hasMore } = take(rows.iterate(room, sequence, limit + 1), limit, bytes);
    return { gone: gone.get(room) ?? 0, publications: hasMore ? null : publications };
  });
  const measure = db.transaction(
    (room: string, sequence: number, limit: number): MissedSize => ({
      ...(sizes.get(room, sequence, limit) ?? { count: 0, data: 0, attachments: 0 }),
      gone: gone.get(room) ?? 0,
      oldest: oldest.get(room, sequence, 1) ?? null,
    }),
  );
  return {
    publicationsSince: (room: string, sequence: number, limit: number, bytes: number) =>
      read.deferred(room, sequence, limit, bytes),
    sizeSince: (room: string, sequence: number, limit: number) => measure.deferred(room, sequence, limit),
  };
}

/** One row at least, whatever its size. No more is read than is taken. */
function take(rows: IterableIterator<StoredPublication>, limit: number, bytes: number): PublicationPage {
  const publications: StoredPublication[] = [];
  let left = bytes;
  for (const row of rows) {
    left -= row.data.length + (row.attachments?.length ?? 0);
    if (publications.length === limit || (left < 0 && publications.length > 0)) return { publications, hasMore: true };
    publications.push(row);
  }
  return { publications, hasMore: false };
}
