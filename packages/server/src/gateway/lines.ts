import type { OutboxPage, WaitingEvent } from '../store/outbox-store.ts';
import type { ReplyListener } from './event.ts';
import { Line } from './line.ts';

/** What is kept in memory of all that waits. The rest stays in the store until there is room. */
export interface MemoryBounds {
  readonly events: number;
  readonly bytes: number;
  /** Events of one user, so that a long line does not keep the others out. */
  readonly perLine: number;
}

export const MEMORY_BOUNDS: MemoryBounds = { events: 10_000, bytes: 32 * 1024 * 1024, perLine: 64 };

/** A line that has fewer than such a part of perLine, and more in the store, is filled up. */
const LOW = 1 / 4;
const PAGE = 500;
const PAGE_BYTES = 4 * 1024 * 1024;

/** What is to be read next from the store. */
export interface PageWanted {
  /** Whose events, or null for those of all users. */
  readonly line: Line | null;
  readonly after: number;
  /** Included. Of all users it may be more than that. */
  readonly upTo: number;
  readonly limit: number;
  readonly bytes: number;
}

/**
 * The events that wait for the backend, one line for each user, as far as they are in memory. No I/O here.
 *
 * Every event is taken in once, in the order of `seq`: `cursor` is the last one. What was stored behind it (up to `top`)
 * is read in pages when there is room. Events of a line that is full are passed over, and read when it has become short.
 */
export class Lines {
  readonly #lines = new Map<string, Line>();
  /** Lines whose first event can be sent, in the order of their turns. */
  readonly #ready = new Set<Line>();
  /** Those of them whose first event has not been tried yet. */
  readonly #untried = new Set<Line>();
  /** Lines that are short and have more in the store; and those of them that have nothing at all. */
  readonly #hungry = new Set<Line>();
  readonly #starving = new Set<Line>();
  readonly #most: MemoryBounds;
  #cursor = 0;
  #top: number;
  #count = 0;
  #bytes = 0;
  #isScanTurn = true;

  /** @param top the highest seq in the store */
  constructor(top: number, most: MemoryBounds) {
    this.#top = top;
    this.#most = most;
  }

  /** Events in memory. */
  get count(): number {
    return this.#count;
  }

  /** Of the event that waits longest, in milliseconds since 1970; null where none waits. */
  get oldest(): number | null {
    let oldest: number | null = null;
    for (const { first } of this.#lines.values()) {
      if (first && (oldest === null || first.createdAt < oldest)) oldest = first.createdAt;
    }
    return oldest;
  }

  /** An event has been stored. Returns false where it had been known before. */
  stored(event: WaitingEvent, listener: ReplyListener | null): boolean {
    const { seq } = event;
    if (seq <= this.#cursor) {
      const held = this.#lines.get(event.userId)?.find(seq);
      if (!held) listener?.(null);
      else if (listener) held.listeners.push(listener);
      return false;
    }
    const isNew = seq > this.#top;
    // Only the very next one: whatever lies between would be forgotten.
    if (seq === this.#cursor + 1 && this.#cursor === this.#top && !this.#isFull) {
      this.#top = seq;
      this.#takeIn(event, listener);
      return true;
    }
    this.#top = Math.max(this.#top, seq);
    listener?.(null); // it leaves the memory, and with it whoever waits for an answer
    return isNew;
  }

  /** Events up to this place are in the store. */
  noteTop(top: number): void {
    this.#top = Math.max(this.#top, top);
  }

  /** What to read next, or null where there is nothing or no room. */
  wanted(): PageWanted | null {
    const scan = this.#scanWanted();
    const refill = this.#refillWanted();
    this.#isScanTurn = !this.#isScanTurn;
    return this.#isScanTurn ? (scan ?? refill) : (refill ?? scan);
  }

  /** Takes in what was read. */
  arrived(wanted: PageWanted, page: OutboxPage): void {
    if (wanted.line) this.#refilled(wanted.line, wanted, page);
    else this.#scanned(wanted.upTo, page);
  }

  /** The line whose turn it is, or null. */
  peek(): Line | null {
    const [line] = this.#ready;
    return line ?? null;
  }

  /** The line to find out with whether the backend is there: what failed before may fail whether it is or not. */
  peekProbe(): Line | null {
    const [line] = this.#untried;
    return line ?? this.peek();
  }

  /** The line's first event is on its way. */
  begin(line: Line): void {
    this.#ready.delete(line);
    this.#untried.delete(line);
    line.isBusy = true;
  }

  /** The line's first event is done with. */
  finish(line: Line): void {
    const item = line.shift();
    if (item) this.#forget(item);
    line.isBusy = false;
    this.#settle(line);
  }

  /** The line's first event has to wait; the line is no longer busy when `resume` is called. */
  hold(line: Line): void {
    // Lines that stand still must not fill the memory that others need.
    line.isHeld = true;
    if (this.#count < this.#most.events / 2 && this.#bytes < this.#most.bytes / 2) return;
    for (const item of line.shed()) this.#forget(item);
  }

  resume(line: Line): void {
    line.isBusy = false;
    line.isHeld = false;
    this.#settle(line);
  }

  get #isFull(): boolean {
    return this.#count >= this.#most.events || this.#bytes >= this.#most.bytes;
  }

  #scanWanted(): PageWanted | null {
    if (this.#cursor >= this.#top || this.#isFull) return null;
    return { line: null, after: this.#cursor, upTo: this.#top, limit: PAGE, bytes: PAGE_BYTES };
  }

  #refillWanted(): PageWanted | null {
    const [starving] = this.#starving;
    const [hungry] = this.#hungry;
    const line = starving ?? (this.#isFull ? undefined : hungry);
    if (!line) return null;
    // However full it is, one that has nothing gets something.
    const limit = this.#isFull ? 1 : this.#most.perLine - line.length;
    return { line, after: line.loadedTo, upTo: this.#cursor, limit, bytes: PAGE_BYTES };
  }

  #scanned(upTo: number, { events, hasMore }: OutboxPage): void {
    for (const event of events) {
      if (this.#isFull) return;
      this.noteTop(event.seq);
      this.#takeIn(event, null);
    }
    if (!hasMore) this.#cursor = Math.max(this.#cursor, upTo);
  }

  #refilled(line: Line, { after, upTo }: PageWanted, { events, hasMore }: OutboxPage): void {
    // The line let go of events meanwhile: these would come before them.
    if (line.loadedTo !== after) return;
    for (const event of events) this.#keep(line, event, null);
    line.loadedTo = hasMore ? (events.at(-1)?.seq ?? after) : upTo;
    this.#settle(line);
  }

  #takeIn(event: WaitingEvent, listener: ReplyListener | null): void {
    this.#cursor = event.seq;
    const line = this.#lineOf(event.userId);
    if (line.hasMore || line.length >= this.#most.perLine) {
      line.passedTo = event.seq;
      listener?.(null);
    } else {
      line.loadedTo = event.seq;
      this.#keep(line, event, listener);
    }
    this.#settle(line);
  }

  #lineOf(userId: string): Line {
    const known = this.#lines.get(userId);
    if (known) return known;
    const line = new Line(userId);
    this.#lines.set(userId, line);
    return line;
  }

  #keep(line: Line, event: WaitingEvent, listener: ReplyListener | null): void {
    line.push(event, listener);
    this.#count++;
    this.#bytes += event.body.length;
  }

  #forget({ body }: WaitingEvent): void {
    this.#count--;
    this.#bytes -= body.length;
  }

  /** Puts the line where it belongs now. */
  #settle(line: Line): void {
    this.#hungry.delete(line);
    this.#starving.delete(line);
    if (line.hasMore && line.length < LOW * this.#most.perLine && !line.isHeld)
      (line.length > 0 ? this.#hungry : this.#starving).add(line);
    if (line.isBusy) return;
    if (line.first) {
      this.#ready.add(line);
      if (line.first.attempts === 0) this.#untried.add(line);
    } else if (!line.hasMore) this.#lines.delete(line.userId);
  }
}
