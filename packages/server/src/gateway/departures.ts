import type { ClientEvents } from './client-events.ts';
import type { ClientSession, ClientSessions } from './client-sessions.ts';
import type { ForwardedEvent } from './event.ts';

export interface DeparturesOptions {
  readonly sessions: ClientSessions;
  readonly events: ClientEvents;
}

/** Departures that wait for a place in the outbox; beyond, they are lost, and the log says so. */
const MOST_OWED = 100_000;

/**
 * Tells the backend of sessions that are over. What the outbox does not take is owed: one departure per session, which is
 * tried again until it is stored. Sessions that owe theirs are stored as such that the backend believes to be here.
 */
export class Departures {
  readonly #options: DeparturesOptions;
  readonly #owing = new Set<ClientSession>();
  #isTelling = false;

  constructor(options: DeparturesOptions) {
    this.#options = options;
  }

  /** The user is gone. Whoever calls this writes the session, so that both get to the disk together. */
  tell(session: ClientSession, reason: string): void {
    if (!session.announced || session.owed) return;
    const event = this.#options.events.departure(session, reason);
    if (event) void this.#try(session, event);
    else forget(session);
  }

  /** Tries again what is owed: one first, and the others once that found a place. */
  async tellOwed(): Promise<void> {
    const [first, ...others] = this.#owing;
    if (!first || this.#isTelling) return;
    this.#isTelling = true;
    if (await this.#again(first)) await Promise.all(others.map((session) => this.#again(session)));
    this.#isTelling = false;
  }

  /** What the session owes is owed from here on by a rest of it to which nobody can come back. */
  leaveBehind(session: ClientSession): void {
    const { owed, announced, told } = session;
    if (!owed) return;
    forget(session);
    this.#owe(this.#options.sessions.leaveBehind(session, owed), owed, announced, told);
  }

  /** Resolves to whether nothing is owed any more. */
  async #again(session: ClientSession): Promise<boolean> {
    const { owed } = session;
    this.#owing.delete(session);
    if (!owed) return true;
    // Nowhere yet: it comes behind what the backend has been told of the session since.
    const event = session.announced ? { ...owed, sequence: ++session.sequence } : owed;
    const isStored = this.#try(session, event);
    void this.#options.sessions.save(session);
    return isStored;
  }

  async #try(session: ClientSession, event: ForwardedEvent): Promise<boolean> {
    const { sessions, events } = this.#options;
    const { announced, told } = session;
    forget(session);
    const outcome = await events.store(event);
    if (outcome === 'stored') return true;
    // Meanwhile it may have ended, or its client may be back, and it goes on under another number.
    const isThere = sessions.get(session.pid) === session && session.number === event.session;
    const rest = isThere ? session : sessions.leaveBehind(session, event);
    // What may be stored after all cannot be taken back: the backend may know that the user is gone.
    this.#owe(rest, event, announced && outcome === 'refused', told);
    return false;
  }

  #owe(session: ClientSession, event: ForwardedEvent, announced: boolean, told: Set<string>): void {
    const { sessions, events } = this.#options;
    if (this.#owing.size >= MOST_OWED) {
      events.lost(event);
      return;
    }
    session.owed = event;
    session.announced = announced;
    session.told = told;
    this.#owing.add(session);
    void sessions.save(session);
  }
}

/** The backend need not be told any more that the session is over. */
export function forget(session: ClientSession): void {
  session.announced = false;
  session.owed = null;
  session.told = new Set();
}
