import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { CrashClient } from './crash-client.ts';

/** One row of the database, as the auditor reads it. */
interface Row {
  readonly room: string;
  readonly offset: number;
  readonly user: string;
  readonly clientMessageId: string;
}

/** What is wrong, in words; nothing where all promises were kept. */
export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly disordered: readonly string[];
  /** Messages in the database. */
  readonly stored: number;
  readonly acknowledged: number;
  /** Messages that clients heard. */
  readonly heard: number;
}

/**
 * Compares the database with what every client was told. It knows nothing of the server but the tables: messages that
 * were acknowledged must be there once, at the place that was acknowledged, in the order in which their sender wrote
 * them; and each client must have heard its room without a hole, without a repetition and in order.
 */
export function audit(dataDir: string, clients: readonly CrashClient[]): Verdict {
  const rows = readRows(dataDir);
  const lost: string[] = [];
  const doubled: string[] = [];
  const disordered: string[] = [];
  const byRoom = Map.groupBy(rows, ({ room }) => room);
  for (const [room, inRoom] of byRoom) {
    for (const [i, { offset }] of inRoom.entries()) {
      if (offset !== i + 1) disordered.push(`${room} has offset ${offset} where ${i + 1} belongs`);
    }
  }
  const byMessage = Map.groupBy(rows, ({ clientMessageId }) => clientMessageId);
  for (const [id, copies] of byMessage) if (copies.length > 1) doubled.push(`${id} is stored ${copies.length} times`);
  for (const client of clients) {
    const name = `client ${client.userId}`;
    for (const [id, offsets] of client.acked) {
      const row = byMessage.get(id)?.[0];
      if (!row) lost.push(`${id} was acknowledged at ${offsets[0]} and is not stored`);
      else if (offsets.some((offset) => offset !== row.offset)) {
        doubled.push(`${id} was acknowledged at ${offsets.join(', ')} and is stored at ${row.offset}`);
      }
    }
    const mine = client.written.map((id) => byMessage.get(id)?.[0]?.offset ?? 0);
    for (const [i, offset] of mine.entries()) {
      if (offset === 0) lost.push(`${client.written[i]} was written and is not stored`);
      if (i > 0 && offset <= (mine[i - 1] ?? 0))
        disordered.push(`${client.written[i]} is stored before its forerunner`);
    }
    const inRoom = (byRoom.get(client.roomId) ?? []).filter(({ offset }) => offset >= client.first);
    const heard = new Set<number>();
    let last = 0;
    for (const { offset } of client.heard) {
      if (heard.has(offset)) doubled.push(`${name} heard ${offset} twice`);
      if (offset < last) disordered.push(`${name} heard ${offset} after ${last}`);
      heard.add(offset);
      last = Math.max(last, offset);
    }
    for (const { offset, user } of inRoom) {
      if (user !== client.userId && !heard.has(offset)) lost.push(`${name} never heard ${offset} of ${client.roomId}`);
    }
  }
  return {
    lost,
    doubled,
    disordered,
    stored: rows.length,
    acknowledged: clients.reduce((sum, { acked }) => sum + acked.size, 0),
    heard: clients.reduce((sum, { heard }) => sum + heard.length, 0),
  };
}

function readRows(dataDir: string): Row[] {
  const database = new Database(join(dataDir, 'roomcast.db'), { readonly: true });
  try {
    return database
      .prepare<[], Row>(
        `SELECT 'chat:' || rooms.id AS room, messages.offset, users.id AS user,
                messages.client_message_id AS clientMessageId
           FROM messages JOIN rooms ON rooms.key = messages.room_key JOIN users ON users.key = messages.sender_key
          ORDER BY room, messages.offset`,
      )
      .all();
  } finally {
    database.close();
  }
}
