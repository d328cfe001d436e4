import { isReservedEvent, type RoomName } from '@roomcast/protocol';
import type { Counters } from '../telemetry/counters.ts';
import type { Clock } from '../util/clock.ts';
import type { Connection } from './connection.ts';
import { CommandError } from './errors.ts';
import type { Fanout } from './fanout.ts';
import type { Hub } from './hub.ts';
import type { Draft, DurableLog, MemoryLog, StoredLog, Submission } from './log.ts';
import type { LogBudget } from './log-budget.ts';
import type { Positions } from './positions.ts';
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
  readonly attachments?: readonly Buffer[] | null;
}

/** What a program publishes. */
export interface Post {
  readonly event: string;
  /** Valid JSON text; with attachments it holds their placeholders. */
  readonly data: Buffer;
  readonly attachments: readonly Buffer[] | null;
  /** The same again is the same publication, in rooms with a log on disk. */
  readonly id: string | null;
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
  readonly positions: Positions;
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

  /**
   * Publishes on behalf of a program. The room comes to be where it has a log; where nobody is there and nothing is kept,
   * nothing happens.
   * @throws CommandError: rejects with NOT_FOUND, FORBIDDEN (chat), STORAGE_UNAVAILABLE, OVERLOADED, LIMIT_EXCEEDED
   */
  async post(hub: Hub, name: RoomName, { event, data, attachments, id }: Post): Promise<PublishResult> {
    requireFreeName(event);
    const { history, publish } = hub.policyOf(name);
    if (publish === 'nobody') {
      throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" are written to by this server alone.`);
    }
    if (history === 'durable') {
      throw new CommandError('FORBIDDEN', `Rooms of "${name.namespace}:" are written to by their users.`);
    }
    const room = hub.get(name.full) ?? (history ? hub.open(name) : null);
    if (!room) return nobody(this.#options.clock.now());
    return this.accept(room, { event, data, attachments, sender: null, clientMessageId: id });
  }

  /**
   * Publishes into a room of any kind but chat, at once where nothing has to be stored. Rights and rates have been checked
   * before.
   * @throws CommandError: rejects where the log on disk does
   */
  accept(room: Room, request: PublishRequest): PublishResult | Promise<PublishResult> {
    requireFreeName(request.event);
    return room.log?.kind === 'stored' ? this.#store(room, room.log, request) : this.publish(room, request);
  }

  async #store(room: Room, log: StoredLog, request: PublishRequest): Promise<PublishResult> {
    const { sender, clientMessageId } = request;
    // Of different clients the same id means different things; a program's is its own.
    const id =
      clientMessageId === null || !sender ? clientMessageId : `${sender.session?.id ?? sender.id} ${clientMessageId}`;
    this.#pending++;
    try {
      const { record, duplicate } = await log.store({ ...this.#draft(room, request), clientMessageId: id });
      if (duplicate) this.#options.counters.duplicates++;
      else {
        this.#options.positions.reachStored(record.sequence ?? 0);
        this.#deliver(room, record, sender);
      }
      return {
        offset: record.offset,
        epoch: log.epoch,
        timestamp: record.timestamp,
        level: 'synced',
        delivered: duplicate ? 0 : reached(room, sender),
        duplicate,
      };
    } finally {
      if (--this.#pending === 0) this.#onSettled?.();
    }
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
    const draft = this.#draft(room, request);
    return log ? log.append({ ...draft, sequence: this.#options.positions.nextInMemory() }) : { ...draft, offset: 0 };
  }

  #draft(room: Room, request: PublishRequest): Omit<PublicationRecord, 'offset'> {
    const { event, data, sender, clientMessageId, attachments } = request;
    return {
      event,
      data,
      timestamp: this.#options.clock.now(),
      // Rooms without presence are anonymous: nobody learns who spoke.
      sender: room.presence && sender ? sender.member : null,
      clientMessageId,
      clientTime: null,
      origin: sender?.id ?? null,
      ...(attachments && attachments.length > 0 ? { attachments } : {}),
    };
  }
}

/** @throws CommandError VALIDATION_ERROR where clients would take the event for something else */
function requireFreeName(event: string): void {
  if (!isReservedEvent(event)) return;
  throw new CommandError('VALIDATION_ERROR', `The event is ${event}, a reserved name.`, { field: 'event' });
}

function nobody(timestamp: number): PublishResult {
  return { offset: null, epoch: null, timestamp, level: 'delivered', delivered: 0, duplicate: false };
}

function memoryLogOf({ log, name }: Room): MemoryLog | null {
  if (log && log.kind !== 'memory') throw new Error(`${name.full} is on disk: what enters it must be stored`);
  return log;
}

/** Connections besides the sender's own. */
function reached(room: Room, sender: Connection | null): number {
  return room.memberCount - (sender?.membershipOf(room) ? 1 : 0);
}
