import { type Clock, nothing } from './clock.ts';

/** What a watcher shows of itself; a field that is left out was never set. */
export interface Appearance {
  name?: string | null;
  requestId?: string | null;
}

/** Milliseconds between two words about oneself: whoever runs through a list says only where they have come to. */
const INTERVAL = 100;

/** Tells the others who watches and what they look at: the latest word counts, and not too many of them. */
export class WatchTeller {
  readonly #clock: Clock;
  /** False where it could not be sent. */
  readonly #send: (appearance: Appearance) => boolean;
  readonly #appearance: Appearance = {};
  #cancel = nothing;
  #waits = false;
  /** Something that the server has not been told. */
  #changed = false;

  constructor(clock: Clock, send: (appearance: Appearance) => boolean) {
    this.#clock = clock;
    this.#send = send;
  }

  set(appearance: Appearance): void {
    Object.assign(this.#appearance, appearance);
    this.#changed = true;
    this.#tell();
  }

  /** The server knows nothing of it: it was joined anew. */
  renew(): void {
    this.stop();
    this.#changed = Object.keys(this.#appearance).length > 0;
    this.#tell();
  }

  /** The server had too much to do; says it again after `wait` milliseconds. */
  repeat(wait: number): void {
    this.#changed = true;
    this.#rest(wait);
  }

  stop(): void {
    this.#cancel();
    this.#waits = false;
  }

  #tell(): void {
    if (!this.#changed || this.#waits || !this.#send(this.#appearance)) return;
    this.#changed = false;
    this.#rest(INTERVAL);
  }

  #rest(wait: number): void {
    this.#cancel();
    this.#waits = true;
    this.#cancel = this.#clock.after(wait, () => {
      this.#waits = false;
      this.#tell();
    });
  }
}
