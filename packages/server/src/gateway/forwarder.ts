import { CommandError } from '../core/errors.ts';
import type { DeadEvent, OutboxStore } from '../store/outbox-store.ts';
import { StoreError } from '../store/store.ts';
import { type ForwardCounters, type ForwardState, newForwardCounters } from '../telemetry/forward-metrics.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { Breaker, type BreakerState } from './breaker.ts';
import type { BackendReply, ForwardedEvent, ReplyListener } from './event.ts';
import { Ledger } from './ledger.ts';
import type { Line, LineItem } from './line.ts';
import { Lines, MEMORY_BOUNDS, type MemoryBounds } from './lines.ts';
import type { PushRequest } from './push-request.ts';
import { retryDelay } from './retry.ts';
import { Settler } from './settler.ts';
import { away, type Outcome, type Sink } from './sinks/sink.ts';

export interface ForwarderOptions {
  readonly store: OutboxStore;
  /** Null where nothing is configured: then events are refused. */
  readonly sink: Sink | null;
  readonly clock: Clock;
  readonly log: Logger;
  /**
   * Carries out the pushes of an answer before the event counts as delivered: whoever sent it may be gone, and may have
   * been before a restart. Must not reject.
   */
  readonly carryOut?: (eventId: string, push: readonly PushRequest[]) => Promise<void>;
  /** Events on their way at a time. */
  readonly forwardConcurrency: number;
  /** Bytes that may wait. */
  readonly outboxSize: number;
  /** Milliseconds before the second try of an event, at most, and between later ones. */
  readonly retry?: { readonly min: number; readonly max: number };
  /** See `BreakerOptions`. */
  readonly breaker?: { readonly threshold: number; readonly min: number; readonly max: number };
  /** What is kept in memory. */
  readonly memory?: Partial<MemoryBounds>;
  /** Milliseconds that stopping waits for tries that are under way. */
  readonly patience?: number;
  readonly random?: () => number;
}

/** How the outbox stands. */
export interface OutboxStatus extends ForwardState {
  readonly deadBytes: number;
  readonly breaker: BreakerState;
  /** Where events go, without credentials; null where nowhere. */
  readonly sink: string | null;
}

const DEFAULTS = {
  retry: { min: 100, max: 30_000 },
  breaker: { threshold: 5, min: 1000, max: 10_000 },
  patience: 2000,
  random: Math.random,
};
/** When clients whose events find no place may try again, in milliseconds. */
const RETRY_AFTER = { full: 5000, busy: 1000 } as const;
/** Milliseconds between two warnings of failed tries. */
const BETWEEN_WARNINGS = 10_000;
/** Milliseconds before the store is read again after it could not be. */
const READ_AGAIN = 1000;

/**
 * Takes events of clients, keeps them on disk, and hands them to the backend: each at least once and with the same id
 * and body at each try, in order per user, one of a user at a time. What the backend is away for waits, however long;
 * only what it refuses for good becomes a dead letter.
 */
export class Forwarder {
  readonly counters: ForwardCounters = newForwardCounters();
  readonly #options: ForwarderOptions & typeof DEFAULTS;
  readonly #ledger: Ledger;
  readonly #lines: Lines;
  readonly #breaker: Breaker;
  readonly #settler: Settler;
  readonly #timers = new Set<NodeJS.Timeout>();
  #active = 0;
  #isRunning = false;
  #isStopped = false;
  #isReading = false;
  #isProbeArmed = false;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #onIdle: (() => void) | null = null;

  /** Loads how much waits from the days before. @throws StoreError */
  static async open(options: ForwarderOptions): Promise<Forwarder> {
    const size = await options.store.size();
    if (size.waiting > 0) {
      const words = options.sink ? 'Events wait for the backend' : 'Events wait, but forwardUrl is not set';
      options.log.info({ waiting: size.waiting, bytes: size.waitingBytes }, words);
    }
    return new Forwarder(options, new Ledger(options.outboxSize, size), size.top);
  }

  private constructor(options: ForwarderOptions, ledger: Ledger, top: number) {
    const { store, log, clock, memory } = options;
    this.#options = { ...DEFAULTS, ...options };
    const { breaker, random } = this.#options;
    this.#ledger = ledger;
    this.#lines = new Lines(top, { ...MEMORY_BOUNDS, ...memory });
    this.#settler = new Settler(store, log, () => this.#trim());
    this.#breaker = new Breaker({ ...breaker, clock, random, onChange: (state) => this.#onBreaker(state) });
  }

  /**
   * Resolves when the event is on disk; calls are stored in their order.
   * @param onReply told once what the backend answers, see `ReplyListener`; never where this rejects
   * @throws CommandError OVERLOADED, STORAGE_UNAVAILABLE, FORBIDDEN where events go nowhere, SHUTTING_DOWN
   */
  async accept(event: ForwardedEvent, onReply?: ReplyListener): Promise<void> {
    if (!this.#options.sink) throw new CommandError('FORBIDDEN', 'This server forwards no events to a backend.');
    if (this.#isStopped) throw new CommandError('SHUTTING_DOWN', 'The server is shutting down.');
    const body = JSON.stringify(event);
    const bytes = Buffer.byteLength(body);
    const refusal = this.#ledger.refusal(bytes, event.kind !== 'event');
    if (refusal) throw overloaded(refusal);
    const { id, userId } = event;
    const draft = { id, userId, event: event.event, body, createdAt: this.#options.clock.now() };
    this.#ledger.saving(bytes);
    let seq: number;
    let isNew: boolean;
    try {
      ({ seq, isNew } = await this.#options.store.add(draft));
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#ledger.saved(bytes);
    }
    // Where the first outcome was unknown, the store calls it known although nobody here has seen it.
    const isUnseen = this.#lines.stored({ ...draft, seq }, onReply ?? null);
    if (isNew || isUnseen) {
      this.counters.accepted++;
      this.#ledger.added(bytes);
    }
    this.#go();
  }

  start(): void {
    this.#isRunning = true;
    this.#go();
  }

  /** Lets what is under way come to its end for a while. What was not confirmed until then is sent again by the next start. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#isRunning = false;
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#active > 0) await this.#idle();
    await this.#settler.stop();
    await this.#options.sink?.close();
  }

  get status(): OutboxStatus {
    const { waiting, waitingBytes, dead, deadBytes } = this.#ledger;
    const { oldest } = this.#lines;
    const { state } = this.#breaker;
    const oldestAge = oldest === null ? 0 : Math.max(0, (this.#options.clock.now() - oldest) / 1000);
    const isReachable = state === 'closed';
    const sink = this.#options.sink?.name ?? null;
    return { waiting, waitingBytes, dead, deadBytes, oldestAge, isReachable, breaker: state, sink };
  }

  /** Dead letters above a place, in their order. @throws StoreError */
  async deadLetters(after: number, limit: number): Promise<readonly DeadEvent[]> {
    await this.#settler.flush();
    return this.#options.store.dead(after, limit);
  }

  /** Sends dead letters again, behind everything that waits. Null = all. Resolves to their number. @throws StoreError */
  async redrive(ids: readonly string[] | null): Promise<number> {
    return this.#forEachStep(async () => {
      const change = await this.#options.store.redrive(ids);
      this.#ledger.redriven(change);
      this.#lines.noteTop(change.top);
      this.#go();
      return change;
    });
  }

  /** Deletes dead letters. Null = all. Resolves to their number. @throws StoreError */
  async purge(ids: readonly string[] | null): Promise<number> {
    return this.#forEachStep(async () => {
      const change = await this.#options.store.purge(ids);
      this.#ledger.purged(change);
      return change;
    });
  }

  /** What is refused meanwhile must not keep this going for ever. */
  async #forEachStep(step: () => Promise<{ count: number; hasMore: boolean }>): Promise<number> {
    await this.#settler.flush();
    const most = this.#ledger.dead;
    for (let total = 0; ; ) {
      const { count, hasMore } = await step();
      total += count;
      if (!hasMore || total >= most) return total;
    }
  }

  #go(): void {
    this.#read();
    this.#send();
  }

  #read(): void {
    if (!this.#isRunning || this.#isReading || !this.#options.sink) return;
    const wanted = this.#lines.wanted();
    if (!wanted) return;
    const { store } = this.#options;
    const { line, after, upTo, limit, bytes } = wanted;
    this.#isReading = true;
    const page = line ? store.ofUser(line.userId, after, upTo, limit, bytes) : store.waiting(after, limit, bytes);
    page.then(
      (found) => {
        this.#isReading = false;
        this.#lines.arrived(wanted, found);
        this.#go();
      },
      (error: unknown) => {
        this.#isReading = false;
        if (this.#isStopped) return;
        this.#options.log.error({ err: error }, 'The outbox could not be read');
        this.#later(READ_AGAIN, () => this.#read());
      },
    );
  }

  #send(): void {
    while (this.#isRunning && this.#active < this.#options.forwardConcurrency) {
      const line = this.#breaker.state === 'closed' ? this.#lines.peek() : this.#lines.peekProbe();
      const item = line?.first;
      if (!line || !item) return;
      if (!this.#breaker.acquire()) {
        this.#armProbe();
        return;
      }
      this.#lines.begin(line);
      this.#active++;
      void this.#deliver(line, item);
    }
  }

  /** The breaker asks for one try when its time has come. */
  #armProbe(): void {
    if (this.#isProbeArmed || this.#breaker.state !== 'open') return;
    this.#isProbeArmed = true;
    this.#later(this.#breaker.wait, () => {
      this.#isProbeArmed = false;
      this.#send();
    });
  }

  async #deliver(line: Line, item: LineItem): Promise<void> {
    const { sink, clock, carryOut } = this.#options;
    const begun = clock.monotonic();
    const outcome = (await sink?.send(item).catch(failed)) ?? failed('no sink');
    this.counters.onSent((clock.monotonic() - begun) / 1000);
    if (outcome.kind === 'delivered' && outcome.reply?.push) await carryOut?.(item.id, outcome.reply.push);
    this.#active--;
    item.attempts++;
    this.#conclude(line, item, outcome);
    if (this.#active === 0) this.#onIdle?.();
    this.#go();
  }

  #conclude(line: Line, item: LineItem, outcome: Outcome): void {
    switch (outcome.kind) {
      case 'delivered':
        this.#breaker.succeeded();
        this.counters.delivered++;
        this.#ledger.delivered(Buffer.byteLength(item.body));
        this.#settler.delivered(item.seq);
        if (outcome.fault !== undefined) this.#warnOfAnswer(item, outcome.fault);
        this.#finish(line, item, outcome.reply);
        break;
      case 'refused':
        this.#breaker.succeeded(); // it is there
        this.#bury(line, item, outcome);
        break;
      case 'away':
        this.#breaker.failed(item, outcome);
        this.#retry(line, item, outcome);
        break;
    }
  }

  #finish(line: Line, item: LineItem, reply: BackendReply | null): void {
    this.#lines.finish(line);
    for (const listener of item.listeners) {
      try {
        listener(reply);
      } catch (error) {
        this.#options.log.error({ err: error, eventId: item.id }, 'A reply of the backend could not be passed on');
      }
    }
  }

  /** It is not asked for again: a repetition would bring the same. */
  #warnOfAnswer({ id: eventId, event }: LineItem, reason: string): void {
    const words = 'The backend took an event, but its answer could not be used';
    this.#options.log.warn({ eventId, event, reason }, words);
  }

  #bury(line: Line, item: LineItem, { status, reason }: Outcome & { kind: 'refused' }): void {
    const { seq, id: eventId, userId, event, attempts } = item;
    this.counters.dead++;
    this.#ledger.buried(Buffer.byteLength(item.body));
    this.#settler.refused({ seq, at: this.#options.clock.now(), status, reason, attempts });
    this.#options.log.warn({ eventId, userId, event, status, reason }, 'The backend refused an event: a dead letter');
    this.#finish(line, item, { refused: { status } });
  }

  #retry(line: Line, item: LineItem, { status, reason, retryAfter }: Outcome & { kind: 'away' }): void {
    const { retry, random, clock, log } = this.#options;
    const { id: eventId, userId, attempts } = item;
    const delay = Math.max(retryAfter ?? 0, retryDelay(attempts, { ...retry, random }));
    this.counters.retried++;
    const now = clock.monotonic();
    const isQuiet = this.#isStopped || now - this.#warnedAt < BETWEEN_WARNINGS;
    if (!isQuiet) this.#warnedAt = now;
    log[isQuiet ? 'debug' : 'warn'](
      { eventId, userId, attempts, status, reason, delay: Math.round(delay) },
      'The backend did not take an event: it is tried again',
    );
    this.#lines.hold(line);
    this.#later(delay, () => {
      this.#lines.resume(line);
      this.#send();
    });
  }

  /** Dead letters take no more place than events that wait. */
  async #trim(): Promise<void> {
    const { surplus } = this.#ledger;
    if (surplus === 0) return;
    try {
      const change = await this.#options.store.trim(surplus);
      this.#ledger.purged(change);
      this.counters.dropped += change.count;
      this.#options.log.warn({ count: change.count }, 'There are too many dead letters: the oldest were deleted');
    } catch (error) {
      if (!this.#isStopped) this.#options.log.error({ err: error }, 'Dead letters could not be deleted');
    }
  }

  #onBreaker(state: BreakerState): void {
    const { log, sink } = this.#options;
    const words = { sink: sink?.name, waiting: this.#ledger.waiting };
    if (state === 'open') log.warn({ ...words, wait: Math.round(this.#breaker.wait) }, 'The backend is away');
    else if (state === 'closed') log.info(words, 'The backend is back');
  }

  #later(delay: number, action: () => void): void {
    if (this.#isStopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delay);
    this.#timers.add(timer);
  }

  async #idle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    const limit = setTimeout(resolve, this.#options.patience);
    await promise;
    clearTimeout(limit);
  }
}

function overloaded(refusal: keyof typeof RETRY_AFTER): CommandError {
  const words = refusal === 'full' ? 'Too much waits for the backend.' : 'Too much waits to be saved just now.';
  return new CommandError('OVERLOADED', words, { retryAfter: RETRY_AFTER[refusal] });
}

/** What a store's error means to a client. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  if (error.code === 'overloaded') return overloaded('busy');
  if (error.code === 'closed') return new CommandError('SHUTTING_DOWN', 'The server is shutting down.');
  return new CommandError('STORAGE_UNAVAILABLE', 'Nothing can be saved just now; try again later.', {
    retryAfter: RETRY_AFTER.full,
  });
}

/** A sink must not reject; if one does, nothing is lost. */
function failed(error: unknown): Outcome {
  return away(error instanceof Error ? error.message : String(error));
}
