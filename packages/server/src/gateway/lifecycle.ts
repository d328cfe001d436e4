import type { RoomName } from '@roomcast/protocol';
import type { Clock } from '../util/clock.ts';
import { DelayQueue } from '../util/delay-queue.ts';
import type { ClientEvents } from './client-events.ts';
import type { ClientSession, ClientSessions } from './client-sessions.ts';

export interface LifecycleOptions {
  readonly sessions: ClientSessions;
  readonly events: ClientEvents;
  /** Milliseconds for which a user whose connection broke is not gone yet. */
  readonly lifecycleGrace: number;
  readonly clock: Clock;
}

/**
 * What the backend knows of who is here: each session that it was told of as connected is told of as disconnected, once.
 * Sessions have numbers that increase, so that what comes late says of itself that it is late.
 */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #lingering: DelayQueue<{ readonly session: ClientSession; readonly leftAt: number }>;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#lingering = new DelayQueue({
      delay: options.lifecycleGrace,
      clock: options.clock,
      onDue: ({ session, leftAt }) => {
        if (session.connection === null && session.leftAt === leftAt) this.gone(session, 'connection_lost');
      },
    });
  }

  stop(): void {
    this.#lingering.stop();
  }

  /**
   * The session is about to be a user's. One that the backend believes to be here although its connection broke gives its
   * number: a page that was loaded anew is no news. Returns whether the backend is to be told.
   */
  begin(session: ClientSession, userId: string): boolean {
    const { sessions } = this.#options;
    const former = [...sessions.ofUser(userId)].find(({ connection, announced }) => connection === null && announced);
    session.number = former?.number ?? sessions.nextNumber();
    session.sequence = former?.sequence ?? 0;
    session.announced = true;
    sessions.register(session, userId);
    // It may still come back, as a session of its own: the user had two.
    if (former) forget(former);
    return former === undefined;
  }

  /** The user of a session that has begun is here. */
  here(session: ClientSession): void {
    this.#options.events.tell(session, 'connected');
  }

  /** The session goes on where it was; the backend may have been told meanwhile that it was gone. */
  back(session: ClientSession): void {
    if (session.userId === null || session.announced) return;
    session.announced = true;
    session.number = this.#options.sessions.nextNumber();
    session.sequence = 0;
    this.here(session);
  }

  /** Its connection broke: if it does not come back soon, the user is gone. */
  broken(session: ClientSession): void {
    this.#lingering.add({ session, leftAt: session.leftAt });
  }

  gone(session: ClientSession, reason: string): void {
    if (!session.announced) return;
    forget(session);
    this.#options.events.tell(session, 'disconnected', { reason });
  }

  joined(session: ClientSession, { full }: RoomName): void {
    const isNews = !session.told.has(full);
    session.told.add(full);
    if (isNews && session.announced) this.#options.events.tell(session, 'joined', { room: full });
  }

  left(session: ClientSession, { full }: RoomName): void {
    if (session.told.delete(full) && session.announced) {
      this.#options.events.tell(session, 'left', { room: full, reason: 'left' });
    }
  }
}

function forget(session: ClientSession): void {
  session.announced = false;
  session.told.clear();
}
