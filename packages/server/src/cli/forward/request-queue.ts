import type { PlacedRequest } from '@roomcast/protocol';

export interface RequestQueueOptions {
  /** Requests that are on their way at a time; they set out in order. */
  readonly concurrency: number;
  /** Always resolves. */
  readonly deliver: (request: PlacedRequest) => Promise<unknown>;
  /** All that had been taken has set out. */
  readonly onEmpty: () => void;
}

/** Most requests, and characters of their bodies, that wait for a slow target in the memory of this process. */
const MOST = 1000;
const MOST_TEXT = 32 * 1024 * 1024;

/** Requests of one webhook that wait for their target. Strangers send them, so there is a bound. */
export class RequestQueue {
  readonly #options: RequestQueueOptions;
  #waiting: PlacedRequest[] = [];
  #text = 0;
  #running = 0;
  #held = false;
  #stopped = false;
  #idle = () => {};

  constructor(options: RequestQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** Whether nothing more should be put in. */
  get isFull(): boolean {
    return this.#waiting.length >= MOST || this.#text >= MOST_TEXT;
  }

  push(request: PlacedRequest): void {
    this.#waiting.push(request);
    this.#text += request.body?.length ?? 0;
    this.#flow();
  }

  /** Lets nothing set out until `release`. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#flow();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = [];
    this.#text = 0;
  }

  /** Lets nothing set out any more. Resolves when what is on its way has arrived. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  #flow(): void {
    const { concurrency, deliver, onEmpty } = this.#options;
    while (!this.#held && !this.#stopped && this.#running < concurrency) {
      const request = this.#waiting.shift();
      if (!request) return;
      this.#text -= request.body?.length ?? 0;
      this.#running++;
      void deliver(request).finally(() => this.#arrived());
      if (this.#waiting.length === 0) onEmpty();
    }
  }

  #arrived(): void {
    this.#running--;
    if (this.#running === 0) this.#idle();
    this.#flow();
  }
}
