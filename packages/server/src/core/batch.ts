import type { Connection } from './connection.ts';

/** A member that does not take the whole batch: served up to `from`, and never sent the frames in `skip`. */
interface Exception {
  from: number;
  skip: number[];
}

const NONE: readonly Buffer[] = [];

/** A frame and its place among those of all rooms. */
export interface Placed {
  readonly frame: Buffer;
  readonly place: number;
}

/**
 * What a room is about to send to the members of one wire format: pre-encoded frames, written as one shared buffer.
 * Most members take it whole; a small map holds the exceptions (those who joined meanwhile, were served early
 * because a reply had to go out after, or sent one of the publications themselves).
 */
export class Batch {
  #frames: Buffer[] = [];
  /** Offset in the room's log of each frame; 0 for frames that no log holds. */
  #offsets: number[] = [];
  /** Place of each frame among those of all rooms. */
  #places: number[] = [];
  #bytes = 0;
  #exceptions: Map<Connection, Exception> | null = null;

  get length(): number {
    return this.#frames.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get hasExceptions(): boolean {
    return this.#exceptions !== null;
  }

  /** Adds a frame. `except` is not sent it. */
  push(frame: Buffer, offset: number, except: Connection | null, place = 0): void {
    if (except) this.#exception(except).skip.push(this.#frames.length);
    this.#frames.push(frame);
    this.#offsets.push(offset);
    this.#places.push(place);
    this.#bytes += frame.length;
  }

  /** `connection` begins behind everything that is in the batch now. */
  startAtEnd(connection: Connection): void {
    if (this.#frames.length === 0) return;
    const exception = this.#exception(connection);
    exception.from = this.#frames.length;
    exception.skip = [];
  }

  /** Forgets a connection that has left. */
  forget(connection: Connection): void {
    this.#exceptions?.delete(connection);
  }

  /** The frames that `connection` has still to get, which then count as served. */
  take(connection: Connection): readonly Buffer[] {
    if (this.#frames.length === 0) return NONE;
    const pending = this.#pending(this.#exceptions?.get(connection));
    this.startAtEnd(connection);
    return pending;
  }

  /** As `take`, for a connection that gets the frames of all its rooms in one order. */
  takeInto(connection: Connection, taken: Placed[]): void {
    if (this.#frames.length === 0) return;
    const exception = this.#exceptions?.get(connection);
    for (let index = exception?.from ?? 0; index < this.#frames.length; index++) {
      const frame = this.#frames[index];
      if (!frame || exception?.skip.includes(index)) continue;
      taken.push({ frame, place: this.#places[index] ?? 0 });
    }
    this.startAtEnd(connection);
  }

  /** The highest log offset that `connection` has been served, given that everything before this batch was. */
  servedOffset(connection: Connection, top: number): number {
    const from = this.#exceptions?.get(connection)?.from ?? 0;
    for (let i = from; i < this.#offsets.length; i++) {
      const offset = this.#offsets[i] ?? 0;
      if (offset > 0) return offset - 1;
    }
    return top;
  }

  /** The whole batch as one buffer. */
  shared(): Buffer {
    const [only] = this.#frames;
    return this.#frames.length === 1 && only ? only : Buffer.concat(this.#frames, this.#bytes);
  }

  /**
   * The parts of `shared` that `connection` has still to get, or null where it takes all of it.
   * Runs of consecutive frames are one part each.
   */
  partsFor(connection: Connection, shared: Buffer): Buffer[] | null {
    const exception = this.#exceptions?.get(connection);
    if (!exception) return null;
    const parts: Buffer[] = [];
    const starts = this.#starts();
    let from = exception.from;
    for (const skipped of exception.skip) {
      if (skipped > from) parts.push(shared.subarray(starts[from], starts[skipped]));
      from = skipped + 1;
    }
    if (from < this.#frames.length) parts.push(shared.subarray(starts[from], this.#bytes));
    return parts;
  }

  /** How many frames `connection` does not get, or gets no more. */
  withheldFrom(connection: Connection): number {
    const exception = this.#exceptions?.get(connection);
    return exception ? exception.from + exception.skip.length : 0;
  }

  clear(): void {
    this.#frames = [];
    this.#offsets = [];
    this.#places = [];
    this.#bytes = 0;
    this.#exceptions = null;
    this.#startsCache = null;
  }

  #startsCache: number[] | null = null;

  /** Where each frame begins in the shared buffer; worked out once, and only for a batch with exceptions. */
  #starts(): number[] {
    if (this.#startsCache?.length === this.#frames.length) return this.#startsCache;
    let at = 0;
    this.#startsCache = this.#frames.map((frame) => {
      const start = at;
      at += frame.length;
      return start;
    });
    return this.#startsCache;
  }

  #pending(exception: Exception | undefined): readonly Buffer[] {
    if (!exception) return [...this.#frames];
    if (exception.skip.length === 0) return this.#frames.slice(exception.from);
    const skip = new Set(exception.skip);
    return this.#frames.filter((_, index) => index >= exception.from && !skip.has(index));
  }

  #exception(connection: Connection): Exception {
    this.#exceptions ??= new Map();
    let exception = this.#exceptions.get(connection);
    if (!exception) {
      exception = { from: 0, skip: [] };
      this.#exceptions.set(connection, exception);
    }
    return exception;
  }
}
