import { Worker } from 'node:worker_threads';
import { type Fault, toFault } from './faults.ts';
import { type ThreadData, threadFile, type WriterReply, type WriterRequest } from './thread.ts';

interface WriterLinkEvents {
  onReply(reply: Exclude<WriterReply, { kind: 'opened' }>): void;
  /** The thread ended without having been asked to; what was posted has no answer. */
  onDeath(): void;
}

/** Milliseconds that the thread has for its last writes. */
const PATIENCE = 10_000;

/** The writing thread, seen from the main thread. */
export class WriterLink {
  #data: ThreadData;
  readonly #events: WriterLinkEvents;
  #worker: Worker | null = null;
  #isClosing = false;

  constructor(data: ThreadData, events: WriterLinkEvents) {
    this.#data = data;
    this.#events = events;
  }

  /** Whether there is a thread with an open database. */
  get isOpen(): boolean {
    return this.#worker !== null;
  }

  /** Starts a thread. Resolves to what is wrong with the database, or null. */
  async open(): Promise<Fault | null> {
    let worker: Worker;
    try {
      worker = new Worker(threadFile('writer-thread'), { workerData: this.#data });
    } catch (error) {
      // The operating system gives no thread, or no memory for one.
      return { code: 'unavailable', message: `A thread could not be started: ${toFault(error).message}` };
    }
    const { promise, resolve } = Promise.withResolvers<Fault | null>();
    worker.on('message', (reply: WriterReply) => {
      if (reply.kind !== 'opened') return this.#events.onReply(reply);
      // Another thread must find the same database.
      if (reply.fault === null) this.#data = { ...this.#data, instance: reply.instance };
      resolve(reply.fault);
    });
    worker.on('error', (error: Error) => resolve({ code: null, message: error.message }));
    worker.on('exit', () => {
      resolve({ code: 'unavailable', message: 'The thread that writes ended at once.' });
      if (this.#worker !== worker) return;
      this.#worker = null;
      if (!this.#isClosing) this.#events.onDeath();
    });
    const fault = await promise;
    if (fault || this.#isClosing) await worker.terminate();
    else this.#worker = worker;
    return fault;
  }

  post(request: WriterRequest): void {
    this.#worker?.postMessage(request);
  }

  /** Lets the thread close the database, behind all that was posted. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#isClosing = true;
    if (!worker) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    worker.on('exit', () => resolve());
    worker.postMessage({ kind: 'close' } satisfies WriterRequest);
    const impatience = setTimeout(() => void worker.terminate(), PATIENCE);
    await promise;
    clearTimeout(impatience);
  }

  /** For tests: the thread dies as it would for lack of memory. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }
}
