import type { AppendResult, MessageDraft } from '../chat-store.ts';
import { StoreError } from '../store.ts';
import { fromFault } from './faults.ts';
import type { PostedBatch, PostedOperation, WriterReply } from './thread.ts';

/** Bytes that a write is counted with beside its content. */
const OVERHEAD = 200;

/** Bytes of a number, or of nothing. */
const NUMBER = 8;

interface PendingOperation extends PostedOperation {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Writes that were asked for, in their order, and whom to tell. They become one transaction. */
export class WriteBatch {
  /** Its place among all batches. */
  readonly number: number;
  readonly #numbers: number[] = [];
  readonly #texts: string[] = [];
  readonly #dones: ((result: AppendResult) => void)[] = [];
  readonly #operations: PendingOperation[] = [];
  #bytes = 0;
  /** Whether it was posted once and nobody knows whether it was stored. */
  isUnknown = false;

  constructor(number: number) {
    this.number = number;
  }

  /** How many writes. */
  get size(): number {
    return this.#dones.length + this.#operations.length;
  }

  get messages(): number {
    return this.#dones.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the bytes that it counts with. */
  append(draft: MessageDraft, done: (result: AppendResult) => void): number {
    this.#numbers.push(draft.roomKey, draft.senderKey, Math.trunc(draft.clientTime ?? Number.NaN));
    this.#texts.push(draft.clientMessageId, draft.content);
    this.#dones.push(done);
    const bytes = OVERHEAD + draft.content.length * 2;
    this.#bytes += bytes;
    return bytes;
  }

  /** Returns the bytes that it counts with. */
  operate(operation: Omit<PendingOperation, 'at'>): number {
    this.#operations.push({ ...operation, at: this.#dones.length });
    const bytes = OVERHEAD + bytesOf(operation.args);
    this.#bytes += bytes;
    return bytes;
  }

  /** As it travels to the writer; it can be posted again. */
  posted(now: number): PostedBatch {
    const operations = this.#operations.map(({ at, name, args }) => ({ at, name, args }));
    return {
      kind: 'batch',
      now: Math.trunc(now),
      numbers: Float64Array.from(this.#numbers),
      texts: this.#texts,
      operations,
      bytes: this.#bytes,
    };
  }

  /**
   * Tells all what became of their writes.
   * @param onThrow gets what a callback threw: the others are told all the same
   */
  settle(reply: WriterReply & { kind: 'stored' }, onThrow: (error: unknown) => void): void {
    for (const [i, done] of this.#dones.entries()) {
      tell(done, resultOf(reply.offsets[i] ?? 0, reply.timestamps[i] ?? 0), onThrow);
    }
    for (const [i, operation] of this.#operations.entries()) {
      const result = reply.operations[i];
      if (result && 'value' in result) operation.resolve(result.value);
      else if (result) operation.reject(fromFault(result.fault));
    }
  }

  /** Tells all that nothing was stored, for certain. */
  fail(reason: string, onThrow: (error: unknown) => void): void {
    for (const done of this.#dones) tell(done, UNAVAILABLE, onThrow);
    for (const { reject } of this.#operations) reject(new StoreError('unavailable', reason));
  }
}

/** Memory of what travels to the writer, roughly: its texts and buffers, wherever they are. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 2;
  if (typeof value !== 'object' || value === null) return NUMBER;
  if (value instanceof Uint8Array) return value.byteLength;
  let bytes = 0;
  for (const part of Object.values(value)) bytes += bytesOf(part);
  return bytes;
}

const UNAVAILABLE: AppendResult = { status: 'unavailable' };
const NO_ROOM: AppendResult = { status: 'no_room' };

/** See `StoredColumns`. */
function resultOf(offset: number, timestamp: number): AppendResult {
  if (offset > 0) return { status: 'stored', offset, timestamp };
  if (offset < 0) return { status: 'duplicate', offset: -offset, timestamp };
  return offset === 0 ? NO_ROOM : UNAVAILABLE;
}

function tell(done: (result: AppendResult) => void, result: AppendResult, onThrow: (error: unknown) => void): void {
  try {
    done(result);
  } catch (error) {
    onThrow(error);
  }
}
