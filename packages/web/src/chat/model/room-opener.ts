import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { type Chat, chatRoomId } from '@roomcast/client/chat';
import { OpenRoom } from './active-room.ts';
import type { Announcer } from './announcer.ts';
import type { ActiveRoom, PageSize, Person } from './chat-model.ts';
import { Drafts } from './drafts.ts';
import type { Platform } from './platform.ts';
import type { Toasts } from './toasts.ts';

export interface RoomOpenerOptions {
  readonly chat: Chat;
  readonly platform: Platform;
  readonly toasts: Toasts;
  readonly announcer: Announcer;
  readonly me: ReadonlySignal<Person | null>;
  readonly preset: ReadonlySignal<'accounts' | 'open'>;
  readonly maxMessageLength: ReadonlySignal<number>;
  readonly nameOf: (id: string) => string;
}

const SIZES: readonly PageSize[] = [50, 100, 200, 500];
const SIZE_KEY = 'roomcast-page-size';

/** Which room is open: by the reader's choice, by the address, or the one from last time. */
export class RoomOpener {
  readonly #options: RoomOpenerOptions;
  readonly #drafts: Drafts;
  readonly #active = signal<OpenRoom | null>(null);
  readonly #marks = new Map<string, number>();
  readonly #pageSize = signal<PageSize>(50);

  constructor(options: RoomOpenerOptions) {
    const { memory, tabMemory, address } = options.platform;
    this.#options = options;
    this.#drafts = new Drafts(memory, tabMemory ?? memory);
    const size = SIZES.find((known) => `${known}` === memory.get(SIZE_KEY));
    if (size !== undefined) this.#pageSize.value = size;
    effect(() => memory.set(SIZE_KEY, `${this.#pageSize.value}`));
    address.onChange(() => this.openFromAddress());
  }

  get active(): ReadonlySignal<ActiveRoom | null> {
    return this.#active;
  }

  /** @param offset the message to show */
  open(id: string, how: 'push' | 'replace', offset?: number): void {
    const me = this.#options.me.peek();
    if (!me) return;
    if (this.#active.peek()?.id !== id) {
      const { address, memory } = this.#options.platform;
      this.#active.peek()?.close();
      this.#active.value = this.#newRoom(id, me);
      address.write(nameIn(id), how);
      memory.set(lastRoomKey(me), id);
    }
    if (offset !== undefined) void this.#active.peek()?.jumpTo(offset);
  }

  openFromAddress(): void {
    const { me, platform, toasts } = this.#options;
    const person = me.peek();
    if (!person) return;
    const named = platform.address.read();
    const id = named === null ? null : roomIdOf(named);
    if (named !== null && id === null) toasts.error(`There is no room “${named}”.`);
    const isFirst = named === null && this.#active.peek() === null;
    const wanted = id ?? (isFirst ? platform.memory.get(lastRoomKey(person)) : null);
    if (wanted === null) this.close();
    else this.open(wanted, 'replace');
  }

  /** The reader leaves the room. */
  leave(how: 'push' | 'replace' = 'push'): void {
    const { me, platform } = this.#options;
    const person = me.peek();
    this.close();
    platform.address.write(null, how);
    if (person) platform.memory.set(lastRoomKey(person), null);
  }

  /** Somebody else is going to read. */
  reset(): void {
    this.close();
    this.#marks.clear();
  }

  /** No room is open; the address keeps naming it, for those who come back. */
  close(): void {
    this.#active.peek()?.close();
    this.#active.value = null;
    this.#options.chat.room?.leave();
  }

  #newRoom(id: string, person: Person): OpenRoom {
    const { chat, platform, toasts, announcer, preset, maxMessageLength, nameOf } = this.#options;
    return new OpenRoom({
      id,
      chat,
      platform,
      toasts,
      announcer,
      maxMessageLength,
      viewer: { person, byClientTime: preset.peek() === 'open' },
      drafts: this.#drafts,
      pageSize: this.#pageSize,
      marks: this.#marks,
      name: nameOf(id),
      removed: () => {
        toasts.info(`You are not in “${nameOf(id)}” any more.`);
        this.leave('replace');
      },
    });
  }
}

function lastRoomKey({ id }: Person): string {
  return `roomcast-room ${id}`;
}

/** `chat:general` → `general`: the address needs no namespace. */
function nameIn(roomId: string): string {
  return roomId.slice(roomId.indexOf(':') + 1);
}

function roomIdOf(name: string): string | null {
  try {
    return chatRoomId(name);
  } catch {
    return null;
  }
}
