import type { Clock } from '@roomcast/client/chat';

/** Milliseconds between two marks: reading along in a busy room must not cost a command for each message. */
const INTERVAL = 1000;

/** Tells the server how far the user has read, now and then. */
export class ReadMarker {
  readonly #clock: Clock;
  readonly #send: (offset: number) => Promise<unknown>;
  #wanted = 0;
  #marked: number;
  #rests = false;
  #cancel = () => {};

  /** @param read up to where it is marked already */
  constructor(clock: Clock, read: number, send: (offset: number) => Promise<unknown>) {
    this.#clock = clock;
    this.#marked = read;
    this.#send = send;
  }

  /** Up to where the room is read. */
  get read(): number {
    return Math.max(this.#marked, this.#wanted);
  }

  /** The reader has seen everything up to `offset`. */
  mark(offset: number): void {
    this.#wanted = Math.max(this.#wanted, offset);
    if (!this.#rests) this.#flush();
  }

  /** Nobody reads any more; what was read is marked. */
  stop(): void {
    this.#cancel();
    this.#tell();
  }

  #flush(): void {
    if (!this.#tell()) return;
    this.#rests = true;
    this.#cancel = this.#clock.after(INTERVAL, () => {
      this.#rests = false;
      this.#flush();
    });
  }

  /** False where there is nothing to tell. */
  #tell(): boolean {
    if (this.#wanted <= this.#marked) return false;
    const offset = this.#wanted;
    const before = this.#marked;
    this.#marked = offset;
    // One that is lost is repeated with the next.
    this.#send(offset).catch(() => {
      if (this.#marked === offset) this.#marked = before;
    });
    return true;
  }
}
