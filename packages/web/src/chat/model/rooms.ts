import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Chat, type Clock, RoomcastError } from '@roomcast/client/chat';
import type { RoomSummary } from '@roomcast/protocol';
import { chatRoomName } from '@roomcast/protocol';
import { ActionError, type RoomItem, type RoomsModel } from './chat-model.ts';
import { RoomTable } from './room-table.ts';
import { actionError } from './words.ts';

export interface RoomsOptions {
  readonly chat: Chat;
  readonly clock: Clock;
  readonly activeId: ReadonlySignal<string | null>;
  readonly open: (id: string, offset?: number) => void;
  readonly leave: () => void;
}

/** Milliseconds after the last key, before the server is asked for rooms that are not here. */
const SEARCH_DELAY = 200;
/** Milliseconds before the list is asked for again where the server could not give it. */
const RETRY = 2000;
/** Pages that are loaded again after a reconnect. */
const MOST_PAGES = 10;

/** The list of rooms, kept current. */
export class Rooms implements RoomsModel {
  readonly filter = signal('');
  readonly list: ReadonlySignal<readonly RoomItem[]>;
  readonly #options: RoomsOptions;
  readonly #table = new RoomTable();
  /** Counts the changes of the table, which is no signal itself. */
  readonly #version = signal(0);
  readonly #loaded = signal(false);
  readonly #hasMore = signal(false);
  #cursor: string | null = null;
  #pages = 1;
  #cancelSearch = () => {};

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.list = computed(() => {
      this.#version.value;
      return this.#table.list(this.filter.value, options.activeId.value);
    });
    const { chat } = options;
    chat.on('ready', () => this.#load());
    chat.on('room_created', (room) => this.#put([room]));
    chat.on('room_activity', (rooms) => this.#put(rooms));
    chat.on('read', ({ roomId, offset }) => this.#change(() => this.#table.read(roomId, offset)));
    effect(() => this.#search(this.filter.value));
  }

  get loaded(): ReadonlySignal<boolean> {
    return this.#loaded;
  }

  get hasMore(): ReadonlySignal<boolean> {
    return this.#hasMore;
  }

  /** The name as people know it; as far as it is known. */
  nameOf(id: string): string {
    return this.#table.nameOf(id) ?? id.slice(id.indexOf(':') + 1);
  }

  async loadMore(): Promise<void> {
    if (this.#cursor === null) return;
    try {
      await this.#page(this.#cursor);
      this.#pages += 1;
    } catch (error) {
      throw actionError(error);
    }
  }

  async create(name: string): Promise<void> {
    const parsed = chatRoomName(name);
    if ('fault' in parsed) throw new ActionError('A room name needs at least one letter or digit.', 'name');
    try {
      const { room } = await this.#options.chat.createRoom(name);
      this.#put([room]);
      this.open(room.id);
    } catch (error) {
      const isTaken = error instanceof RoomcastError && error.code === 'CONFLICT';
      if (isTaken) throw new ActionError('There is a room of that name already.', 'name');
      const { message, field, retryAfter } = actionError(error);
      throw new ActionError(message, field ?? 'name', retryAfter);
    }
  }

  async delete(id: string): Promise<void> {
    try {
      await this.#options.chat.deleteRoom(id);
    } catch (error) {
      throw actionError(error);
    }
  }

  open(id: string): void {
    this.#options.open(id);
  }

  openAt(id: string, offset: number): void {
    this.#options.open(id, offset);
  }

  leave(): void {
    this.#options.leave();
  }

  /** A room is gone. */
  remove(id: string): void {
    this.#change(() => this.#table.delete(id));
  }

  /** Somebody else is going to look. */
  reset(): void {
    this.#table.clear();
    this.#pages = 1;
    this.#loaded.value = false;
    this.#hasMore.value = false;
    this.filter.value = '';
    this.#version.value += 1;
  }

  /** From the beginning, as far as it had been loaded; rooms that are gone are gone from here, too. */
  async #load(): Promise<void> {
    try {
      const known = new Set(await this.#page());
      for (let page = 1; page < Math.min(this.#pages, MOST_PAGES) && this.#cursor !== null; page++) {
        for (const id of await this.#page(this.#cursor)) known.add(id);
      }
      this.#change(() => this.#table.keep(known));
      this.#loaded.value = true;
    } catch {
      // Where the connection is lost again, the next one brings them.
      this.#options.clock.after(RETRY, () => {
        if (this.#options.chat.user && !this.#loaded.peek()) void this.#load();
      });
    }
  }

  async #page(cursor?: string): Promise<readonly string[]> {
    const { rooms, cursor: next } = await this.#options.chat.rooms(cursor === undefined ? {} : { cursor });
    this.#cursor = next;
    this.#hasMore.value = next !== null;
    this.#put(rooms);
    return rooms.map(({ id }) => id);
  }

  /** Rooms that are not loaded are found by the server. */
  #search(filter: string): void {
    this.#cancelSearch();
    if (filter.trim() === '' || !this.#hasMore.peek()) return;
    this.#cancelSearch = this.#options.clock.after(SEARCH_DELAY, () => {
      this.#options.chat.rooms({ search: filter.trim() }).then(
        ({ rooms }) => this.#put(rooms),
        () => {},
      );
    });
  }

  #put(rooms: readonly RoomSummary[]): void {
    this.#change(() => {
      for (const room of rooms) this.#table.put(room);
    });
  }

  #change(change: () => void): void {
    change();
    this.#version.value += 1;
  }
}
