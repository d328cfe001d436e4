import type { RoomSummary, ServerEvents } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Fanout } from '../core/fanout.ts';
import type { Hub } from '../core/hub.ts';
import { Room } from '../core/room.ts';
import type { Clock } from '../util/clock.ts';
import type { ChatRoom } from './chat-room.ts';

export interface FeedOptions {
  readonly hub: Hub;
  readonly fanout: Fanout;
  readonly clock: Clock;
  readonly summary: (room: ChatRoom) => RoomSummary;
}

/** What the feed carries. */
type FeedEvent = 'room_created' | 'room_deleted' | 'room_activity' | 'presence_update' | 'storage_state';

/** Milliseconds between two reports of activity. */
const INTERVAL = 1000;
/** Rooms in one report; the rest waits for the next one. */
const REPORTED = 500;

/**
 * What all logged-in users are told, whichever room they are in: a room of its own that every one of their connections
 * is in from the beginning. Nothing in it is worth catching up: lists can be asked for again.
 */
export class Feed {
  readonly #options: FeedOptions;
  readonly #room: Room;
  readonly #changed = new Set<ChatRoom>();
  #timer: NodeJS.Timeout | null = null;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(options: FeedOptions) {
    this.#options = options;
    const policy = {
      join: 'nobody',
      publish: 'server',
      history: false,
      presence: false,
      listed: false,
      ephemeral: true,
    } as const;
    const name = { namespace: 'chat', name: '', full: 'chat:' };
    this.#room = new Room(0, name, policy, null, options.clock.now());
  }

  attach(connection: Connection): void {
    this.#options.hub.attach(connection, this.#room);
  }

  tell<Type extends FeedEvent>(type: Type, payload: ServerEvents[Type], except: Connection | null = null): void {
    this.#options.fanout.announce(this.#room, type, payload, except);
  }

  /** Something happened in the room: reported at once where it was quiet, else with what comes within a second. */
  changed(room: ChatRoom): void {
    this.#changed.add(room);
    if (this.#timer) return;
    const wait = Math.max(0, this.#reportedAt + INTERVAL - this.#options.clock.monotonic());
    this.#timer = setTimeout(() => this.#report(), wait).unref();
  }

  /** The room is no more: there is nothing to report of it. */
  forget(room: ChatRoom): void {
    this.#changed.delete(room);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #report(): void {
    this.#timer = null;
    this.#reportedAt = this.#options.clock.monotonic();
    const rooms: ChatRoom[] = [];
    for (const room of this.#changed) {
      if (rooms.length === REPORTED) break;
      rooms.push(room);
      this.#changed.delete(room);
    }
    this.tell('room_activity', { rooms: rooms.map(this.#options.summary) });
    const [waiting] = this.#changed;
    if (waiting) this.changed(waiting);
  }
}
