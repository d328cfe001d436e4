import Sqlite, { type Database } from 'better-sqlite3';
import type { SearchQuery } from '../chat-store.ts';
import { MESSAGE_SELECT, type MessageColumns, type MessageRow, toColumns } from './message-rows.ts';
import { IndexBroken, type IndexedMessage, type SearchIndex } from './search-index.ts';
import { searchExpression, spaced } from './search-text.ts';
import { webhookReads } from './webhook-reads.ts';

/** Messages that are indexed in one transaction. */
const STEP = 1000;
/** Deleted rooms with more messages than this are left out by the index; of others each match is looked at. */
const LARGE = 1000;
const MOST_LARGE = 100;
/** Faults that may keep the index from being written while it can still be read: they begin like this. */
const UNWRITABLE = ['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_IOERR', 'SQLITE_BUSY'];
const CURSOR = /^[1-9]\d{0,15}$/;

export type SearchOperations = ReturnType<typeof searchOperations>;

/** @param db the database of the messages, to read from */
export function searchOperations(db: Database, index: SearchIndex) {
  const instance = String(db.prepare("SELECT hex(value) FROM meta WHERE name = 'instance'").pluck().get());
  let position = checkedPosition(db, index, instance);
  const next = db
    .prepare<[number], IndexedMessage>(
      `SELECT seq, room_key, sender_key, timestamp, content FROM messages WHERE seq > ? ORDER BY seq LIMIT ${STEP}`,
    )
    .raw();
  const visible = db
    .prepare<[number], MessageRow>(
      `${MESSAGE_SELECT} JOIN rooms ON rooms.key = m.room_key
       WHERE m.seq = ? AND rooms.deleted_at IS NULL AND m.offset > rooms.bottom`,
    )
    .raw();
  const largeDeleted = db
    .prepare<[], number>(
      `SELECT key FROM rooms WHERE deleted_at IS NOT NULL AND top > ${LARGE} ORDER BY top DESC LIMIT ${MOST_LARGE}`,
    )
    .pluck();
  const seqAt = timeFinder(db);
  const { requests } = webhookReads(db);
  return { index: indexAll, forget: (seqs: readonly number[]) => index.remove(seqs), search, requests };

  /** Takes in all that was committed before. */
  function indexAll(): void {
    for (;;) {
      const messages = next.all(position);
      if (messages.length === 0) return;
      index.add(
        messages.map(([seq, room, sender, time, text]) => [seq, room, sender, time, spaced(text)]),
        instance,
      );
      position = messages.at(-1)?.[0] ?? position;
    }
  }

  /** What cannot be taken in just now is found later; a full disk is no reason to find nothing. @throws IndexBroken */
  function indexWhatGoes(): void {
    try {
      indexAll();
    } catch (error) {
      if (!isUnwritable(error)) throw error;
    }
  }

  function search(query: SearchQuery): { readonly columns: MessageColumns; readonly cursor: string | null } {
    const words = searchExpression(query.text);
    const none = { columns: toColumns([]), cursor: null };
    if (words === null || (query.cursor !== null && !CURSOR.test(query.cursor))) return none;
    indexWhatGoes();
    const low = query.from === null ? 0 : seqAt(query.from);
    const high = Math.min(
      query.to === null ? Number.MAX_SAFE_INTEGER : seqAt(query.to),
      query.cursor === null ? Number.MAX_SAFE_INTEGER : Number(query.cursor),
    );
    const rows: MessageRow[] = [];
    let last = 0;
    for (const seq of index.find(filtered(words, query), low, high)) {
      const row = visible.get(seq);
      if (!row) continue;
      if (rows.length === query.limit) return { columns: toColumns(rows), cursor: String(last) };
      rows.push(row);
      last = seq;
    }
    return { columns: toColumns(rows), cursor: null };
  }

  function filtered(words: string, { roomKey, senderKey }: SearchQuery): string {
    const wanted = [`content : (${words})`];
    if (roomKey !== null) wanted.push(`tags : "r${roomKey}"`);
    if (senderKey !== null) wanted.push(`tags : "u${senderKey}"`);
    const hidden = largeDeleted.all().map((key) => `"r${key}"`);
    const expression = wanted.map((part) => `(${part})`).join(' AND ');
    return hidden.length === 0 ? expression : `(${expression}) NOT (tags : (${hidden.join(' OR ')}))`;
  }
}

function isUnwritable(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && UNWRITABLE.some((code) => error.code.startsWith(code));
}

/** Up to where the index goes. @throws IndexBroken where it belongs to another database, or to another past of it */
function checkedPosition(db: Database, index: SearchIndex, instance: string): number {
  const position = index.position();
  if (!position) return 0;
  const row = db
    .prepare<[number], { seq: number; timestamp: number }>(
      'SELECT seq, timestamp FROM messages WHERE seq >= ? ORDER BY seq LIMIT 1',
    )
    .get(position.seq);
  const isSame = row?.seq === position.seq ? row.timestamp === position.timestamp : row !== undefined;
  if (!isSame || position.instance !== instance) throw new IndexBroken('The search index is of another database.');
  return position.seq;
}

/** Finds the first message at or after a time, by halving: times never go back along the order of all messages. */
function timeFinder(db: Database): (time: number) => number {
  const last = db.prepare<[], number>('SELECT max(seq) FROM messages').pluck();
  const at = db
    .prepare<[number], [number, number]>('SELECT seq, timestamp FROM messages WHERE seq >= ? ORDER BY seq LIMIT 1')
    .raw();
  return (time) => {
    let [low, high] = [1, (last.get() ?? 0) + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [seq, timestamp] = at.get(middle) ?? [high, Number.POSITIVE_INFINITY];
      if (timestamp >= time) high = middle;
      else low = seq + 1;
    }
    return low;
  };
}
