import { Throttle } from '../auth/throttle.ts';
import type { Connection } from '../core/connection.ts';
import { CommandError } from '../core/errors.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Clock, isoTime } from '../util/clock.ts';
import { newId } from '../util/ids.ts';
import type { ClientSession } from './client-sessions.ts';
import type { ForwardedEvent, ReplyListener } from './event.ts';
import { readPush } from './push-request.ts';
import type { Push } from './pusher.ts';

/** Where events of clients go; see forwarder.ts. */
export interface EventSink {
  /** Resolves when the event is stored. @throws CommandError: rejects */
  accept(event: ForwardedEvent, onReply?: ReplyListener): Promise<void>;
}

export interface ClientEventsOptions {
  /** Null where none is configured. */
  readonly sink: EventSink | null;
  /** What acknowledges an event: that it is stored, or the answer of the backend. */
  readonly replies: 'stored' | 'backend';
  readonly clock: Clock;
  /** Events per second of one user; 0 = no limit. */
  readonly userEventRate: number;
  readonly log: Logger;
}

/** An event as a client sent it. */
export interface ClientEvent {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Given by the client, so that its resend is known. */
  readonly id: string | null;
}

/** What a client is told of its event. */
export interface EventAnswer {
  readonly ok: boolean;
  readonly eventId: string;
  /** What the backend answered. */
  readonly reply?: unknown;
  /** With which the backend refused it. */
  readonly status?: number;
}

const LONGEST_NAME = 128;

/** Hands the events of clients, and what becomes of the clients, on to the backend. */
export class ClientEvents {
  readonly #options: ClientEventsOptions;
  readonly #throttle: Throttle;
  #push: Push | null = null;

  constructor(options: ClientEventsOptions) {
    const { userEventRate, clock } = options;
    this.#options = options;
    // Twice as many at once.
    this.#throttle = new Throttle({ limit: 2 * userEventRate, period: 2000, clock });
  }

  /** Whether events go anywhere. */
  get hasSink(): boolean {
    return this.#options.sink !== null;
  }

  /** @param push carries out what answers of the backend ask for */
  start(push: Push): void {
    this.#push = push;
  }

  /**
   * Hands one event on; `answer` is called once it is stored, or with the backend's answer.
   * @throws CommandError NOT_REGISTERED, FORBIDDEN, VALIDATION_ERROR; rejects with OVERLOADED, STORAGE_UNAVAILABLE
   */
  async forward(
    connection: Connection,
    session: ClientSession | null,
    { name, args, id }: ClientEvent,
    answer: (reply: EventAnswer) => void,
  ): Promise<void> {
    const { sink, replies } = this.#options;
    if (!session || session.userId === null || !connection.registration) {
      throw new CommandError('NOT_REGISTERED', `Send "register" before "${name.slice(0, 64)}".`);
    }
    if (!sink) throw new CommandError('FORBIDDEN', 'No backend is configured that could take events.');
    if (name === '' || name.length > LONGEST_NAME) {
      throw new CommandError('VALIDATION_ERROR', `An event's name is 1 to ${LONGEST_NAME} characters.`);
    }
    this.#limit(session.userId);
    const { values, binary } = inlined(args);
    const event = this.#event(session, {
      id: id === null ? newId() : idOf(session.userId, id),
      kind: 'event',
      event: name,
      data: values[0] ?? null,
      args: values,
      ...(binary ? { binary } : {}),
      room: null,
    });
    await sink.accept(event, (reply) => {
      if (replies !== 'backend') return;
      if (reply?.refused) answer({ ok: false, eventId: event.id, status: reply.refused.status ?? 0 });
      else if (reply?.ack === undefined) answer({ ok: true, eventId: event.id });
      else answer({ ok: true, eventId: event.id, reply: reply.ack });
    });
    if (replies === 'stored') answer({ ok: true, eventId: event.id });
  }

  /** @throws CommandError RATE_LIMITED */
  #limit(userId: string): void {
    const { userEventRate } = this.#options;
    if (userEventRate === 0) return;
    const wait = this.#throttle.take(userId);
    if (wait === 0) return;
    const message = `More than ${userEventRate} events per second; try again in ${wait} ms.`;
    throw new CommandError('RATE_LIMITED', message, { retryAfter: wait });
  }

  /** Tells the backend of a user who is here. What cannot be stored is logged: nobody waits for it. */
  tell(
    session: ClientSession,
    kind: 'connected' | 'joined' | 'left',
    details: { readonly room?: string; readonly reason?: string } = {},
  ): void {
    const { sink } = this.#options;
    if (!sink || session.userId === null) return;
    const event = this.#news(session, kind, details);
    sink.accept(event).catch((err: unknown) => this.lost(event, err));
  }

  /** What tells that a session is over, for `store`; null where nobody is to be told. */
  departure(session: ClientSession, reason: string): ForwardedEvent | null {
    if (!this.hasSink || session.userId === null) return null;
    return this.#news(session, 'disconnected', { reason });
  }

  /** `refused`: it is certain that it is not stored. */
  async store(event: ForwardedEvent): Promise<'stored' | 'refused' | 'unknown'> {
    try {
      await this.#options.sink?.accept(event);
      return 'stored';
    } catch (err) {
      const { kind, userId, session } = event;
      this.#options.log.debug({ err, kind, userId, session }, 'The backend is told later');
      return err instanceof CommandError && err.code === 'OVERLOADED' ? 'refused' : 'unknown';
    }
  }

  /** The backend will never be told. */
  lost({ kind, userId, session }: ForwardedEvent, err?: unknown): void {
    this.#options.log.error({ err, kind, userId, session }, 'The backend is not told');
  }

  /** What the backend asks for in its answer to an event. An answer that comes again asks for nothing new. */
  readonly carryOut = async (eventId: string, push: readonly unknown[]): Promise<void> => {
    const failed = (err: unknown) => this.#options.log.warn({ err, eventId }, "The backend's push failed");
    await Promise.all(push.map((given, index) => this.#pushFor(given, eventId, index).catch(failed)));
  };

  async #pushFor(given: unknown, eventId: string, index: number): Promise<void> {
    const request = readPush(given, `push.${index}`);
    await this.#push?.(request, request.id ?? `${eventId}.${index}`);
  }

  #news(
    session: ClientSession,
    kind: ForwardedEvent['kind'],
    { room, reason }: { readonly room?: string; readonly reason?: string },
  ): ForwardedEvent {
    const about = reason === undefined ? {} : { reason };
    return this.#event(session, { id: newId(), kind, event: kind, data: null, args: [], room: room ?? null, ...about });
  }

  #event(
    session: ClientSession,
    rest: Omit<ForwardedEvent, 'userId' | 'connectionId' | 'session' | 'sequence' | 'time'>,
  ): ForwardedEvent {
    return {
      ...rest,
      userId: session.userId ?? '',
      connectionId: session.connectionId,
      session: session.number,
      sequence: ++session.sequence,
      time: isoTime(this.#options.clock.now()),
    };
  }
}

/** The id of an event to which its client gave one. A colon may be in either part: in the user's it is encoded. */
function idOf(userId: string, given: string): string {
  return `${userId.replace(/[%:]/g, encodeURIComponent)}:${given}`;
}

/** Binary values as `{"$base64": …}`, and what writes itself as something else in JSON, like dates, as that. */
function inlined(args: readonly unknown[]): { readonly values: readonly unknown[]; readonly binary?: true } {
  let binary = false;
  const inline = (given: unknown, key: string | number): unknown => {
    // Bytes first: a buffer would write itself as a list of numbers.
    const value = given instanceof Uint8Array ? given : jsonOf(given, key);
    if (value instanceof Uint8Array) {
      binary = true;
      return { $base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
    }
    if (Array.isArray(value)) return value.map(inline);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inline(inner, key)]));
  };
  const values = args.map(inline);
  return binary ? { values, binary } : { values: args };
}

/** What JSON would take in the value's place. */
function jsonOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value;
  return typeof value.toJSON === 'function' ? value.toJSON(String(key)) : value;
}
