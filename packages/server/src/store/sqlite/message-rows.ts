import type { StoredMessage } from '../chat-store.ts';

/** A message as the database gives it, in the order of `MESSAGE_SELECT`. */
export type MessageRow = readonly [
  roomKey: number,
  offset: number,
  senderKey: number,
  clientMessageId: string,
  timestamp: number,
  content: string,
  clientTime: number | null,
  senderId: string,
  senderName: string,
];

/** Messages with their senders, without a WHERE. */
export const MESSAGE_SELECT = `SELECT m.room_key, m.offset, m.sender_key, m.client_message_id, m.timestamp, m.content,
  m.client_time, users.id, users.username FROM messages AS m JOIN users ON users.key = m.sender_key`;

/** Messages on their way between threads: flat, because cloning is paid per object, and each sender once. */
export interface MessageColumns {
  /** Room, offset, sender, time, sender's time (or NaN) of each. */
  readonly numbers: Float64Array;
  /** Client message id and content of each. */
  readonly texts: readonly string[];
  readonly senders: ReadonlyMap<number, readonly [id: string, name: string]>;
}

export function toColumns(rows: readonly MessageRow[]): MessageColumns {
  const numbers = new Float64Array(rows.length * 5);
  const texts: string[] = [];
  const senders = new Map<number, readonly [string, string]>();
  for (const [i, row] of rows.entries()) {
    const [roomKey, offset, senderKey, clientMessageId, timestamp, content, clientTime, id, name] = row;
    numbers.set([roomKey, offset, senderKey, timestamp, clientTime ?? Number.NaN], i * 5);
    texts.push(clientMessageId, content);
    if (!senders.has(senderKey)) senders.set(senderKey, [id, name]);
  }
  return { numbers, texts, senders };
}

export function fromColumns({ numbers, texts, senders }: MessageColumns): readonly StoredMessage[] {
  return Array.from({ length: numbers.length / 5 }, (_, i) => {
    const number = (column: number) => numbers[i * 5 + column] ?? 0;
    const senderKey = number(2);
    const [senderId, senderName] = senders.get(senderKey) ?? ['', ''];
    const clientTime = number(4);
    return {
      roomKey: number(0),
      offset: number(1),
      senderKey,
      senderId,
      senderName,
      clientMessageId: texts[i * 2] ?? '',
      content: texts[i * 2 + 1] ?? '',
      timestamp: number(3),
      clientTime: Number.isNaN(clientTime) ? null : clientTime,
    };
  });
}
