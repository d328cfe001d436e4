import { newId } from '../util/ids.ts';
import type { LogPage, MemoryLog } from './log.ts';
import { type PublicationRecord, wireBytes } from './publication.ts';

/** What a publication costs beside its data: the record, its strings and its place in the log. Measured, roughly. */
const RECORD_OVERHEAD = 200;

export interface RecentLogBounds {
  /** Most publications. */
  readonly size: number;
  /** Greatest age in milliseconds; 0 = any. */
  readonly age: number;
}

/** The last publications of a room, in memory: as many as the namespace's policy says, and no older. */
export class RecentLog implements MemoryLog {
  readonly kind = 'memory';
  readonly epoch: string;
  readonly bounds: RecentLogBounds;
  #records: PublicationRecord[] = [];
  /** Index of the oldest record that is kept; those before it are cut off now and then, all at once. */
  #first = 0;
  #top = 0;
  #bytes = 0;
  /** The highest sequence among those that are gone. */
  #gone: number;
  readonly #now: () => number;
  readonly #onBytes: (change: number) => void;

  /**
   * @param onBytes told of every change of the memory that this log takes, in bytes
   * @param start where it goes on, as the tail of a log on disk; otherwise it begins a log of its own
   */
  constructor(
    bounds: RecentLogBounds,
    now: () => number,
    onBytes: (change: number) => void = () => {},
    start: { readonly epoch: string; readonly top: number; readonly gone?: number } = {
      epoch: newId().slice(0, 10),
      top: 0,
    },
  ) {
    this.bounds = bounds;
    this.epoch = start.epoch;
    this.#top = start.top;
    this.#gone = start.gone ?? 0;
    this.#now = now;
    this.#onBytes = onBytes;
  }

  get tail(): RecentLog {
    return this;
  }

  get isSpent(): boolean {
    return this.length === 0;
  }

  get top(): number {
    return this.#top;
  }

  get length(): number {
    return this.#records.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The highest sequence (see positions.ts) of a publication that it held and holds no more; 0 = it holds all. */
  get gone(): number {
    return this.#gone;
  }

  /** The sequence of its last publication, 0 where it holds none. */
  get last(): number {
    return this.#records.at(-1)?.sequence ?? 0;
  }

  append(record: Omit<PublicationRecord, 'offset'>): PublicationRecord {
    // A copy with memory of its own: what came in, and what the pool would give, is a slice of a much larger buffer.
    const data = Buffer.allocUnsafeSlow(record.data.length);
    record.data.copy(data);
    const kept = { ...record, data, offset: ++this.#top };
    this.#records.push(kept);
    this.#count(cost(kept));
    this.trim();
    return kept;
  }

  since(offset: number): LogPage {
    this.trim();
    const oldest = this.#top - this.length + 1;
    const complete = offset <= this.#top && offset >= oldest - 1;
    const from = complete ? this.#first + (offset - oldest + 1) : this.#first;
    return { publications: this.#records.slice(from), complete, hasMore: false };
  }

  /** What came after a place in the order of all publications; null where some of that is gone. */
  sinceSequence(sequence: number): readonly PublicationRecord[] | null {
    this.trim();
    if (sequence < this.#gone) return null;
    let from = this.#records.length;
    while (from > this.#first && (this.#records[from - 1]?.sequence ?? 0) > sequence) from--;
    return this.#records.slice(from);
  }

  /** Takes what another log has read before its own oldest record. Contiguous; what does not fit is left out. */
  prime(records: readonly PublicationRecord[]): void {
    const oldest = this.#top - this.length + 1;
    const fitting = records.filter(({ offset }) => offset < oldest);
    if (fitting.at(-1)?.offset !== oldest - 1) return;
    const room = this.bounds.size - this.length;
    if (room <= 0) return;
    const kept = fitting.slice(-room);
    this.#records = [...kept, ...this.#records.slice(this.#first)];
    this.#first = 0;
    for (const record of kept) this.#count(cost(record));
  }

  page(limit: number, before = this.#top + 1, bytes = Number.POSITIVE_INFINITY): LogPage {
    this.trim();
    const oldest = this.#top - this.length + 1;
    const end = this.#first + Math.min(Math.max(before - oldest, 0), this.length);
    const lowest = Math.max(this.#first, end - limit);
    let start = end;
    for (let left = bytes; start > lowest; start--) {
      const record = this.#records[start - 1];
      left -= record ? wireBytes(record) : 0;
      if (left < 0 && start < end) break;
    }
    return { publications: this.#records.slice(start, end), complete: true, hasMore: start > this.#first };
  }

  /** Lets go of what is too old or too much. */
  trim(): void {
    while (this.length > this.bounds.size) this.dropOldest();
    if (this.bounds.age <= 0) return;
    const horizon = this.#now() - this.bounds.age;
    for (let oldest = this.#records[this.#first]; oldest && oldest.timestamp < horizon; ) {
      this.dropOldest();
      oldest = this.#records[this.#first];
    }
  }

  /** Lets go of everything up to an offset. */
  dropThrough(offset: number): void {
    for (let oldest = this.#records[this.#first]; oldest && oldest.offset <= offset; ) {
      this.dropOldest();
      oldest = this.#records[this.#first];
    }
  }

  /** Puts another event and data in the place of a publication that is withdrawn, if it holds it. Nothing else of it stays. */
  replace(offset: number, event: string, data: Buffer): void {
    const index = this.#records.length - 1 - (this.#top - offset);
    const former = this.#records[index];
    if (index < this.#first || !former) return;
    // Whoever has read the former one keeps it as it was.
    const { attachments: _, origin: __, ...rest } = former;
    const kept = { ...rest, event, data: Buffer.from(data), sender: null, clientMessageId: null, clientTime: null };
    this.#records[index] = kept;
    this.#count(cost(kept) - cost(former));
  }

  dropOldest(): void {
    const oldest = this.#records[this.#first];
    if (!oldest) return;
    this.#count(-cost(oldest));
    this.#gone = Math.max(this.#gone, oldest.sequence ?? 0);
    this.#first++;
    // Cutting costs a copy of what stays: wait until at least half of the array is dead.
    if (this.#first * 2 >= this.#records.length) {
      this.#records = this.#records.slice(this.#first);
      this.#first = 0;
    }
  }

  #count(change: number): void {
    this.#bytes += change;
    this.#onBytes(change);
  }
}

function cost(record: PublicationRecord): number {
  let bytes = RECORD_OVERHEAD + record.data.length;
  for (const attachment of record.attachments ?? []) bytes += attachment.length;
  return bytes;
}
