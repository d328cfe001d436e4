import type { RoomName } from '@roomcast/protocol';
import { CommandError } from '../core/errors.ts';
import type { ChatRoomStore } from '../store/chat-store.ts';
import type { Clock } from '../util/clock.ts';
import { newId } from '../util/ids.ts';
import { ChatRoom, TEMPORARY } from './chat-room.ts';

export interface ChatRoomsOptions {
  readonly store: ChatRoomStore;
  readonly clock: Clock;
  /** Most rooms that exist at a time. */
  readonly limit: number;
}

/** A room that was asked for, and whether this call has made it. */
export interface Creation {
  readonly room: ChatRoom;
  readonly isNew: boolean;
}

export interface RoomsQuery {
  /** Part of the name or the id, in any case; empty = all. */
  readonly search: string;
  /** What the page before gave, or null. */
  readonly cursor: string | null;
  readonly limit: number;
}

/** Milliseconds for which the order by activity may be out of date. */
const ORDER_AGE = 500;

/** All chat rooms that exist, by id. There is one small record for each, so that joining one needs no disk. */
export class ChatRooms {
  readonly #options: ChatRoomsOptions;
  readonly #byId = new Map<string, ChatRoom>();
  readonly #byKey = new Map<number, ChatRoom>();
  /** Ids that were deleted and not created again: joining them brings nothing back. */
  readonly #deleted = new Set<string>();
  /** Creations under way, so that two who want the same room get the same. */
  readonly #creating = new Map<string, Promise<ChatRoom>>();
  #ordered: ChatRoom[] = [];
  #orderedAt = Number.NEGATIVE_INFINITY;

  private constructor(options: ChatRoomsOptions) {
    this.#options = options;
  }

  static async load(options: ChatRoomsOptions): Promise<ChatRooms> {
    const rooms = new ChatRooms(options);
    const stored = await options.store.load();
    for (const room of stored.rooms) rooms.#add(new ChatRoom(room));
    for (const id of stored.deletedIds) if (!id.startsWith(TEMPORARY)) rooms.#deleted.add(id);
    return rooms;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): ChatRoom | undefined {
    return this.#byId.get(id);
  }

  /** Undefined where the room has been deleted. */
  byKey(key: number): ChatRoom | undefined {
    return this.#byKey.get(key);
  }

  /** Whether a room of that id has been deleted, and none was created in its place. */
  wasDeleted(id: string): boolean {
    return this.#deleted.has(id);
  }

  /** All of them. */
  all(): IterableIterator<ChatRoom> {
    return this.#byId.values();
  }

  /**
   * Creates the room, or gives the one that somebody else is creating at this moment (`isNew` is false then).
   * @throws CommandError LIMIT_EXCEEDED
   * @throws StoreError
   */
  async create({ name }: RoomName, displayName: string, createdBy: number): Promise<Creation> {
    const underWay = this.#creating.get(name);
    if (underWay) return { room: await underWay, isNew: false };
    const { limit } = this.#options;
    if (this.#byId.size + this.#creating.size >= limit) {
      throw new CommandError('LIMIT_EXCEEDED', `There are ${limit} rooms, the most that may be. Delete one first.`);
    }
    const creation = this.#store(name, displayName, createdBy);
    this.#creating.set(name, creation);
    try {
      return { room: await creation, isNew: true };
    } finally {
      this.#creating.delete(name);
    }
  }

  /** Hides the room at once; its rows stay. False where another call has deleted it. @throws StoreError */
  async delete(room: ChatRoom): Promise<boolean> {
    const { store, clock } = this.#options;
    // What the store says does not matter: a write that was interrupted and repeated finds the room deleted already.
    await store.delete(room.key, clock.now());
    const { name } = room.name;
    if (this.#byId.get(name) !== room) return false;
    this.#byId.delete(name);
    this.#byKey.delete(room.key);
    if (!room.isTemporary) this.#deleted.add(name);
    this.#ordered = this.#ordered.filter((other) => other !== room);
    return true;
  }

  /** A page of rooms, the latest activity first. Null for a cursor that is not one of ours. */
  list({ search, cursor, limit }: RoomsQuery): { rooms: readonly ChatRoom[]; cursor: string | null } | null {
    const position = cursor === null ? null : parseCursor(cursor);
    if (cursor !== null && position === null) return null;
    const wanted = search.trim().toLowerCase();
    const rooms: ChatRoom[] = [];
    for (const room of this.#byActivity()) {
      if (position && !comesAfter(room, position)) continue;
      if (wanted !== '' && !matches(room, wanted)) continue;
      if (rooms.length === limit) return { rooms, cursor: cursorOf(rooms.at(-1)) };
      rooms.push(room);
    }
    return { rooms, cursor: null };
  }

  #add(room: ChatRoom): void {
    this.#byId.set(room.name.name, room);
    this.#byKey.set(room.key, room);
  }

  async #store(id: string, displayName: string, createdBy: number): Promise<ChatRoom> {
    const { store, clock } = this.#options;
    const stored = await store.create({
      id,
      name: displayName,
      epoch: newId().slice(0, 10),
      createdBy,
      createdAt: clock.now(),
    });
    const room = new ChatRoom(stored);
    this.#add(room);
    this.#deleted.delete(id);
    this.#ordered.unshift(room);
    return room;
  }

  /** Sorted now and then: nearly sorted already, that takes little even of very many. */
  #byActivity(): readonly ChatRoom[] {
    const now = this.#options.clock.monotonic();
    if (now - this.#orderedAt < ORDER_AGE) return this.#ordered;
    if (this.#ordered.length !== this.#byId.size) this.#ordered = [...this.#byId.values()];
    this.#ordered.sort((a, b) => b.lastActivity - a.lastActivity || b.key - a.key);
    this.#orderedAt = now;
    return this.#ordered;
  }
}

interface Position {
  readonly lastActivity: number;
  readonly key: number;
}

function comesAfter(room: Position, position: Position): boolean {
  if (room.lastActivity !== position.lastActivity) return room.lastActivity < position.lastActivity;
  return room.key < position.key;
}

function matches({ displayName, name }: ChatRoom, wanted: string): boolean {
  return name.name.includes(wanted) || displayName.toLowerCase().includes(wanted);
}

function cursorOf(room: ChatRoom | undefined): string | null {
  return room ? `${room.lastActivity.toString(36)}-${room.key.toString(36)}` : null;
}

function parseCursor(cursor: string): Position | null {
  const [, lastActivity, key] = /^([0-9a-z]{1,10})-([0-9a-z]{1,10})$/.exec(cursor) ?? [];
  if (lastActivity === undefined || key === undefined) return null;
  return { lastActivity: Number.parseInt(lastActivity, 36), key: Number.parseInt(key, 36) };
}
