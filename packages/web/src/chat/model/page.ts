import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { Chat, ChatApi, type ConnectError, type Outgoing } from '@roomcast/client/chat';
import type { ServerEvents } from '@roomcast/protocol';
import { Account } from './account.ts';
import { Announcer } from './announcer.ts';
import type { AccountActions, ActiveRoom, Announcement, ChatModel, LinkState, Person, Toast } from './chat-model.ts';
import { Entrance } from './entrance.ts';
import { ATTEMPTS, readLink } from './link-state.ts';
import { Orphans } from './orphans.ts';
import type { Platform } from './platform.ts';
import { RoomOpener } from './room-opener.ts';
import { Rooms } from './rooms.ts';
import { Search } from './search.ts';
import { Toasts } from './toasts.ts';
import { actionError } from './words.ts';

type Screen = 'loading' | 'login' | 'chat' | 'full' | 'superseded';

const EXPIRED = 'Your session has ended. Log in again; what you were writing is still here.';
const SESSION_EXPIRED = 4001;
const SUPERSEDED = 4004;
const FULL = 4103;

/** The whole page: who is there, the connection, and what belongs to it. */
export class ChatPage implements ChatModel {
  readonly account: AccountActions;
  readonly rooms: Rooms;
  readonly search: Search;
  readonly #platform: Platform;
  readonly #chat: Chat;
  readonly #entrance: Entrance;
  readonly #opener: RoomOpener;
  readonly #orphans: Orphans;
  readonly #toasts: Toasts;
  readonly #announcer: Announcer;
  readonly #screen = signal<Screen>('loading');
  readonly #me = signal<Person | null>(null);
  readonly #notice = signal<string | null>(null);
  readonly #maxMessageLength = signal(1000);
  readonly #link = signal<LinkState>({ kind: 'connecting' });
  readonly #storageAvailable = signal(true);
  /** The user has asked for the end of the session. */
  #isLeaving = false;

  constructor(platform: Platform) {
    const { clock, now, url, token, outbox } = platform;
    const api = new ChatApi(url, token);
    const options = { autoConnect: false, maxAttempts: ATTEMPTS, clock, now, outbox };
    const chat = new Chat(url, token === undefined ? options : { ...options, token });
    this.#platform = platform;
    this.#chat = chat;
    this.#toasts = new Toasts(clock);
    this.#announcer = new Announcer(clock);
    this.#entrance = new Entrance({
      api,
      platform,
      link: (link) => this.#showLink(link),
      known: (person) => this.#known(person),
    });
    this.#opener = new RoomOpener({
      chat,
      platform,
      toasts: this.#toasts,
      announcer: this.#announcer,
      me: this.#me,
      preset: this.preset,
      maxMessageLength: this.#maxMessageLength,
      nameOf: (id) => this.rooms.nameOf(id),
    });
    this.rooms = new Rooms({
      chat,
      clock,
      activeId: computed(() => this.active.value?.id ?? null),
      open: (id, offset) => this.#opener.open(id, 'push', offset),
      leave: () => this.#opener.leave(),
    });
    this.search = new Search({
      chat,
      roomName: (id) => this.rooms.nameOf(id),
      failed: (error) => this.#toasts.error(actionError(error).message),
    });
    this.account = new Account({
      api,
      entered: ({ user }) => this.#enter(user),
      leaving: (isLeaving) => {
        this.#isLeaving = isLeaving;
      },
      left: () => this.#exit(),
    });
    this.#orphans = new Orphans({ chat, platform });
    this.#listen();
    void this.#entrance.ask();
  }

  get screen(): ReadonlySignal<Screen> {
    return this.#screen;
  }

  get preset(): ReadonlySignal<'accounts' | 'open'> {
    return this.#entrance.preset;
  }

  get me(): ReadonlySignal<Person | null> {
    return this.#me;
  }

  get notice(): ReadonlySignal<string | null> {
    return this.#notice;
  }

  get maxMessageLength(): ReadonlySignal<number> {
    return this.#maxMessageLength;
  }

  get link(): ReadonlySignal<LinkState> {
    return this.#link;
  }

  get storageAvailable(): ReadonlySignal<boolean> {
    return this.#storageAvailable;
  }

  get active(): ReadonlySignal<ActiveRoom | null> {
    return this.#opener.active;
  }

  get toasts(): ReadonlySignal<readonly Toast[]> {
    return this.#toasts.list;
  }

  get announcements(): ReadonlySignal<readonly Announcement[]> {
    return this.#announcer.list;
  }

  dismiss(toast: Toast): void {
    this.#toasts.dismiss(toast);
  }

  reconnectNow(): void {
    if (this.#screen.peek() === 'loading') void this.#entrance.ask();
    if (!this.#me.peek()) return;
    this.#screen.value = 'chat';
    this.#chat.reconnectNow();
  }

  /** Ends everything; for tests. */
  close(): void {
    this.#entrance.stop();
    this.#orphans.stop();
    this.#opener.close();
    this.#chat.close();
  }

  #known(person: Person | null): void {
    if (person) this.#enter(person);
    else this.#screen.value = 'login';
  }

  #enter(user: Person): void {
    this.#me.value = user;
    this.#notice.value = null;
    this.#screen.value = 'chat';
    // What waits to be sent is known by the time the connection stands.
    void this.#chat.outbox.open(user.id);
    this.#opener.openFromAddress();
    this.#chat.connect();
  }

  #exit(): void {
    if (this.#me.peek() === null) return;
    this.#opener.reset();
    this.#chat.close();
    this.rooms.reset();
    this.search.clear();
    this.#me.value = null;
    this.#notice.value = this.#isLeaving ? null : EXPIRED;
    this.#screen.value = 'login';
  }

  #listen(): void {
    const chat = this.#chat;
    chat.on('state', (change) => {
      const link = readLink(change, this.#platform.now());
      if (link) this.#showLink(link);
    });
    chat.on('ready', (established) => this.#ready(established));
    chat.on('storage', (available) => {
      this.#storageAvailable.value = available;
    });
    chat.on('session_expired', () => this.#exit());
    chat.on('connect_error', (error) => this.#notConnected(error));
    chat.on('disconnect', ({ code, reconnect }) => this.#disconnected(code, reconnect));
    chat.on('room_deleted', ({ roomId, deletedBy }) => this.#deleted(roomId, deletedBy));
    chat.on('outgoing', (outgoing) => this.#elsewhere(outgoing));
    effect(() => {
      if (this.#platform.visible.value) this.#orphans.look();
    });
  }

  #showLink(link: LinkState): void {
    this.#link.value = link;
  }

  #ready({ user, maxMessageLength, preset }: ServerEvents['connection_established']): void {
    this.#maxMessageLength.value = maxMessageLength;
    this.#entrance.learn(preset);
    if (this.#me.peek()?.id === user.id) return;
    // Another tab of this browser has logged in as somebody else.
    this.#opener.reset();
    this.rooms.reset();
    this.search.clear();
    this.#me.value = user;
    this.#toasts.info(`You are ${user.username} now: somebody logged in in another tab.`);
    this.#opener.openFromAddress();
  }

  /** A browser does not say why it was refused: it may be that the session is over. */
  #notConnected({ code }: ConnectError): void {
    if (code === FULL || code === SUPERSEDED || code === SESSION_EXPIRED) this.#disconnected(code, false);
    else void this.#checkIdentity();
  }

  async #checkIdentity(): Promise<void> {
    const person = await this.#entrance.who().catch(() => undefined);
    if (person === null) this.#exit();
  }

  #disconnected(code: number, reconnect: boolean): void {
    if (code === SESSION_EXPIRED) this.#exit();
    else if (code === FULL || code === SUPERSEDED) {
      this.#screen.value = code === FULL ? 'full' : 'superseded';
      this.#chat.close();
    } else if (!reconnect && this.#me.peek()) this.#showLink({ kind: 'offline' });
  }

  #deleted(roomId: string, deletedBy: string | null): void {
    const name = this.rooms.nameOf(roomId);
    this.rooms.remove(roomId);
    for (const { clientMessageId, content } of [...this.#chat.outbox.list(roomId)]) {
      this.#toasts.error(`Not sent, since “${name}” was deleted: ${content}`);
      this.#chat.outbox.discard(clientMessageId);
    }
    if (this.active.peek()?.id !== roomId) return;
    this.#opener.leave('replace');
    const isOther = deletedBy !== null && deletedBy !== this.#me.peek()?.username;
    this.#toasts.info(isOther ? `“${name}” was deleted by ${deletedBy}.` : `“${name}” is deleted.`);
  }

  /** A message to a room that is not open has failed: nobody would see it there. */
  #elsewhere({ roomId, state }: Outgoing): void {
    if (state !== 'failed' || this.active.peek()?.id === roomId) return;
    this.#toasts.error(`A message to “${this.rooms.nameOf(roomId)}” was not sent. Open the room to see it.`);
  }
}
