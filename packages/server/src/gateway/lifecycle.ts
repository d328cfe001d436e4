import { parseRoomName, type RoomName } from '@roomcast/protocol';
import type { Clock } from '../util/clock.ts';
import { DelayQueue } from '../util/delay-queue.ts';
import type { ClientEvents } from './client-events.ts';
import type { ClientSession, ClientSessions } from './client-sessions.ts';
import { Departures, forget } from './departures.ts';

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
  readonly #departures: Departures;

  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#departures = new Departures(options);
    this.#lingering = new DelayQueue({
      delay: options.lifecycleGrace,
      clock: options.clock,
      onDue: ({ session, leftAt }) => {
        if (session.connection !== null || session.leftAt !== leftAt || !session.announced) return;
        this.#departures.tell(session, 'connection_lost');
        // A server that dies after this must not tell it again.
        void options.sessions.save(session);
      },
    });
  }

  stop(): void {
    this.#lingering.stop();
  }

  /**
   * The session is a user's from here on; `here` says so. One that the backend believes to be here although its connection
   * broke gives its number, and what the backend knows of its rooms: a page that was loaded anew is no news.
   */
  begin(session: ClientSession, userId: string): void {
    const { sessions } = this.#options;
    const former = [...sessions.ofUser(userId)].find(({ connection, announced }) => connection === null && announced);
    session.number = former?.number ?? sessions.nextNumber();
    session.sequence = former?.sequence ?? 0;
    session.announced = former !== undefined;
    session.told = new Set(former?.told);
    sessions.register(session, userId);
    // It may still come back, as a session of its own: the user had two.
    if (!former) return;
    forget(former);
    void sessions.save(former);
  }

  /**
   * The user is here, also again, and in the rooms of the connection. What the backend does not know yet it is told. The
   * session is written first: one that the backend knows of is to be told of as gone, whatever happens.
   */
  async here(session: ClientSession): Promise<void> {
    const { sessions, events } = this.#options;
    if (session.userId === null) return;
    const isNews = !session.announced;
    session.announced = true;
    const saved = sessions.save(session);
    if (isNews) events.tell(session, 'connected');
    for (const { room, present } of session.connection?.memberships ?? []) {
      if (present) this.joined(session, room.name);
    }
    await saved;
  }

  /** The session goes on where it was; the backend may have been told meanwhile that it was gone. */
  back(session: ClientSession): void {
    if (session.userId === null) return;
    if (session.announced) {
      session.owed = null;
    } else {
      this.#departures.leaveBehind(session);
      session.number = this.#options.sessions.nextNumber();
      session.sequence = 0;
    }
    void this.here(session);
  }

  /** Its connection broke: if it does not come back soon, the user is gone. */
  broken(session: ClientSession): void {
    this.#lingering.add({ session, leftAt: session.leftAt });
  }

  /** The session is over: nobody can come back to it. */
  end(session: ClientSession, reason: string): void {
    if (session.owed) {
      // All that it waits for is that the backend can be told.
      if (!session.restorable) return;
      this.#departures.leaveBehind(session);
    } else {
      this.#departures.tell(session, reason);
    }
    void this.#options.sessions.end(session);
  }

  /** Tells the backend of those whose departures found no place before. */
  tellOwed(): Promise<void> {
    return this.#departures.tellOwed();
  }

  joined(session: ClientSession, name: RoomName): void {
    if (!session.announced || session.told.has(name.full) || isOwn(name)) return;
    session.told.add(name.full);
    this.#options.events.tell(session, 'joined', { room: name.full });
  }

  left(session: ClientSession, full: string): void {
    const name = parseRoomName(full);
    if (!session.told.delete(full) || !session.announced || 'fault' in name || isOwn(name)) return;
    this.#options.events.tell(session, 'left', { room: full, reason: 'left' });
  }
}

/** The user's own room and everybody's come with registering; they are no news. */
function isOwn({ namespace }: RoomName): boolean {
  return namespace === 'user' || namespace === 'all';
}
