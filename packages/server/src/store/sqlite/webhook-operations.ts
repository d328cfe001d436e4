import type { Database } from 'better-sqlite3';
import { StoreError } from '../store.ts';
import type { StoredWebhook, Trimmed } from '../webhook-store.ts';
import type { logOperations } from './log-operations.ts';

/** What one step deletes, so that other writes wait for a few milliseconds at most. */
const STEP = 500;
const STEP_BYTES = 8 * 1024 * 1024;
/** Publications that a log may have beside twice as many as the requests that it keeps: traces of deleted ones. */
const TRACES = 1000;

/** A step on the way to a shorter log. */
export interface TrimStep extends Trimmed {
  /** Up to where it is to go. */
  readonly through: number;
  readonly isDone: boolean;
}

/** Writes of webhooks, and of what they have captured. Each can run twice. */
export function webhookOperations(db: Database, logs: ReturnType<typeof logOperations>) {
  const secretOf = db.prepare<[string], string>('SELECT secret_hash FROM webhooks WHERE id = ?').pluck();
  const insert = db.prepare<[Omit<StoredWebhook, 'named'> & { readonly named: number }]>(
    `INSERT INTO webhooks (id, named, secret_hash, password_hash, settings, creator, created_at)
     VALUES (@id, @named, @secretHash, @passwordHash, @settings, @creator, @createdAt)`,
  );
  const update = db.prepare<[string, string | null, string, string]>(
    'UPDATE webhooks SET settings = ?, password_hash = ?, secret_hash = ? WHERE id = ?',
  );
  const remove = db.prepare<[string]>('DELETE FROM webhooks WHERE id = ?');
  return {
    createWebhook(webhook: StoredWebhook): void {
      const secret = secretOf.get(webhook.id);
      if (secret === webhook.secretHash) return;
      if (secret !== undefined) throw new StoreError('conflict', `A webhook ${webhook.id} exists.`);
      // What came to a former one of that name in its last moment is nobody else's business.
      logs.dropLogs([`webhook:${webhook.id}`]);
      insert.run({ ...webhook, named: Number(webhook.named) });
    },
    updateWebhook(id: string, changes: Pick<StoredWebhook, 'settings' | 'passwordHash' | 'secretHash'>): boolean {
      return update.run(changes.settings, changes.passwordHash, changes.secretHash, id).changes > 0;
    },
    /** Deletes it with all that it has captured. */
    deleteWebhook(id: string, room: string): boolean {
      logs.dropLogs([room]);
      return remove.run(id).changes > 0;
    },
    ...removeOperation(db),
    ...trimOperations(db, logs),
  };
}

function removeOperation(db: Database) {
  type Place = { readonly offset: number; readonly bytes: number };
  const find = db.prepare<[string, string], Place & { readonly seq: number }>(
    `SELECT p.seq, p.offset, length(p.data) AS bytes FROM publications AS p JOIN logs ON logs.key = p.log_key
     WHERE logs.room = ? AND p.message_id = ? AND p.event = 'new-request'`,
  );
  const replace = db.prepare<[Buffer, string, number]>(
    `UPDATE publications SET event = 'request-deleted', data = ?, attachments = NULL, sender = NULL, message_id = ?
     WHERE seq = ?`,
  );
  const findRemoved = db.prepare<[string, string, string], { readonly offset: number; readonly messageId: string }>(
    `SELECT p.offset, p.message_id AS messageId FROM publications AS p JOIN logs ON logs.key = p.log_key
     WHERE logs.room = ? AND p.message_id >= ? AND p.message_id < ?`,
  );
  return {
    /** @param token names this removal: where it comes twice, the second one answers what the first one did */
    removeRequest(room: string, requestId: string, data: Uint8Array, token: string): Place | null {
      // The sign marks ids that nobody has given; the bytes that went are kept behind it. ';' comes behind all digits.
      const trace = `~${token}:`;
      const removed = findRemoved.get(room, trace, `~${token};`);
      if (removed) return { offset: removed.offset, bytes: Number(removed.messageId.slice(trace.length)) };
      const found = find.get(room, requestId);
      if (!found) return null;
      replace.run(Buffer.from(data), trace + found.bytes, found.seq);
      return { offset: found.offset, bytes: found.bytes };
    },
  };
}

function trimOperations(db: Database, { cutLog }: ReturnType<typeof logOperations>) {
  type Log = { readonly key: number; readonly top: number };
  type Row = { readonly offset: number; readonly isRequest: number; readonly bytes: number };
  const find = db.prepare<[string], Log>('SELECT key, top FROM logs WHERE room = ?');
  const tooMany = db
    .prepare<[number, number], number>(
      `SELECT offset FROM publications INDEXED BY captured_requests WHERE log_key = ? AND event = 'new-request'
       ORDER BY offset DESC LIMIT 1 OFFSET ?`,
    )
    .pluck();
  // Times may go back, where the clock was set: nothing from before the time stays.
  const tooOld = db
    .prepare<[number, number], number | null>(
      `SELECT max(offset) FROM publications INDEXED BY captured_requests
       WHERE log_key = ? AND event = 'new-request' AND timestamp < ?`,
    )
    .pluck();
  const oldest = db.prepare<[number, number], Row>(
    `SELECT offset, event = 'new-request' AS isRequest, length(data) AS bytes FROM publications
     WHERE log_key = ? AND offset <= ? ORDER BY offset LIMIT ${STEP}`,
  );
  const lowest = db.prepare<[number], number | null>('SELECT min(offset) FROM publications WHERE log_key = ?').pluck();
  return { trimRequests, cutRequests };

  /** The first step to `keep` requests, none from before a time. Deleted ones count only where they are very many. */
  function trimRequests(room: string, keep: number, before: number): TrimStep {
    const log = find.get(room);
    if (!log) return NOTHING;
    const { key, top } = log;
    const many = top - bottomOf(log) > keep ? (tooMany.get(key, keep) ?? 0) : 0;
    const old = before > 0 ? (tooOld.get(key, before) ?? 0) : 0;
    return cutRequests(room, Math.max(many, old, top - (2 * keep + TRACES)));
  }

  /** A further step. */
  function cutRequests(room: string, through: number): TrimStep {
    const log = find.get(room);
    if (!log) return NOTHING;
    const rows = stepOf(oldest.iterate(log.key, through));
    const end = rows.at(-1)?.offset ?? through;
    if (rows.length > 0) cutLog(room, end);
    const requests = rows.filter(({ isRequest }) => isRequest === 1);
    return {
      requests: requests.length,
      bytes: requests.reduce((sum, { bytes }) => sum + bytes, 0),
      bottom: bottomOf(log),
      through,
      isDone: end >= through,
    };
  }

  function bottomOf({ key, top }: Log): number {
    return (lowest.get(key) ?? top + 1) - 1;
  }

  /** One row at least, whatever its size. */
  function stepOf(rows: Iterable<Row>): readonly Row[] {
    const taken: Row[] = [];
    let left = STEP_BYTES;
    for (const row of rows) {
      left -= row.bytes;
      if (left < 0 && taken.length > 0) break;
      taken.push(row);
    }
    return taken;
  }
}

const NOTHING: TrimStep = { requests: 0, bytes: 0, bottom: 0, through: 0, isDone: true };
