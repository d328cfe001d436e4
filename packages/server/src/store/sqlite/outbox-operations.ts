import type { Database } from 'better-sqlite3';
import type { OutboxBurial, OutboxChange, OutboxDraft, OutboxPlace } from '../outbox-store.ts';

/** Rows that one step moves or deletes, so that events wait for a few milliseconds at most. */
const STEP = 500;

/** Writes to the outbox. Each can run twice and has then done the same. */
export function outboxOperations(db: Database) {
  type Row = OutboxDraft & { readonly bytes: number };
  type Place = { readonly seq: number; readonly bytes: number };
  const find = db.prepare<[string, string], number>('SELECT seq FROM outbox WHERE id = ? AND user_id = ?').pluck();
  const insert = db.prepare<[Row]>(
    `INSERT INTO outbox (id, user_id, partition, event, body, bytes, created_at)
     VALUES (@id, @userId, 0, @event, @body, @bytes, @createdAt)`,
  );
  const remove = db.prepare<[number]>('DELETE FROM outbox WHERE seq = ?');
  const bury = db.prepare<[OutboxBurial]>(
    `UPDATE outbox SET dead_at = @at, status = @status, reason = @reason, attempts = @attempts
     WHERE seq = @seq AND dead_at IS NULL`,
  );
  // Without the bodies: 500 may be half a gigabyte.
  const chosen = db.prepare<[{ ids: string | null }], Place>(
    `SELECT seq, bytes FROM outbox
     WHERE dead_at IS NOT NULL AND (@ids IS NULL OR id IN (SELECT value FROM json_each(@ids)))
     ORDER BY seq LIMIT ${STEP}`,
  );
  const raise = db.prepare<[number, number]>(
    'UPDATE outbox SET seq = ?, dead_at = NULL, attempts = 0, status = NULL, reason = NULL WHERE seq = ?',
  );
  const top = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").pluck();
  const setTop = db.prepare<[number]>("UPDATE sqlite_sequence SET seq = ? WHERE name = 'outbox'");
  return {
    addToOutbox(draft: OutboxDraft): OutboxPlace {
      const seq = find.get(draft.id, draft.userId);
      if (seq !== undefined) return { seq, isNew: false };
      const { lastInsertRowid } = insert.run({ ...draft, bytes: Buffer.byteLength(draft.body) });
      return { seq: Number(lastInsertRowid), isNew: true };
    },
    /** The events that are done with: delivered ones go, refused ones become dead letters. */
    settleOutbox(delivered: readonly number[], refused: readonly OutboxBurial[]): void {
      for (const seq of delivered) remove.run(seq);
      for (const burial of refused) bury.run(burial);
    },
    /** Dead letters, the oldest first, are deleted until so many bytes are gone. */
    trimOutbox(bytes: number): OutboxChange {
      let left = bytes;
      const rows = choose(null).filter((row) => {
        const isNeeded = left > 0;
        left -= row.bytes;
        return isNeeded;
      });
      return drop(rows);
    },
    /** Some dead letters go back to the end of the queue, in their order. */
    redriveOutbox(ids: readonly string[] | null): OutboxChange {
      const rows = choose(ids);
      let last = top.get() ?? 0;
      for (const { seq } of rows) raise.run(++last, seq);
      if (rows.length > 0) setTop.run(last);
      return changeOf(rows);
    },
    /** Some dead letters are deleted. */
    purgeOutbox(ids: readonly string[] | null): OutboxChange {
      return drop(choose(ids));
    },
  };

  function choose(ids: readonly string[] | null): readonly Place[] {
    return chosen.all({ ids: ids && JSON.stringify(ids) });
  }

  function drop(rows: readonly Place[]): OutboxChange {
    for (const { seq } of rows) remove.run(seq);
    return changeOf(rows);
  }

  function changeOf(rows: readonly Place[]): OutboxChange {
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    return { count: rows.length, bytes, top: top.get() ?? 0, hasMore: rows.length === STEP };
  }
}
