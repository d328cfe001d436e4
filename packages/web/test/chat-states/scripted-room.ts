import { signal } from '@preact/signals';
import type { ActiveRoom, MemberItem, MessageItem, PageSize, Timeline } from '../../src/chat/model/chat-model.ts';
import { oldMessage } from './old-messages.ts';

/** Most messages that are held, as the real model does. */
const MOST = 2000;

/** A room with `count` messages from before, of which the latest page is loaded. */
export class ScriptedRoom implements ActiveRoom {
  readonly id: string;
  readonly name;
  readonly state = signal<'joining' | 'joined' | 'refused'>('joined');
  readonly refusal = signal<string | null>(null);
  readonly timeline;
  readonly pageSize = signal<PageSize>(50);
  readonly focus = signal<string | null>(null);
  readonly atEnd = signal(true);
  readonly newCount = signal(0);
  readonly dividerBefore = signal<string | null>(null);
  readonly members = signal<readonly MemberItem[]>([
    { id: 'u-ada', username: 'ada', isMe: true },
    { id: 'u-bob', username: 'bob', isMe: false },
    { id: 'u-cy', username: 'cy-the-explorer', isMe: false },
    { id: 'u-dee', username: 'dee_dee', isMe: false },
  ]);
  readonly typing = signal<readonly string[]>([]);
  readonly draft = signal('');
  /** Milliseconds that a page takes. */
  delay = 30;
  readonly #count: number;
  #sent = 0;

  constructor(id: string, name: string, count: number) {
    this.id = id;
    this.name = signal(name);
    this.#count = count;
    const from = Math.max(1, count - 49);
    this.timeline = signal<Timeline>({
      messages: this.#range(from, count),
      hasOlder: from > 1,
      hasNewer: false,
      loading: null,
    });
    this.atEnd.subscribe((atEnd) => {
      if (atEnd) this.newCount.value = 0;
    });
  }

  async loadOlder(): Promise<void> {
    const first = this.timeline.value.messages[0]?.offset ?? 1;
    this.#set({ loading: 'older' });
    await later(this.delay);
    const from = Math.max(1, first - this.pageSize.value);
    const messages = [...this.#range(from, first - 1), ...this.timeline.value.messages];
    const hasNewer = this.timeline.value.hasNewer || messages.length > MOST;
    this.#set({ messages: messages.slice(0, MOST), hasOlder: from > 1, hasNewer, loading: null });
  }

  async loadNewer(): Promise<void> {
    const last = this.timeline.value.messages.at(-1)?.offset ?? this.#count;
    this.#set({ loading: 'newer' });
    await later(this.delay);
    const to = Math.min(this.#count, last + this.pageSize.value);
    const messages = [...this.timeline.value.messages, ...this.#range(last + 1, to)].slice(-MOST);
    this.#set({ messages, hasOlder: (messages[0]?.offset ?? 1) > 1, hasNewer: to < this.#count, loading: null });
  }

  async jumpTo(offset: number): Promise<void> {
    this.#set({ loading: 'around' });
    await later(this.delay);
    const from = Math.max(1, offset - 25);
    const to = Math.min(this.#count, offset + 25);
    this.#set({ messages: this.#range(from, to), hasOlder: from > 1, hasNewer: to < this.#count, loading: null });
    this.focus.value = oldMessage(offset, this.#count).key;
  }

  async jumpToLatest(): Promise<void> {
    if (!this.timeline.value.hasNewer) return;
    await later(this.delay);
    this.#set({ messages: this.#range(Math.max(1, this.#count - 49), this.#count), hasNewer: false, hasOlder: true });
  }

  /** A message from somebody, now. */
  receive(content: string, sender = 'bob', change: Partial<MessageItem> = {}): void {
    this.#sent += 1;
    this.#add({
      ...oldMessage(this.#next(), this.#next()),
      key: `${sender} live ${this.#sent}`,
      userId: `u-${sender}`,
      sender,
      own: sender === 'ada',
      content,
      time: new Date(),
      ...change,
    });
    if (!this.atEnd.value) this.newCount.value += 1;
  }

  typed(): void {}

  send(content: string): boolean {
    if (content.trim() === '') return false;
    this.#sent += 1;
    const key = `ada own ${this.#sent}`;
    this.#add({
      key,
      offset: null,
      userId: 'u-ada',
      sender: 'ada',
      own: true,
      content,
      time: new Date(),
      mark: 'pending',
      failure: null,
      mentionsMe: false,
    });
    setTimeout(() => this.mark(key, { mark: 'sent', offset: this.#next() }), 200);
    return true;
  }

  retry(key: string): void {
    this.mark(key, { mark: 'pending', failure: null });
  }

  edit(key: string): void {
    this.draft.value = this.timeline.value.messages.find((each) => each.key === key)?.content ?? '';
    this.discard(key);
  }

  discard(key: string): void {
    this.#set({ messages: this.timeline.value.messages.filter((each) => each.key !== key) });
  }

  mark(key: string, change: Partial<MessageItem>): void {
    const messages = this.timeline.value.messages.map((each) => (each.key === key ? { ...each, ...change } : each));
    this.#set({ messages });
  }

  /** Loads everything there is, at once. */
  loadAll(): void {
    this.#set({ messages: this.#range(1, this.#count), hasOlder: false });
  }

  #add(message: MessageItem): void {
    this.#set({ messages: [...this.timeline.value.messages, message] });
  }

  #next(): number {
    return (this.timeline.value.messages.findLast(({ offset }) => offset !== null)?.offset ?? 0) + 1;
  }

  #set(change: Partial<Timeline>): void {
    this.timeline.value = { ...this.timeline.value, ...change };
  }

  #range(from: number, to: number): readonly MessageItem[] {
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => oldMessage(from + index, this.#count));
  }
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
