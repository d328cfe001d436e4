import type { Logger } from '../../telemetry/log.ts';
import type { Clock } from '../../util/clock.ts';
import type { AppendResult, MessageDraft } from '../chat-store.ts';
import { StoreError } from '../store.ts';
import type { Fault } from './faults.ts';
import type { ThreadData, WriterReply } from './thread.ts';
import { WriteBatch } from './write-batch.ts';
import type { WriteOperations } from './write-operations.ts';
import { WriterLink } from './writer-link.ts';

/** One batch is being committed and the next one lies ready, so that the writer never waits for this thread. */
const IN_FLIGHT = 2;
/** What one transaction takes: more would hold back the answers of its first writes, and save little. */
const BATCH_SIZE = 512;
const BATCH_BYTES = 1024 * 1024;
/**
 * Under load writes are gathered for so many milliseconds: a commit costs about as much for a hundred as for one. There is
 * load where a batch had so many writes without being gathered for.
 */
const GATHERING = 4;
const LOADED = 8;
/** A thread that dies again within so many milliseconds is not started again at once. */
const BETWEEN_DEATHS = 5000;

export interface WriteQueueOptions {
  readonly thread: ThreadData;
  readonly maxQueued: number;
  readonly maxQueuedBytes: number;
  readonly probeInterval: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onStored: () => void;
  readonly onAvailability: (available: boolean, reason: string | null) => void;
}

/**
 * The one queue of everything that is written. What gathers while the writer is busy becomes its next batch.
 *
 * While the database is away (`reason` is not null) nothing is accepted, and it is tried again now and then. Batches
 * whose outcome is unknown wait at the head of the queue: they are stored again first, which changes nothing where they
 * had been stored.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #link: WriterLink;
  #waiting: WriteBatch[] = [];
  readonly #inFlight: WriteBatch[] = [];
  #lastNumber = 0;
  #queued = 0;
  #queuedBytes = 0;
  #isScheduled = false;
  /** When the last batch was posted, and whether the next one is gathered for. */
  #postedAt = Number.NEGATIVE_INFINITY;
  #isLoaded = false;
  #gathering: NodeJS.Timeout | null = null;
  #reason: string | null = null;
  #isClosed = false;
  #probeTimer: NodeJS.Timeout | null = null;
  #diedAt = Number.NEGATIVE_INFINITY;
  #onIdle: (() => void) | null = null;

  constructor(options: WriteQueueOptions) {
    this.#options = options;
    this.#link = new WriterLink(options.thread, {
      onReply: (reply) => this.#onReply(reply),
      onDeath: () => this.#onDeath(),
    });
  }

  /** Why nothing can be written just now, or null. */
  get reason(): string | null {
    return this.#reason;
  }

  /** Opens the database. Resolves to what is wrong with it, or null. */
  open(): Promise<Fault | null> {
    return this.#link.open();
  }

  /** @throws StoreError closed, unavailable, overloaded */
  append(draft: MessageDraft, done: (result: AppendResult) => void): void {
    this.#admit();
    this.#queuedBytes += this.#openBatch().append(draft, done);
    this.#accepted();
  }

  /** Runs an operation behind all writes that were asked for before. @throws StoreError as `append`, and conflict */
  async call<Name extends keyof WriteOperations & string>(
    name: Name,
    ...args: Parameters<WriteOperations[Name]>
  ): Promise<ReturnType<WriteOperations[Name]>> {
    this.#admit();
    const { promise, resolve, reject } = Promise.withResolvers<ReturnType<WriteOperations[Name]>>();
    const operation = { name, args, resolve: resolve as (value: unknown) => void, reject };
    this.#queuedBytes += this.#openBatch().operate(operation);
    this.#accepted();
    return promise;
  }

  /** Writes what is queued, then closes the database. What cannot be written for certain is answered so. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (!this.#isIdle()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onIdle = resolve;
      await promise;
    }
    if (this.#probeTimer) clearTimeout(this.#probeTimer);
    await this.#link.close();
  }

  /** For tests: ends the writing thread. */
  killThread(): Promise<void> {
    return this.#link.kill();
  }

  #admit(): void {
    if (this.#isClosed) throw new StoreError('closed', 'The store is closed.');
    if (this.#reason !== null) throw new StoreError('unavailable', this.#reason);
    const { maxQueued, maxQueuedBytes } = this.#options;
    if (this.#queued < maxQueued && this.#queuedBytes < maxQueuedBytes) return;
    throw new StoreError('overloaded', 'Too much waits to be written.');
  }

  #openBatch(): WriteBatch {
    const last = this.#waiting.at(-1);
    if (last && !last.isUnknown && last.size < BATCH_SIZE && last.bytes < BATCH_BYTES) return last;
    const batch = new WriteBatch(++this.#lastNumber);
    this.#waiting.push(batch);
    return batch;
  }

  #accepted(): void {
    this.#queued++;
    if (this.#isScheduled || this.#gathering || this.#inFlight.length >= IN_FLIGHT) return;
    this.#isScheduled = true;
    // Not at once: what else arrives in this turn of the event loop goes along.
    setImmediate(() => {
      this.#isScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#reason === null && this.#link.isOpen && this.#inFlight.length < IN_FLIGHT) {
      if (this.#isGathering()) return;
      const batch = this.#waiting.shift();
      if (!batch) return;
      this.#isLoaded = batch.size >= LOADED;
      this.#postedAt = this.#options.clock.monotonic();
      this.#inFlight.push(batch);
      this.#link.post(batch.posted(this.#options.clock.now()));
    }
  }

  /** Whether more is to come into the next batch; it is posted by itself then. */
  #isGathering(): boolean {
    if (!this.#isLoaded || this.#waiting.length !== 1 || this.#isClosed) return false;
    const left = this.#postedAt + GATHERING - this.#options.clock.monotonic();
    if (left <= 0) return false;
    this.#gathering ??= setTimeout(() => {
      this.#gathering = null;
      this.#isLoaded = false; // until the batch that is posted now says otherwise
      this.#pump();
    }, left);
    return true;
  }

  #onReply(reply: Exclude<WriterReply, { kind: 'opened' }>): void {
    if (reply.kind === 'probed') {
      this.#onProbed(reply.reason);
      return;
    }
    const batch = this.#inFlight.shift();
    if (!batch) return;
    if (reply.kind === 'failed') {
      this.#onFailed(batch, reply);
    } else {
      // The writer gets its next batch before anybody is told of this one.
      this.#pump();
      this.#release(batch);
      if (reply.rowFault) this.#options.log.error({ reason: reply.rowFault }, 'The database refused a message');
      batch.settle(reply, this.#onThrow);
      if (batch.messages > 0) this.#options.onStored();
    }
    this.#checkIdle();
  }

  #onFailed(batch: WriteBatch, { certain, reason }: { certain: boolean; reason: string }): void {
    // Of one that was unknown before, this failure says nothing.
    batch.isUnknown ||= !certain;
    this.#putBack(batch);
    this.#goDown(reason);
  }

  #goDown(reason: string): void {
    const wasUp = this.#reason === null;
    this.#reason = reason;
    if (wasUp) {
      this.#options.log.error({ reason }, 'The database is away: messages are not saved');
      this.#options.onAvailability(false, reason);
    }
    const failed = this.#waiting.filter((batch) => !batch.isUnknown);
    this.#waiting = this.#waiting.filter((batch) => batch.isUnknown);
    for (const batch of failed) {
      this.#release(batch);
      batch.fail(reason, this.#onThrow);
    }
    this.#probeSoon();
  }

  #onDeath(): void {
    const unknown = this.#inFlight.splice(0);
    for (const batch of unknown) batch.isUnknown = true;
    this.#putBack(...unknown);
    this.#options.log.error('The thread that writes the database has ended');
    const now = this.#options.clock.monotonic();
    const isRepeated = now - this.#diedAt < BETWEEN_DEATHS;
    this.#diedAt = now;
    if (this.#reason !== null) this.#probeSoon();
    else if (isRepeated) this.#goDown('The thread that writes the database ends again and again');
    else void this.#restart();
  }

  async #restart(): Promise<void> {
    const fault = await this.open();
    if (fault) this.#goDown(fault.message);
    else this.#pump();
  }

  #probeSoon(): void {
    this.#probeTimer ??= setTimeout(() => {
      this.#probeTimer = null;
      void this.#probe();
    }, this.#options.probeInterval);
  }

  async #probe(): Promise<void> {
    if (!this.#link.isOpen) {
      const fault = await this.open();
      if (fault) return this.#onProbed(fault.message);
    }
    this.#link.post({ kind: 'probe' });
  }

  #onProbed(reason: string | null): void {
    if (reason !== null) {
      this.#reason = reason;
      if (this.#isClosed) this.#giveUp();
      else this.#probeSoon();
      return;
    }
    if (this.#reason === null) return;
    this.#reason = null;
    this.#options.log.info('The database is back: messages are saved again');
    this.#pump();
    this.#options.onAvailability(true, null);
    this.#checkIdle();
  }

  /** Closing, and the database is still away: those of unknown outcome are not told anything, as nothing is known. */
  #giveUp(): void {
    this.#waiting = [];
    this.#checkIdle();
  }

  /** Those that were posted go back to their places: what was asked for first is stored first. */
  #putBack(...batches: readonly WriteBatch[]): void {
    this.#waiting.push(...batches);
    this.#waiting.sort((a, b) => a.number - b.number);
  }

  #release(batch: WriteBatch): void {
    this.#queued -= batch.size;
    this.#queuedBytes -= batch.bytes;
  }

  #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#inFlight.length === 0;
  }

  #checkIdle(): void {
    if (this.#onIdle && this.#isIdle()) this.#onIdle();
  }

  readonly #onThrow = (error: unknown): void => {
    this.#options.log.error({ err: error }, 'A callback of the store failed');
  };
}
