import type { Counters } from '../telemetry/counters.ts';
import type { Clock } from '../util/clock.ts';
import type { Connection } from './connection.ts';
import type { Fanout } from './fanout.ts';
import type { Draft, DurableLog, MemoryLog, Submission } from './log.ts';
import type { LogBudget } from './log-budget.ts';
import type { PublicationRecord } from './publication.ts';
import type { Room } from './room.ts';
import type { PublishResult, Sessions } from './session.ts';

export interface PublishRequest {
  readonly event: string;
  /** Valid JSON text, handed on byte for byte. */
  readonly data: Buffer;
  /** Who is left out of the delivery; null for programs. */
  readonly sender: Connection | null;
  readonly clientMessageId: string | null;
}

/** What became of a message in a room whose log is on disk. */
export interface SubmitResult extends PublishResult {
  /** False while the disk is away: it was delivered, without an offset. */
  readonly saved: boolean;
}

export interface PublisherOptions {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly fanout: Fanout;
  readonly budget: LogBudget;
  readonly sessions: Sessions;
}

/** The event of publications that name none. */
export const DEFAULT_EVENT = 'message';

/**
 * The only way in which a message enters a room. The order of calls is the order of the room, for everybody:
 * it is appended (where there is a log), then handed to the fan-out, in one synchronous step. A log on disk takes its
 * time: then the step begins when the message is stored.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  /** Messages that are on their way to disk. */
  #pending = 0;
  #onSettled: (() => void) | null = null;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Resolves when nothing is on its way to disk any more, or after `limit` milliseconds. */
  async settled(limit: number): Promise<void> {
    if (this.#pending === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onSettled = resolve;
    const timer = setTimeout(resolve, limit);
    await promise;
    clearTimeout(timer);
    this.#onSettled = null;
  }

  /** Rights and rates have been checked before. A resend within the sender's session gets the first result again. */
  publish(room: Room, request: PublishRequest): PublishResult {
    const { sender, clientMessageId } = request;
    if (clientMessageId === null || !sender) return this.#accept(room, request);
    const { sessions } = this.#options;
    // A session that nobody has named lasts as long as the connection.
    sender.session ??= sessions.open(sender.id);
    const known = sender.session.accepted(room.name.full, clientMessageId);
    if (known) {
      this.#options.counters.duplicates++;
      return { ...known, duplicate: true };
    }
    const result = this.#accept(room, request);
    sender.session.accept(room.name.full, clientMessageId, result);
    return result;
  }

  /**
   * Stores a message, then delivers it and tells `done`, in one step; `done` gets null where the room is no more. Not
   * called as long as it is not known whether the message is stored.
   * @throws CommandError OVERLOADED
   */
  submit(
    room: Room,
    log: DurableLog,
    draft: Draft,
    sender: Connection | null,
    done: (result: SubmitResult | null) => void,
  ): void {
    const { counters } = this.#options;
    const begun = performance.now();
    this.#pending++;
    const submitted = (submission: Submission): void => {
      if (--this.#pending === 0) this.#onSettled?.();
      if (submission.status === 'gone') {
        done(null);
        return;
      }
      const { record, status } = submission;
      const duplicate = status === 'duplicate';
      const saved = record.offset > 0;
      if (duplicate) counters.duplicates++;
      else {
        if (saved) counters.saved++;
        else counters.unsaved++;
        counters.onSaved((performance.now() - begun) / 1000);
        this.#deliver(room, record, sender);
      }
      done({
        offset: saved ? record.offset : null,
        epoch: saved ? log.epoch : null,
        timestamp: record.timestamp,
        level: saved ? 'synced' : 'delivered',
        delivered: duplicate ? 0 : reached(room, sender),
        duplicate,
        saved,
      });
    };
    try {
      log.submit(draft, submitted);
    } catch (error) {
      this.#pending--;
      throw error;
    }
  }

  #deliver(room: Room, record: PublicationRecord, sender: Connection | null): void {
    const { counters, fanout, budget } = this.#options;
    if (room.log) budget.used(room.log.tail);
    room.lastActivity = record.timestamp;
    counters.publications++;
    fanout.publish(room, record, sender);
  }

  #accept(room: Room, request: PublishRequest): PublishResult {
    const { sender } = request;
    const log = memoryLogOf(room);
    const record = this.#record(room, log, request);
    this.#deliver(room, record, sender);
    return {
      offset: log ? record.offset : null,
      epoch: log?.epoch ?? null,
      timestamp: record.timestamp,
      level: 'delivered',
      delivered: reached(room, sender),
      duplicate: false,
    };
  }

  #record(room: Room, log: MemoryLog | null, request: PublishRequest): PublicationRecord {
    const { event, data, sender, clientMessageId } = request;
    const draft = {
      event,
      data,
      timestamp: this.#options.clock.now(),
      // Rooms without presence are anonymous: nobody learns who spoke.
      sender: room.presence && sender ? sender.member : null,
      clientMessageId,
      clientTime: null,
    };
    return log ? log.append(draft) : { ...draft, offset: 0 };
  }
}

function memoryLogOf({ log, name }: Room): MemoryLog | null {
  if (log?.kind === 'durable') throw new Error(`${name.full} is on disk: what enters it must be submitted`);
  return log;
}

/** Connections besides the sender's own. */
function reached(room: Room, sender: Connection | null): number {
  return room.memberCount - (sender?.membershipOf(room) ? 1 : 0);
}
