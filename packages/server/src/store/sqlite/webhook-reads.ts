import type { Database } from 'better-sqlite3';
import { matcherOf } from '../request-filter.ts';
import type { RequestPage, RequestQuery, StoredRequest, StoredWebhook, WebhookUsage } from '../webhook-store.ts';

/** What one call looks through at most; who searches on comes again, and lets others have their turn. */
const SCAN = 2000;
const SCAN_BYTES = 16 * 1024 * 1024;
/** Milliseconds; but where the processor is short, so many bytes come first. The last request may go beyond. */
const SCAN_TIME = 150;
const SCAN_LEAST = 256 * 1024;

const WEBHOOK = `id, named, secret_hash AS secretHash, password_hash AS passwordHash, settings, creator,
  created_at AS createdAt`;
const OF_ROOM = `FROM publications INDEXED BY captured_requests
  WHERE log_key = (SELECT key FROM logs WHERE room = ?) AND event = 'new-request'`;

/**
 * Reads of webhooks, and of what they have captured.
 * @param now monotonic milliseconds
 */
export function webhookReads(db: Database, now: () => number = () => performance.now()) {
  const all = db.prepare<[], Omit<StoredWebhook, 'named'> & { readonly named: number }>(
    `SELECT ${WEBHOOK} FROM webhooks ORDER BY id`,
  );
  // ';' is the character behind ':'. All of it is in the index.
  const usage = db.prepare<[], WebhookUsage>(
    `SELECT logs.room, count(*) AS requests, sum(length(data)) AS bytes, max(timestamp) AS lastAt
     FROM logs CROSS JOIN publications INDEXED BY captured_requests ON log_key = logs.key
     WHERE logs.room >= 'webhook:' AND logs.room < 'webhook;' AND event = 'new-request' GROUP BY logs.room`,
  );
  const one = db.prepare<[string, string], StoredRequest>(
    `SELECT offset, data FROM publications
     WHERE log_key = (SELECT key FROM logs WHERE room = ?) AND message_id = ? AND event = 'new-request'`,
  );
  const newest = db.prepare<[string, number], RequestRow>(
    `SELECT offset, data ${OF_ROOM} AND offset < ? ORDER BY offset DESC`,
  );
  const oldest = db.prepare<[string, number], RequestRow>(
    `SELECT offset, data ${OF_ROOM} AND offset > ? ORDER BY offset`,
  );
  return {
    loadWebhooks: (): readonly StoredWebhook[] => all.all().map((row) => ({ ...row, named: row.named === 1 })),
    webhookUsage: (): readonly WebhookUsage[] => usage.all(),
    request: (room: string, requestId: string): StoredRequest | null => one.get(room, requestId) ?? null,
    requests(query: RequestQuery): RequestPage {
      const { room, order, cursor } = query;
      const rows =
        order === 'newest'
          ? newest.iterate(room, cursor ?? Number.MAX_SAFE_INTEGER)
          : oldest.iterate(room, cursor ?? 0);
      return take(rows, query, now);
    },
  };
}

interface RequestRow {
  readonly offset: number;
  readonly data: Buffer;
}

/** Those of the rows that are wanted, as far as one call goes. */
function take(
  rows: Iterable<RequestRow>,
  { cursor, limit, bytes, filter }: RequestQuery,
  now: () => number,
): RequestPage {
  const end = now() + SCAN_TIME;
  const matches = matcherOf(filter);
  const requests: StoredRequest[] = [];
  let last = cursor;
  let [seen, seenBytes, left] = [0, 0, bytes];
  for (const row of rows) {
    const isEnough = seen === SCAN || seenBytes >= SCAN_BYTES || (seenBytes >= SCAN_LEAST && now() >= end);
    if (isEnough || requests.length === limit) return { requests, cursor: last };
    seen++;
    seenBytes += row.data.length;
    if (matches(row.data)) {
      left -= row.data.length;
      if (left < 0 && requests.length > 0) return { requests, cursor: last };
      requests.push(row);
    }
    last = row.offset;
  }
  return { requests, cursor: null };
}
