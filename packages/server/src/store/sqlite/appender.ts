import type { Database, Statement } from 'better-sqlite3';
import { isDatabaseFault } from './faults.ts';
import type { StoredColumns } from './thread.ts';

/** A room while a batch is stored. */
interface RoomState {
  top: number;
  lastActivity: number;
  touched: boolean;
}

type MessageRow = [number, number, number, number, string, string, number, number | null];

/** Stores the messages of batches, inside the transaction of whoever calls it. */
export class Appender {
  readonly #insert: Statement<MessageRow>;
  readonly #first: Statement<[number, number, string], [offset: number, timestamp: number]>;
  readonly #room: Statement<[number], [top: number, lastActivity: number]>;
  readonly #update: Statement<[number, number, number]>;
  readonly #last: Statement<[], [seq: number, timestamp: number]>;
  /** Each room is read once for a batch and written once. */
  readonly #rooms = new Map<number, RoomState | null>();
  #seq = 0;
  #time = 0;
  #now = 0;
  /** What is wrong with the first bad row of this batch. */
  rowFault: string | null = null;

  constructor(db: Database) {
    this.#insert = db.prepare(
      `INSERT INTO messages (seq, room_key, offset, sender_key, client_message_id, content, timestamp, client_time)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (room_key, sender_key, client_message_id) DO NOTHING`,
    );
    this.#first = db
      .prepare<[number, number, string], [number, number]>(
        'SELECT offset, timestamp FROM messages WHERE room_key = ? AND sender_key = ? AND client_message_id = ?',
      )
      .raw();
    this.#room = db
      .prepare<[number], [number, number]>('SELECT top, last_activity FROM rooms WHERE key = ? AND deleted_at IS NULL')
      .raw();
    this.#update = db.prepare('UPDATE rooms SET top = ?, last_activity = ? WHERE key = ?');
    this.#last = db
      .prepare<[], [number, number]>('SELECT seq, timestamp FROM messages ORDER BY seq DESC LIMIT 1')
      .raw();
  }

  /** Must be called at the start of each transaction: what the one before it left here may have been rolled back. */
  begin(now: number): void {
    this.#rooms.clear();
    const [seq, timestamp] = this.#last.get() ?? [0, 0];
    this.#seq = seq;
    this.#time = timestamp;
    this.#now = now;
    this.rowFault = null;
  }

  /** Stores message number `index` and notes in `out` what became of it. */
  store(index: number, numbers: Float64Array, texts: readonly string[], out: StoredColumns): void {
    const roomKey = numbers[index * 3] ?? 0;
    const senderKey = numbers[index * 3 + 1] ?? 0;
    const clientTime = numbers[index * 3 + 2] ?? Number.NaN;
    const clientMessageId = texts[index * 2] ?? '';
    const content = texts[index * 2 + 1] ?? '';
    const room = this.#stateOf(roomKey);
    if (!room) return;

    const timestamp = Math.max(this.#now, this.#time, room.lastActivity);
    const time = Number.isNaN(clientTime) ? null : clientTime;
    const offset = room.top + 1;
    try {
      const row = [this.#seq + 1, roomKey, offset, senderKey, clientMessageId, content, timestamp, time] as const;
      if (this.#insert.run(...row).changes === 0) {
        this.#repeat(index, roomKey, senderKey, clientMessageId, out);
        return;
      }
    } catch (error) {
      if (isDatabaseFault(error)) throw error;
      // The row's own fault, and the statement had no effect: the others are stored.
      out.offsets[index] = Number.NaN;
      this.rowFault ??= String(error);
      return;
    }
    this.#seq++;
    this.#time = timestamp;
    room.top = offset;
    room.lastActivity = timestamp;
    room.touched = true;
    out.offsets[index] = offset;
    out.timestamps[index] = timestamp;
  }

  /** Writes the rooms' tops. Needed before anything else looks at them, and at the end. */
  settle(): void {
    for (const [key, room] of this.#rooms) {
      if (room?.touched) this.#update.run(room.top, room.lastActivity, key);
    }
    this.#rooms.clear();
  }

  #repeat(index: number, roomKey: number, senderKey: number, clientMessageId: string, out: StoredColumns): void {
    const [offset, timestamp] = this.#first.get(roomKey, senderKey, clientMessageId) ?? [Number.NaN, 0];
    out.offsets[index] = -offset;
    out.timestamps[index] = timestamp;
  }

  #stateOf(key: number): RoomState | null {
    const known = this.#rooms.get(key);
    if (known !== undefined) return known;
    const row = this.#room.get(key);
    const state = row ? { top: row[0], lastActivity: row[1], touched: false } : null;
    this.#rooms.set(key, state);
    return state;
  }
}
