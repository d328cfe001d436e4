import { type ReadonlySignal, signal } from '@preact/signals';
import type { Chat, ChatJoined, Outgoing } from '@roomcast/client/chat';
import type { ChatMessage } from '@roomcast/protocol';
import { Batch } from './batch.ts';
import type { MessageItem, PageSize, Timeline } from './chat-model.ts';
import { itemOf, itemOfOutgoing, messageKey, type Viewer } from './message-item.ts';
import type { Platform } from './platform.ts';
import { TimelineWindow } from './timeline-window.ts';
import { actionError } from './words.ts';

export interface RoomMessagesOptions {
  readonly roomId: string;
  readonly chat: Chat;
  readonly viewer: Viewer;
  readonly clock: Platform['clock'];
  readonly pageSize: () => PageSize;
  /** Whether the reader is at the end of the window. */
  readonly atEnd: () => boolean;
  /** Messages of others have arrived, in the window or beyond it; called after the timeline has changed. */
  readonly arrived: (items: readonly MessageItem[]) => void;
  /** The timeline has changed. */
  readonly changed: () => void;
  /** A page could not be loaded. */
  readonly failed: (words: string) => void;
}

/** The messages of one room: what the server sends, what is loaded on demand, and what is on its way. */
export class RoomMessages {
  readonly #options: RoomMessagesOptions;
  readonly #window: TimelineWindow;
  readonly #live: Batch<ChatMessage>;
  readonly #timeline = signal<Timeline>({ messages: [], hasOlder: false, hasNewer: false, loading: null });
  #loading: Timeline['loading'] = null;
  #epoch: string | null = null;
  /** Counts the jumps, so that a page that was asked for before one is not taken for the place after it. */
  #course = 0;
  #stopped = false;

  constructor(options: RoomMessagesOptions) {
    this.#options = options;
    this.#window = new TimelineWindow(options.viewer.byClientTime);
    this.#live = new Batch(options.clock, (messages) => this.#arrived(messages));
    for (const outgoing of options.chat.outbox.list(options.roomId)) this.#window.set(this.#ownItem(outgoing));
    this.#publish();
  }

  get timeline(): ReadonlySignal<Timeline> {
    return this.#timeline;
  }

  /** The room's last offset, as far as it is known. */
  get top(): number {
    return this.#window.top;
  }

  get reachesEnd(): boolean {
    return !this.#window.hasNewer;
  }

  firstUnread(offset: number): string | null {
    return this.#window.firstUnread(offset);
  }

  stop(): void {
    this.#stopped = true;
    this.#live.drop();
  }

  joined({ recovered, history, offset, epoch }: ChatJoined): void {
    this.#live.flush();
    const isNewLog = this.#epoch !== null && this.#epoch !== epoch;
    const isFirst = this.#epoch === null;
    this.#epoch = epoch;
    if (isNewLog) this.#window.restart();
    if (!recovered) this.#recentPage(history.map(this.#item), offset, isFirst || isNewLog);
    this.#publish();
  }

  /** Something was said. */
  message(message: ChatMessage): void {
    this.#live.add(message);
  }

  /** A message of one's own has changed. */
  outgoing(outgoing: Outgoing): void {
    // The acknowledgement came after what others had said before.
    this.#live.flush();
    if (outgoing.state === 'discarded')
      this.#window.remove(messageKey(this.#options.viewer.person.id, outgoing.clientMessageId));
    else this.#window.set(this.#ownItem(outgoing));
    this.#publish();
  }

  async loadOlder(): Promise<void> {
    if (!this.#window.hasOlder) return;
    await this.#load('older', async (roomId, limit) => {
      const page = await this.#page({ roomId, before: Math.max(1, this.#window.first), limit });
      return () => this.#window.prepend(page.items, page.hasMore);
    });
  }

  async loadNewer(): Promise<void> {
    if (!this.#window.hasNewer) return;
    await this.#load('newer', async (roomId, limit) => {
      const page = await this.#page({ roomId, after: this.#window.last, limit });
      return () => this.#window.extend(page.items, page.hasMore);
    });
  }

  /** Loads the page around `offset`. Returns the key of the message there: null where it is gone, undefined where the page could not be had. */
  async loadAround(offset: number): Promise<string | null | undefined> {
    const shown = this.#window.at(offset);
    if (shown) return shown.key;
    const isThere = await this.#jump(async (roomId, limit) => {
      const half = Math.ceil(limit / 2);
      const [older, newer] = await Promise.all([
        this.#page({ roomId, before: offset + 1, limit: half }),
        this.#page({ roomId, after: offset, limit: half }),
      ]);
      return () => this.#window.reset([...older.items, ...newer.items], older.hasMore, newer.hasMore);
    });
    return isThere ? (this.#window.at(offset)?.key ?? null) : undefined;
  }

  async loadLatest(): Promise<void> {
    if (!this.#window.hasNewer) return;
    await this.#jump(async (roomId, limit) => {
      const page = await this.#page({ roomId, limit });
      return () => this.#window.reset(page.items, page.hasMore, false);
    });
  }

  readonly #item = (message: ChatMessage) => itemOf(message, this.#options.viewer);

  #ownItem(outgoing: Outgoing): MessageItem {
    return itemOfOutgoing(outgoing, this.#options.viewer);
  }

  /** The latest page as a join brings it: it goes on where the window ends, or the window stays where it is. */
  #recentPage(items: readonly MessageItem[], top: number, isFirst: boolean): void {
    const window = this.#window;
    // In the order of senders' clocks the first shown need not be the first said.
    const first = items.reduce((lowest, { offset }) => Math.min(lowest, offset ?? lowest), top + 1);
    const fresh = items.filter(({ offset, own }) => !own && (offset ?? 0) > window.top);
    if (isFirst || this.#isLost(first)) window.reset(items, first > 1, false, top);
    else if (first <= window.last + 1) window.extend(items, false);
    else window.leaveEnd(top);
    if (!isFirst) this.#options.arrived(fresh);
  }

  /** Whether a reader who was at the end would be left behind with a hole in front of them. */
  #isLost(first: number): boolean {
    return !this.#window.hasNewer && this.#options.atEnd() && first > this.#window.last + 1;
  }

  #arrived(messages: readonly ChatMessage[]): void {
    const items = messages.map(this.#item);
    const known = this.#window.top;
    this.#window.append(items, !this.#options.atEnd());
    this.#publish();
    this.#options.arrived(items.filter(({ own, offset }) => !own && (offset === null || offset > known)));
  }

  /** A page in one direction; one at a time, and none while a jump is under way. */
  async #load(loading: 'older' | 'newer', ask: (roomId: string, limit: number) => Promise<() => void>): Promise<void> {
    if (this.#loading === null) await this.#ask(loading, ask);
  }

  /** Another place; whatever else is being loaded does not matter any more. */
  #jump(ask: (roomId: string, limit: number) => Promise<() => void>): Promise<boolean> {
    return this.#ask('around', ask);
  }

  /** Whether the page has been taken in: not where it could not be loaded, or something else was asked for meanwhile. */
  async #ask(
    loading: 'older' | 'newer' | 'around',
    ask: (roomId: string, limit: number) => Promise<() => void>,
  ): Promise<boolean> {
    const course = ++this.#course;
    const isCurrent = () => course === this.#course && !this.#stopped;
    this.#showLoading(loading);
    const apply = await ask(this.#options.roomId, this.#options.pageSize()).catch((error: unknown) => {
      if (isCurrent()) this.#options.failed(actionError(error).message);
      return null;
    });
    if (!isCurrent()) return false;
    if (apply) this.#live.flush();
    apply?.();
    this.#showLoading(null);
    return apply !== null;
  }

  #showLoading(loading: Timeline['loading']): void {
    this.#loading = loading;
    this.#publish();
  }

  async #page(query: Parameters<Chat['history']>[0]): Promise<{ items: readonly MessageItem[]; hasMore: boolean }> {
    const { publications, hasMore } = await this.#options.chat.history(query);
    return { items: (publications as readonly ChatMessage[]).map(this.#item), hasMore };
  }

  #publish(): void {
    if (this.#stopped) return;
    const { items, hasOlder, hasNewer } = this.#window;
    this.#timeline.value = { messages: items, hasOlder, hasNewer, loading: this.#loading };
    this.#options.changed();
  }
}
