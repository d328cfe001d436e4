import { effect, type ReadonlySignal, type Signal, signal, untracked } from '@preact/signals';
import type { Chat, ChatJoined, ChatRoom, Outgoing, RoomFault } from '@roomcast/client/chat';
import type { Member } from '@roomcast/protocol';
import type { Announcer } from './announcer.ts';
import type { ActiveRoom, MemberItem, MessageItem, PageSize, Timeline } from './chat-model.ts';
import type { Drafts } from './drafts.ts';
import type { Viewer } from './message-item.ts';
import type { Platform } from './platform.ts';
import { ReadMarker } from './read-marker.ts';
import { RoomMessages } from './room-messages.ts';
import type { Toasts } from './toasts.ts';
import { refusalInWords, waitInWords } from './words.ts';

export interface ActiveRoomOptions {
  readonly id: string;
  readonly chat: Chat;
  readonly viewer: Viewer;
  readonly platform: Platform;
  readonly drafts: Drafts;
  readonly toasts: Toasts;
  readonly announcer: Announcer;
  readonly pageSize: Signal<PageSize>;
  /** The room's name, as far as it is known. */
  readonly name: string;
  readonly maxMessageLength: ReadonlySignal<number>;
  /** How far this page has marked each room as read, by epoch: a mark may still be on its way to the server. */
  readonly marks: Map<string, number>;
  /** The server has taken this client out of the room. */
  readonly removed: () => void;
}

/** The room that is open, from opening it to leaving it. */
export class OpenRoom implements ActiveRoom {
  readonly id: string;
  readonly pageSize: Signal<PageSize>;
  readonly focus = signal<string | null>(null);
  readonly atEnd = signal(true);
  readonly draft: Signal<string>;
  readonly #options: ActiveRoomOptions;
  readonly #room: ChatRoom;
  readonly #messages: RoomMessages;
  readonly #name: Signal<string>;
  readonly #state = signal<'joining' | 'joined' | 'refused'>('joining');
  readonly #refusal = signal<string | null>(null);
  readonly #newCount = signal(0);
  readonly #divider = signal<string | null>(null);
  readonly #members = signal<readonly MemberItem[]>([]);
  readonly #typing = signal<readonly string[]>([]);
  readonly #ends: (() => void)[] = [];
  #marker: ReadMarker | null = null;
  #epoch: string | null = null;
  /** Offset of the last message that was read when the unread ones began; null where there is no divider. */
  #dividerAfter: number | null = null;
  #afterJoin: (() => void)[] = [];
  /** Why nothing can be sent here. */
  #fault: RoomFault | null = null;

  constructor(options: ActiveRoomOptions) {
    const { id, chat, viewer, platform, drafts, toasts } = options;
    this.id = id;
    this.#options = options;
    this.pageSize = options.pageSize;
    this.#name = signal(options.name);
    this.draft = signal(drafts.read(viewer.person.id, id));
    this.#room = chat.join(id, { limit: options.pageSize.peek() });
    this.#messages = new RoomMessages({
      roomId: id,
      chat,
      viewer,
      clock: platform.clock,
      pageSize: () => this.pageSize.peek(),
      atEnd: () => this.atEnd.peek() && platform.visible.peek(),
      arrived: (items) => this.#arrived(items),
      changed: () => this.#showDivider(),
      failed: (words) => toasts.error(words),
    });
    this.#listen();
  }

  get name(): ReadonlySignal<string> {
    return this.#name;
  }

  get state(): ReadonlySignal<'joining' | 'joined' | 'refused'> {
    return this.#state;
  }

  get refusal(): ReadonlySignal<string | null> {
    return this.#refusal;
  }

  get timeline(): ReadonlySignal<Timeline> {
    return this.#messages.timeline;
  }

  get newCount(): ReadonlySignal<number> {
    return this.#newCount;
  }

  get dividerBefore(): ReadonlySignal<string | null> {
    return this.#divider;
  }

  get members(): ReadonlySignal<readonly MemberItem[]> {
    return this.#members;
  }

  get typing(): ReadonlySignal<readonly string[]> {
    return this.#typing;
  }

  loadOlder(): Promise<void> {
    return this.#messages.loadOlder();
  }

  loadNewer(): Promise<void> {
    return this.#messages.loadNewer();
  }

  async jumpTo(offset: number): Promise<void> {
    if (this.#state.peek() === 'joining') {
      this.#afterJoin = [() => void this.jumpTo(offset)];
      return;
    }
    const key = await this.#messages.loadAround(offset);
    if (key) this.focus.value = key;
    else if (key === null) this.#options.toasts.info('That message is not kept any more.');
  }

  async jumpToLatest(): Promise<void> {
    await this.#messages.loadLatest();
    if (this.#messages.reachesEnd) this.#newCount.value = 0;
  }

  typed(): void {
    if (this.draft.peek().trim() === '') this.#room.stopTyping();
    else this.#room.typed();
  }

  send(content: string): boolean {
    // As the server will have it, so that the echo is what comes back.
    const text = content.trim().normalize('NFC');
    if (text === '' || [...text].length > this.#options.maxMessageLength.peek()) return false;
    this.#room.post(text);
    if (this.#fault) this.#options.chat.outbox.roomFailed(this.id, this.#fault);
    if (this.draft.peek() === content) this.draft.value = '';
    if (!this.#messages.reachesEnd) void this.jumpToLatest();
    return true;
  }

  retry(key: string): void {
    this.#options.chat.outbox.retry(this.#clientMessageId(key));
  }

  edit(key: string): void {
    const { outbox } = this.#options.chat;
    const message = outbox.find(this.#clientMessageId(key));
    if (!message) return;
    const draft = this.draft.peek();
    this.draft.value = draft.trim() === '' ? message.content : `${message.content}\n${draft}`;
    outbox.discard(message.clientMessageId);
  }

  discard(key: string): void {
    this.#options.chat.outbox.discard(this.#clientMessageId(key));
  }

  /** Closes it for good; the server hears of it by the next join, or by `leave`. */
  close(): void {
    for (const end of this.#ends) end();
    this.#marker?.stop();
    this.#messages.stop();
    this.#options.announcer.drop();
  }

  #listen(): void {
    const { viewer, drafts, platform, announcer, chat } = this.#options;
    const room = this.#room;
    this.#ends.push(
      room.on('joined', (joined) => this.#joined(joined)),
      room.on('message', (message) => this.#messages.message(message)),
      room.on('saved', (message) => this.#messages.message(message)),
      room.on('members', (members) => this.#showMembers(members)),
      room.on('member_joined', ({ username }) => username && announcer.joined(username)),
      room.on('member_left', ({ username }) => username && announcer.left(username)),
      room.on('typing', (usernames) => {
        this.#typing.value = usernames;
      }),
      room.on('delayed', ({ code, delay }) => this.#delayed(code, delay)),
      room.on('error', ({ code, message }) => this.#refused(code, message)),
      room.on('left', ({ reason }) => reason === 'removed' && this.#options.removed()),
      chat.on('outgoing', (outgoing) => this.#outgoing(outgoing)),
      effect(() => drafts.write(viewer.person.id, this.id, this.draft.value)),
      effect(() => {
        if (this.atEnd.value && platform.visible.value) untracked(() => this.#read());
      }),
    );
  }

  #joined(joined: ChatJoined): void {
    // The room may have been deleted and created anew meanwhile: nothing of it is read then.
    const isFirst = this.#epoch !== joined.epoch;
    this.#epoch = joined.epoch;
    this.#name.value = joined.roomName;
    this.#refusal.value = null;
    this.#fault = null;
    if (isFirst) this.#begin(joined);
    this.#messages.joined(joined);
    this.#state.value = 'joined';
    this.#read();
    const tasks = this.#afterJoin;
    this.#afterJoin = [];
    for (const task of tasks) task();
  }

  /** Where the reader had stopped, and from where on it is marked. */
  #begin({ lastRead, offset, epoch }: ChatJoined): void {
    const { chat, platform, marks } = this.#options;
    const read = Math.min(offset, Math.max(lastRead, marks.get(epoch) ?? 0));
    this.#marker = new ReadMarker(platform.clock, read, (upTo) => {
      marks.set(epoch, upTo);
      return chat.markRead(this.id, upTo);
    });
    // Whoever comes for the first time has not missed anything.
    this.#dividerAfter = read > 0 && read < offset ? read : null;
  }

  #delayed(code: string, delay: number): void {
    const words = code === 'RATE_LIMITED' ? 'You change rooms very often.' : refusalInWords(code, '');
    this.#options.toasts.info(`${words} This room opens in ${waitInWords(delay)}.`);
  }

  #refused(code: string, message: string): void {
    const words = refusalInWords(code, message);
    this.#state.value = 'refused';
    this.#refusal.value = words;
    this.#fault = { code, message };
    this.#options.chat.outbox.roomFailed(this.id, this.#fault);
  }

  #outgoing(outgoing: Outgoing): void {
    if (outgoing.roomId !== this.id) return;
    this.#messages.outgoing(outgoing);
    if (outgoing.state === 'sent') this.#read();
    if (outgoing.state === 'failed') this.#options.announcer.say('A message was not sent.');
  }

  /** Messages of others. */
  #arrived(items: readonly MessageItem[]): void {
    if (items.length === 0) return;
    this.#options.announcer.arrived(items);
    const isSeen = this.atEnd.peek() && this.#options.platform.visible.peek() && this.#messages.reachesEnd;
    if (isSeen) this.#read();
    else this.#unseen(items);
  }

  #unseen(items: readonly MessageItem[]): void {
    if (!this.atEnd.peek() || !this.#messages.reachesEnd) this.#newCount.value += items.length;
    // The page was not looked at: what comes now is new when somebody looks again.
    const first = items.find(({ offset }) => offset !== null)?.offset ?? null;
    const read = this.#marker?.read ?? 0;
    if (this.#options.platform.visible.peek() || first === null || read < first - 1) return;
    this.#dividerAfter = first - 1;
    this.#showDivider();
  }

  /** The reader has seen what there is, if they are where the room ends. */
  #read(): void {
    const isLooking = this.atEnd.peek() && this.#options.platform.visible.peek();
    if (!isLooking || !this.#messages.reachesEnd) return;
    this.#newCount.value = 0;
    this.#marker?.mark(this.#messages.top);
  }

  #showDivider(): void {
    this.#divider.value = this.#dividerAfter === null ? null : this.#messages.firstUnread(this.#dividerAfter);
  }

  #showMembers(members: readonly Member[]): void {
    const me = this.#options.viewer.person.id;
    this.#members.value = members
      .flatMap(({ userId, username }) => (userId && username ? [{ id: userId, username, isMe: userId === me }] : []))
      .sort((a, b) => a.username.localeCompare(b.username));
  }

  /** The key is made of the sender's id and the message's. */
  #clientMessageId(key: string): string {
    return key.slice(key.lastIndexOf(' ') + 1);
  }
}
