import { Worker } from 'node:worker_threads';
import type { Logger } from '../../telemetry/log.ts';
import { StoreError } from '../store.ts';
import { fromFault } from './faults.ts';
import { type ReaderReply, type ThreadData, threadFile } from './thread.ts';

/** What a thread can be asked for. */
type Operations<T> = { readonly [Name in keyof T]: (...args: never[]) => unknown };

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Calls into a reading thread. A thread that dies takes its calls with it, and the next call starts another. */
export class ThreadCalls<T extends Operations<T>> {
  readonly #name: string;
  readonly #data: ThreadData;
  readonly #log: Logger;
  readonly #calls = new Map<number, Call>();
  #worker: Worker | null = null;
  #lastId = 0;
  #isClosed = false;

  /** @param name the thread's file, without its extension */
  constructor(name: string, data: ThreadData, log: Logger) {
    this.#name = name;
    this.#data = data;
    this.#log = log;
  }

  /** Starts the thread, so that its first call need not wait for that. */
  start(): void {
    this.#worker ??= this.#newWorker();
  }

  call<Name extends keyof T & string>(name: Name, ...args: Parameters<T[Name]>): Promise<Awaited<ReturnType<T[Name]>>> {
    if (this.#isClosed) return Promise.reject(new StoreError('closed', 'The store is closed.'));
    this.start();
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<T[Name]>>>();
    this.#calls.set(id, { resolve: resolve as Call['resolve'], reject });
    this.#worker?.postMessage({ id, name, args });
    return promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  #newWorker(): Worker {
    const worker = new Worker(threadFile(this.#name), { workerData: this.#data });
    worker.on('message', (reply: ReaderReply) => this.#settle(reply));
    // 'exit' follows, and tells the callers.
    worker.on('error', (error: unknown) => this.#log.error({ err: error }, 'A thread that reads the database failed'));
    worker.on('exit', () => this.#died(worker));
    return worker;
  }

  #settle(reply: ReaderReply): void {
    const call = this.#calls.get(reply.id);
    this.#calls.delete(reply.id);
    if ('fault' in reply) call?.reject(fromFault(reply.fault));
    else call?.resolve(reply.value);
  }

  #died(worker: Worker): void {
    if (this.#worker === worker) this.#worker = null;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    const code = this.#isClosed ? 'closed' : 'unavailable';
    for (const { reject } of calls) reject(new StoreError(code, 'The thread that reads the database has ended.'));
  }
}
