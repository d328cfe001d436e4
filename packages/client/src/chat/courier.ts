import { type Clock, nothing } from '../clock.ts';
import type { ServerFrame } from '../frames.ts';
import type { ChatOutbox } from './outbox.ts';
import type { Sender } from './sender.ts';
import type { Wire } from './wire.ts';

export interface CourierOptions {
  readonly wire: Wire;
  readonly outbox: ChatOutbox;
  readonly sender: Sender;
  readonly clock: Clock;
}

/** Rooms that are visited in one go: each costs a change of room, of which the server allows a few. */
const VISITS = 3;
/** Milliseconds for one visit: meanwhile the reader waits for the room that they want to see. */
const VISIT_TIME = 2000;
/** Milliseconds after which a room is worth another visit. */
const REST = 60_000;

/**
 * Takes messages to the rooms that they were written in, where another room has been opened before they could be sent.
 * What does not get through waits for the next time, or until the room is opened.
 */
export class Courier {
  readonly #options: CourierOptions;
  #rooms: string[] = [];
  #room: string | null = null;
  #done = nothing;
  readonly #visited = new Map<string, number>();
  #cancel = nothing;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  get isAway(): boolean {
    return this.#room !== null;
  }

  /** Whether some room but `active` is worth a visit now. */
  isWanted(active: string | null, saving: boolean): boolean {
    return this.#destinations(active, saving).length > 0;
  }

  /**
   * Visits the rooms with waiting messages but `active`, then calls `done`.
   * @param saving whether the server can save messages
   */
  go(active: string | null, saving: boolean, done: () => void): void {
    this.#rooms = this.#destinations(active, saving);
    this.#done = done;
    this.#next();
  }

  /** The sender has nothing left to do where it is. */
  delivered(): void {
    if (this.#room !== null) this.#next();
  }

  /** The connection is lost. */
  stop(): void {
    this.#cancel();
    this.#rooms = [];
    this.#room = null;
    this.#done = nothing;
  }

  #destinations(active: string | null, saving: boolean): string[] {
    const { outbox, clock } = this.#options;
    const earliest = clock.now() - REST;
    const isRested = (id: string) => (this.#visited.get(id) ?? Number.NEGATIVE_INFINITY) <= earliest;
    return outbox
      .waitingRooms(saving)
      .filter((id) => id !== active && isRested(id))
      .slice(0, VISITS);
  }

  #next(): void {
    this.#cancel();
    this.#options.sender.exit();
    this.#room = this.#rooms.shift() ?? null;
    const { wire, clock } = this.#options;
    const roomId = this.#room;
    if (roomId === null) {
      this.#done();
      return;
    }
    this.#visited.set(roomId, clock.now());
    wire.send('join_room', { roomId, limit: 0 }, (frame) => this.#answered(roomId, frame));
    this.#cancel = clock.after(VISIT_TIME, () => this.#next());
  }

  #answered(roomId: string, frame: ServerFrame | null): void {
    if (this.#room !== roomId || !frame) return;
    if (frame.type === 'join_room_success') {
      this.#options.sender.enter(roomId);
      return;
    }
    if (frame.type === 'join_room_error') {
      const { code, error } = frame.payload;
      this.#options.outbox.roomFailed(roomId, { code, message: error });
    }
    this.#next();
  }
}
