import type { Connection } from '../core/connection.ts';
import type { Identity } from '../core/identity.ts';
import type { Clock } from '../util/clock.ts';
import { DelayQueue } from '../util/delay-queue.ts';
import { RateWindow } from '../util/rate-window.ts';
import { SwitchWindow } from './switch-window.ts';

export interface Rates {
  /** Per second. 0 = no limit, as for all of them. */
  readonly messages: number;
  /** Per minute. */
  readonly switches: number;
  /** Per minute. */
  readonly creations: number;
}

/** Rooms that a user may come back to after a connection ended there: as many as somebody has devices. */
const DROPPED = 20;

/** Marks of one room that are being stored. */
interface Marking {
  /** How far the user has read for certain; undefined where nothing is known of the room. */
  stored: number | undefined;
  underWay: number;
}

/** A user who is here, or was lately. */
export class Person {
  readonly identity: Identity;
  /** Their connections, each with the number of its latest join or leave: an older one that is under way is off. */
  readonly connections = new Map<Connection, number>();
  readonly messages: RateWindow;
  readonly switches: SwitchWindow;
  readonly creations: RateWindow;
  readonly #loadReads: () => Promise<Map<number, number>>;
  #reads: Promise<Map<number, number>> | null = null;
  /** How far the user has read, by room key; null until it has been read from disk. */
  knownReads: Map<number, number> | null = null;
  /** By room key. */
  readonly marking = new Map<number, Marking>();
  /** The chat room that the user chose last. */
  lastRoom: string | null = null;
  readonly #dropped = new Set<string>();
  /** Whether others see them as present; longer than there are connections where one broke. */
  online = false;
  /** Changes with each arrival: a departure that was to take effect later sees that it is out of date. */
  visit = 0;

  constructor(identity: Identity, rates: Rates, loadReads: () => Promise<Map<number, number>>) {
    this.identity = identity;
    this.messages = new RateWindow(rates.messages, 1000);
    this.switches = new SwitchWindow(rates.switches, 60_000);
    this.creations = new RateWindow(rates.creations, 60_000);
    this.#loadReads = loadReads;
  }

  /** A connection of theirs ended in this chat room. */
  droppedFrom(roomId: string): void {
    this.#dropped.delete(roomId); // to the end of the order
    this.#dropped.add(roomId);
    const [oldest] = this.#dropped;
    if (this.#dropped.size > DROPPED && oldest !== undefined) this.#dropped.delete(oldest);
  }

  /** Whether a connection of theirs ended in the room lately: coming back to it is no change of room. */
  isDroppedFrom(roomId: string): boolean {
    return this.#dropped.has(roomId);
  }

  /** They are in the room again. */
  returnedTo(roomId: string): void {
    this.#dropped.delete(roomId);
  }

  /** How far the user has read, by room key. Read from disk once; where that fails, again at the next need. */
  async reads(): Promise<Map<number, number>> {
    if (this.knownReads) return this.knownReads;
    this.#reads ??= this.#loadReads();
    try {
      this.knownReads = await this.#reads;
      return this.knownReads;
    } catch (error) {
      this.#reads = null;
      throw error;
    }
  }
}

export interface PeopleOptions {
  readonly clock: Clock;
  readonly rates: Rates;
  /** Milliseconds for which a user whose connection broke still counts as present. */
  readonly grace: number;
  readonly loadReads: (userKey: number) => Promise<Map<number, number>>;
  readonly onOnline: (person: Person) => void;
  readonly onOffline: (person: Person) => void;
}

/** Milliseconds for which the limits of a user who has left are remembered: leaving must not reset them. */
const REMEMBERED = 180_000;

interface Departure {
  readonly person: Person;
  readonly visit: number;
}

/** The users of chat: who is here on which connections, and who was lately. */
export class People {
  readonly #options: PeopleOptions;
  readonly #byId = new Map<string, Person>();
  readonly #leaving: DelayQueue<Departure>;
  readonly #forgetting: DelayQueue<Departure>;
  #online = 0;

  constructor(options: PeopleOptions) {
    const { clock, grace } = options;
    this.#options = options;
    this.#leaving = new DelayQueue({ delay: grace, clock, onDue: (departure) => this.#leave(departure) });
    this.#forgetting = new DelayQueue({ delay: REMEMBERED, clock, onDue: (departure) => this.#forget(departure) });
  }

  /** How many users count as present. */
  get online(): number {
    return this.#online;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#byId.size;
  }

  get(userId: string): Person | undefined {
    return this.#byId.get(userId);
  }

  isOnline(userId: string): boolean {
    return this.#byId.get(userId)?.online ?? false;
  }

  /** A connection of the user has begun. */
  arrive(identity: Identity, connection: Connection): Person {
    const { rates, loadReads, onOnline } = this.#options;
    let person = this.#byId.get(identity.userId);
    if (!person) {
      person = new Person(identity, rates, () => loadReads(identity.userKey));
      this.#byId.set(identity.userId, person);
    }
    person.connections.set(connection, 0);
    person.visit++;
    if (!person.online) {
      person.online = true;
      this.#online++;
      onOnline(person);
    }
    return person;
  }

  /** A connection of the user has ended. `broken`: they may be back within moments. */
  depart(person: Person, connection: Connection, broken: boolean): void {
    if (!person.connections.delete(connection) || person.connections.size > 0) return;
    const departure = { person, visit: person.visit };
    if (broken) this.#leaving.add(departure);
    else this.#leave(departure);
    this.#forgetting.add(departure);
  }

  stop(): void {
    this.#leaving.stop();
    this.#forgetting.stop();
  }

  #leave({ person, visit }: Departure): void {
    if (person.visit !== visit || person.connections.size > 0 || !person.online) return;
    person.online = false;
    this.#online--;
    this.#options.onOffline(person);
  }

  #forget({ person, visit }: Departure): void {
    if (person.visit !== visit || person.connections.size > 0) return;
    this.#byId.delete(person.identity.userId);
  }
}
