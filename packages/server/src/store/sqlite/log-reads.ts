import type { Database } from 'better-sqlite3';
import type { StoredLogRow, StoredPublication } from '../store.ts';

const COLUMNS = `p.offset, p.seq AS sequence, p.event, p.data, p.attachments, p.sender, p.message_id AS messageId, p.timestamp`;
const OF_ROOM = `FROM publications AS p JOIN logs ON logs.key = p.log_key WHERE logs.room = ?`;

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
  const bySequence = db.prepare<[string, number, number], StoredPublication>(
    `SELECT ${COLUMNS} ${OF_ROOM} AND p.seq > ? ORDER BY p.seq LIMIT ?`,
  );
  const gone = db.prepare<[string], number>('SELECT gone FROM logs WHERE room = ?').pluck();
  const last = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'publications'").pluck();
  const complete = db.transaction((room: string, sequence: number, limit: number) => ({
    gone: gone.get(room) ?? 0,
    publications: bySequence.all(room, sequence, limit),
  }));
  return {
    loadLogs: (): { readonly logs: readonly StoredLogRow[]; readonly sequence: number } => ({
      logs: all.all(),
      sequence: last.get() ?? 0,
    }),
    publicationsAfter: (room: string, offset: number, limit: number) => after.all(room, offset, limit),
    publicationsBefore: (room: string, offset: number, limit: number) => before.all(room, offset, limit).reverse(),
    publicationsSince: (room: string, sequence: number, limit: number) => complete.deferred(room, sequence, limit),
  };
}
