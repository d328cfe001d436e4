import type { Database } from 'better-sqlite3';
import type { StoredPublication } from '../log-store.ts';

/** A publication on its way to disk. */
export interface NewPublication extends Omit<StoredPublication, 'offset' | 'sequence'> {
  readonly room: string;
  /** Of the log, where it does not exist yet. */
  readonly epoch: string;
}

/** Where a publication is. */
export interface PublicationPlace {
  readonly offset: number;
  readonly sequence: number;
  readonly timestamp: number;
  /** Of the log that it is in. */
  readonly epoch: string;
  /** Whether it had been stored before. */
  readonly duplicate: boolean;
}

/** Writes to the logs of programs' rooms. */
export function logOperations(db: Database) {
  const open = db.prepare<[string, string], { key: number; top: number; epoch: string }>(
    `INSERT INTO logs (room, epoch, gone) VALUES (?, ?, (SELECT gone FROM dropped_logs))
     ON CONFLICT DO UPDATE SET room = room RETURNING key, top, epoch`,
  );
  const known = db.prepare<[number, string], Pick<PublicationPlace, 'offset' | 'sequence' | 'timestamp'>>(
    'SELECT offset, seq AS sequence, timestamp FROM publications WHERE log_key = ? AND message_id = ?',
  );
  const insert = db.prepare<[number, number, string, Buffer, Buffer | null, string | null, string | null, number]>(
    `INSERT INTO publications (log_key, offset, event, data, attachments, sender, message_id, timestamp)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const setTop = db.prepare<[number, number]>('UPDATE logs SET top = ? WHERE key = ?');
  const noteCut = db.prepare<[{ room: string; offset: number }]>(
    `UPDATE logs SET gone = max(gone, coalesce((SELECT max(seq) FROM publications
       WHERE log_key = logs.key AND offset <= @offset), 0)) WHERE room = @room`,
  );
  const cut = db.prepare<[{ room: string; offset: number }]>(
    'DELETE FROM publications WHERE log_key = (SELECT key FROM logs WHERE room = @room) AND offset <= @offset',
  );
  const noteExpired = db.prepare<[{ from: string; to: string; before: number }]>(
    `UPDATE logs SET gone = max(gone, coalesce((SELECT max(seq) FROM publications
       WHERE log_key = logs.key AND timestamp < @before), 0)) WHERE room >= @from AND room < @to`,
  );
  const expire = db.prepare<[{ from: string; to: string; before: number }]>(
    `DELETE FROM publications WHERE timestamp < @before
       AND log_key IN (SELECT key FROM logs WHERE room >= @from AND room < @to)`,
  );
  const noteDropped = db.prepare<[string]>(
    // A room that nothing was ever published in has no log.
    `UPDATE dropped_logs SET gone = max(gone, coalesce((SELECT max(logs.gone, coalesce((SELECT max(seq)
       FROM publications WHERE log_key = logs.key), 0)) FROM logs WHERE room = ?), 0))`,
  );
  const empty = db.prepare<[string]>('DELETE FROM publications WHERE log_key = (SELECT key FROM logs WHERE room = ?)');
  const drop = db.prepare<[string]>('DELETE FROM logs WHERE room = ?');
  return {
    appendPublication(publication: NewPublication): PublicationPlace {
      const { room, epoch, event, data, attachments, sender, messageId, timestamp } = publication;
      const log = open.get(room, epoch);
      if (!log) throw new Error('SQLite returned no row');
      const place = messageId === null ? undefined : known.get(log.key, messageId);
      if (place) return { ...place, epoch: log.epoch, duplicate: true };
      const offset = log.top + 1;
      // Over the thread's border buffers come as plain arrays of bytes.
      const packed = attachments === null ? null : Buffer.from(attachments);
      const { lastInsertRowid } = insert.run(
        ...([log.key, offset, event, Buffer.from(data), packed, sender, messageId, timestamp] as const),
      );
      setTop.run(offset, log.key);
      return { offset, sequence: Number(lastInsertRowid), timestamp, epoch: log.epoch, duplicate: false };
    },
    /** Deletes publications up to an offset. */
    cutLog(room: string, offset: number): void {
      noteCut.run({ room, offset });
      cut.run({ room, offset });
    },
    /** Deletes what is older in all rooms of a namespace. */
    expirePublications(namespace: string, before: number): void {
      // ';' is the character behind ':'.
      const range = { from: `${namespace}:`, to: `${namespace};`, before };
      noteExpired.run(range);
      expire.run(range);
    },
    /** Ends logs: a room of that name begins anew. */
    dropLogs(rooms: readonly string[]): void {
      for (const room of rooms) {
        noteDropped.run(room);
        empty.run(room);
        drop.run(room);
      }
    },
  };
}
