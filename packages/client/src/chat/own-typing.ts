import { type Clock, nothing } from '../clock.ts';

/** Milliseconds between two signs that one is still typing; the server forgets after three seconds. */
const REPEAT = 2000;
/** Milliseconds without a key after which one has stopped. */
const SILENCE = 3000;

/** Tells the room that this user is typing: not at each key, and not longer than it is true. */
export class OwnTyping {
  readonly #clock: Clock;
  readonly #say: (isTyping: boolean) => void;
  /** When it was last said; null while it is not said to be so. */
  #said: number | null = null;
  #cancel = nothing;

  constructor(clock: Clock, say: (isTyping: boolean) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** A key was pressed. */
  typed(): void {
    const now = this.#clock.now();
    if (this.#said === null || now - this.#said >= REPEAT) {
      this.#said = now;
      this.#say(true);
    }
    this.#cancel();
    this.#cancel = this.#clock.after(SILENCE, () => this.stop());
  }

  /** The message was sent, or the field is empty. */
  stop(): void {
    const wasTyping = this.#said !== null;
    this.forget();
    if (wasTyping) this.#say(false);
  }

  /** Nobody is to be told: the room or the connection is gone, and with it the typing. */
  forget(): void {
    this.#cancel();
    this.#said = null;
  }
}
