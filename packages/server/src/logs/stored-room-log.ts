import { CommandError } from '../core/errors.ts';
import type { LogPage, Stored, StoredLog } from '../core/log.ts';
import type { LogBudget } from '../core/log-budget.ts';
import { base64Bytes, type PublicationRecord, wireBytes } from '../core/publication.ts';
import { RecentLog, type RecentLogBounds } from '../core/recent-log.ts';
import type { LogStore } from '../store/log-store.ts';
import { refusalOf } from '../store/refusal.ts';
import type { Clock } from '../util/clock.ts';
import { newId } from '../util/ids.ts';
import { fromStored, toStored, UNNAMED } from './stored-record.ts';

/** What is known of a log while its room is not in use. */
export interface LogState {
  epoch: string;
  top: number;
  /** When the last publication came, in milliseconds since 1970. */
  lastAt: number;
  /** Whether the log was deleted with what it belonged to: nothing is to be stored in it any more. */
  isOver?: boolean;
}

export interface StoredRoomLogOptions {
  /** Full name. */
  readonly room: string;
  readonly state: LogState;
  readonly bounds: RecentLogBounds;
  readonly store: LogStore;
  readonly clock: Clock;
  readonly budget: LogBudget;
  /** The highest sequence that has been delivered. */
  readonly delivered: number;
  /** Told of faults that nobody waits for. */
  readonly onFault: (error: unknown) => void;
}

/** Publications that stay in memory: who comes back within them needs no disk. */
const TAIL = 128;
/** Milliseconds for which a room that nobody is in stays in memory. */
const KEPT = 120_000;
/** Publications beyond the bound that are deleted together. */
const CUT = 100;
const OVER = 'This room has been deleted.';
/** Bytes that are read at a time where nobody says how many. */
const READ = 8 * 1024 * 1024;

/** The log of a room that programs write into: its recent publications on disk, its end in memory as well. */
export class StoredRoomLog implements StoredLog {
  readonly kind = 'stored';
  readonly #options: StoredRoomLogOptions;
  #tail: RecentLog;
  #pending = 0;
  #usedAt: number;
  #cutAt: number;

  constructor(options: StoredRoomLogOptions) {
    const { state, bounds, clock, delivered } = options;
    this.#options = options;
    this.#usedAt = clock.monotonic();
    this.#cutAt = Math.max(0, state.top - bounds.size);
    this.#tail = this.#newTail(delivered);
  }

  get epoch(): string {
    return this.#options.state.epoch;
  }

  get tail(): RecentLog {
    return this.#tail;
  }

  get top(): number {
    return this.#tail.top;
  }

  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Where it stands is remembered without it; but who lost the connection is to find its end in memory. */
  get isSpent(): boolean {
    const { state, clock } = this.#options;
    return this.#pending === 0 && (state.isOver === true || clock.monotonic() - this.#usedAt >= KEPT);
  }

  trim(): void {}

  recent(limit: number): LogPage {
    return this.tail.page(limit);
  }

  since(offset: number, limit: number, bytes = READ): LogPage | Promise<LogPage> {
    const page = this.tail.since(offset);
    return page.complete ? page : this.#after(offset, limit, bytes);
  }

  page(limit: number, before = this.top + 1, bytes = Number.POSITIVE_INFINITY): LogPage | Promise<LogPage> {
    const end = Math.min(before, this.top + 1);
    const oldest = this.top - this.tail.length + 1;
    if (limit === 0 || end - limit >= oldest || oldest === 1) return this.tail.page(limit, before, bytes);
    return this.#before(end, limit, bytes);
  }

  async store(draft: Omit<PublicationRecord, 'offset' | 'sequence'>): Promise<Stored> {
    const { store, room, state } = this.#options;
    if (state.isOver) throw new CommandError('NOT_FOUND', OVER);
    const messageId = draft.clientMessageId ?? `${UNNAMED}${newId()}`;
    this.#pending++;
    this.#usedAt = this.#options.clock.monotonic();
    try {
      const place = await store.append({ ...toStored(draft, messageId), room, epoch: this.epoch });
      // It was behind the deletion.
      if (state.isOver) throw new CommandError('NOT_FOUND', OVER);
      const { offset, sequence, timestamp, epoch, duplicate } = place;
      // A repetition may be the first to be answered: a write whose outcome had been unknown was delivered to nobody.
      const isOther = epoch !== this.epoch;
      const isKnown = duplicate && (isOther || offset <= this.top);
      if (isOther || (!isKnown && offset !== this.top + 1)) {
        this.#goOnAt(epoch, isKnown ? offset : offset - 1, isKnown ? sequence : sequence - 1);
      }
      if (isKnown) return { record: { ...draft, offset, sequence, timestamp }, duplicate };
      const record = this.tail.append({ ...draft, sequence, timestamp });
      state.top = this.top;
      state.lastAt = timestamp;
      this.#cut();
      return { record, duplicate: false };
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#pending--;
    }
  }

  forget(offset: number, event: string, data: Buffer): void {
    this.tail.replace(offset, event, data);
  }

  cutThrough(offset: number): void {
    this.tail.dropThrough(offset);
  }

  sinceSequence(
    sequence: number,
    limit: number,
    bytes: number,
  ): readonly PublicationRecord[] | null | Promise<readonly PublicationRecord[] | null> {
    return this.tail.sinceSequence(sequence) ?? this.#since(sequence, limit, bytes);
  }

  bytesSince(sequence: number, limit: number): number | null | Promise<number | null> {
    const records = this.tail.sinceSequence(sequence);
    return records ? records.reduce((sum, record) => sum + wireBytes(record), 0) : this.#sizeSince(sequence, limit);
  }

  async #sizeSince(sequence: number, limit: number): Promise<number | null> {
    const { store, room } = this.#options;
    const { gone, count, data, attachments, oldest } = await store.sizeSince(room, sequence, limit + 1);
    if (sequence < gone || count > limit || (oldest !== null && oldest < this.#horizon)) return null;
    return data + base64Bytes(attachments);
  }

  async #since(sequence: number, limit: number, bytes: number): Promise<readonly PublicationRecord[] | null> {
    const { store, room } = this.#options;
    const { gone, publications } = await store.since(room, sequence, limit, bytes);
    if (sequence < gone || publications === null) return null;
    const fresh = this.#fresh(publications.map(fromStored));
    // What is too old is as good as gone, although it is still on disk: never a hole in silence.
    return fresh.length < publications.length ? null : fresh;
  }

  async #after(offset: number, limit: number, bytes: number): Promise<LogPage> {
    const { store, room } = this.#options;
    const read = await store.after(room, offset, limit, bytes);
    const publications = this.#fresh(read.publications.map(fromStored));
    const complete = offset >= this.top || publications[0]?.offset === offset + 1;
    return { publications, complete, hasMore: read.hasMore };
  }

  async #before(end: number, limit: number, bytes: number): Promise<LogPage> {
    const { store, room } = this.#options;
    const read = await store.before(room, end, limit, bytes);
    const found = this.#fresh(read.publications.map(fromStored));
    let start = found.length;
    for (let left = bytes; start > 0; start--) {
      const record = found[start - 1];
      left -= record ? wireBytes(record) : 0;
      if (left < 0 && start < found.length) break;
    }
    return { publications: found.slice(start), complete: true, hasMore: read.hasMore || start > 0 };
  }

  /** Without those that are too old, which are deleted from disk only now and then. */
  #fresh(records: readonly PublicationRecord[]): readonly PublicationRecord[] {
    const horizon = this.#horizon;
    return records.filter(({ timestamp }) => timestamp >= horizon);
  }

  /** What is from before this time is too old. */
  get #horizon(): number {
    const { bounds, clock } = this.#options;
    return bounds.age > 0 ? clock.now() - bounds.age : Number.NEGATIVE_INFINITY;
  }

  /** The log on disk is not where it was: it has gone back in time, or is another. Clients notice by offset and epoch. */
  #goOnAt(epoch: string, top: number, gone: number): void {
    const { state, bounds, budget } = this.#options;
    state.epoch = epoch;
    state.top = top;
    this.#cutAt = Math.max(0, top - bounds.size);
    budget.forget(this.#tail);
    this.#tail = this.#newTail(gone);
  }

  /** @param gone the highest sequence that it may have held and does not hold */
  #newTail(gone: number): RecentLog {
    const { state, bounds, clock, budget } = this.#options;
    const { epoch, top } = state;
    const size = Math.min(TAIL, bounds.size);
    return new RecentLog({ size, age: bounds.age }, () => clock.now(), budget.onBytes, { epoch, top, gone });
  }

  #cut(): void {
    const { store, room, bounds, onFault } = this.#options;
    const bottom = this.top - bounds.size;
    if (bottom < this.#cutAt + CUT) return;
    this.#cutAt = bottom;
    store.cut(room, bottom).catch(onFault);
  }
}
