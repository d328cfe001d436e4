import type { Counters } from '../telemetry/counters.ts';
import type { Clock } from '../util/clock.ts';
import type { Connection } from './connection.ts';
import type { Fanout } from './fanout.ts';
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
 * it is appended (where there is a log), then handed to the fan-out, in one synchronous step.
 */
export class Publisher {
  readonly #options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.#options = options;
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

  #accept(room: Room, request: PublishRequest): PublishResult {
    const { clock, counters, fanout, budget } = this.#options;
    const { sender } = request;
    const timestamp = clock.now();
    const record = this.#record(room, request, timestamp);
    if (room.log) budget.used(room.log);
    room.lastActivity = timestamp;
    counters.publications++;
    fanout.publish(room, record, sender);
    const delivered = room.memberCount - (sender?.membershipOf(room) ? 1 : 0);
    return {
      offset: room.log ? record.offset : null,
      epoch: room.log?.epoch ?? null,
      timestamp,
      level: 'delivered',
      delivered,
      duplicate: false,
    };
  }

  #record(room: Room, { event, data, sender, clientMessageId }: PublishRequest, timestamp: number): PublicationRecord {
    const draft = {
      event,
      data,
      timestamp,
      // Rooms without presence are anonymous: nobody learns who spoke.
      sender: room.presence && sender ? sender.member : null,
      clientMessageId,
    };
    return room.log ? room.log.append(draft) : { ...draft, offset: 0 };
  }
}
