import { computed, signal } from '@preact/signals';
import type {
  AccountActions,
  ActionError,
  Announcement,
  ChatModel,
  LinkState,
  Person,
  RoomItem,
  RoomsModel,
  SearchFields,
  SearchModel,
  SearchResult,
  Toast,
} from '../../src/chat/model/chat-model.ts';
import { ScriptedRoom } from './scripted-room.ts';

const NO_SEARCH: SearchFields = { text: '', roomId: null, sender: '', from: '', to: '' };
export const ME: Person = { id: 'u-ada', username: 'ada' };

/** A model without a server. What happens is what the caller sets. */
export class ScriptedModel implements ChatModel {
  readonly screen = signal<'loading' | 'login' | 'chat' | 'full' | 'superseded'>('chat');
  readonly preset = signal<'accounts' | 'open'>('accounts');
  readonly me = signal<Person | null>(ME);
  readonly notice = signal<string | null>(null);
  readonly maxMessageLength = signal(1000);
  readonly link = signal<LinkState>({ kind: 'connected' });
  readonly storageAvailable = signal(true);
  readonly active = signal<ScriptedRoom | null>(null);
  readonly toasts = signal<readonly Toast[]>([]);
  readonly announcements = signal<readonly Announcement[]>([]);
  readonly allRooms = signal<readonly RoomItem[]>([]);
  readonly roomsLoaded = signal(true);
  /** What the next account action is refused with. */
  refusal: ActionError | null = null;
  readonly #filter = signal('');
  readonly #query = signal<SearchFields>(NO_SEARCH);
  readonly found = signal<readonly SearchResult[]>([]);
  readonly searchState = signal<'idle' | 'searching' | 'done' | 'failed'>('idle');

  readonly account: AccountActions = {
    login: () => this.#enter(),
    register: () => this.#enter(),
    logout: async () => {
      this.screen.value = 'login';
    },
    logoutEverywhere: async () => {
      this.screen.value = 'login';
    },
    changePassword: async () => this.#refuse(),
  };

  readonly rooms: RoomsModel = {
    list: computed(() => {
      const wanted = this.#filter.value.trim().toLowerCase();
      return this.allRooms.value.filter(({ name }) => name.toLowerCase().includes(wanted));
    }),
    loaded: this.roomsLoaded,
    filter: this.#filter,
    hasMore: signal(false),
    loadMore: async () => {},
    create: async (name) => {
      this.#refuse();
      const room = { id: `chat:${name}`, name, memberCount: 1, lastActivity: new Date(), unread: 0 };
      this.allRooms.value = [room, ...this.allRooms.value];
      this.rooms.open(room.id);
    },
    delete: async (id) => {
      this.allRooms.value = this.allRooms.value.filter((room) => room.id !== id);
      this.active.value = null;
    },
    open: (id) => {
      const room = this.allRooms.value.find((each) => each.id === id);
      if (!room) return;
      this.allRooms.value = this.allRooms.value.map((each) => (each === room ? { ...each, unread: 0 } : each));
      this.active.value = new ScriptedRoom(id, room.name, 120);
    },
    openAt: (id, offset) => {
      this.rooms.open(id);
      void this.active.value?.jumpTo(offset);
    },
    leave: () => {
      this.active.value = null;
    },
  };

  readonly search: SearchModel = {
    query: this.#query,
    state: this.searchState,
    results: this.found,
    hasMore: signal(true),
    searched: computed(() => this.#query.value.text),
    run: async () => {
      this.searchState.value = 'done';
    },
    more: async () => {},
    clear: () => {
      this.found.value = [];
      this.searchState.value = 'idle';
    },
  };

  reconnectNow(): void {
    this.link.value = { kind: 'connected' };
    this.screen.value = 'chat';
  }

  dismiss(toast: Toast): void {
    this.toasts.value = this.toasts.value.filter((each) => each !== toast);
  }

  async #enter(): Promise<void> {
    this.#refuse();
    this.screen.value = 'chat';
  }

  #refuse(): void {
    if (this.refusal) throw this.refusal;
  }
}
