import { type ReadonlySignal, signal } from '@preact/signals';
import type { Clock } from '@roomcast/client/chat';
import type { Announcement, MessageItem } from './chat-model.ts';

/** Milliseconds between two announcements: whoever listens must be able to hear them out. */
const INTERVAL = 1000;
const LONGEST = 160;
const KEPT = 5;

/** What screen readers are told: what has gathered within a second, in one sentence or two. */
export class Announcer {
  readonly #clock: Clock;
  readonly #list = signal<readonly Announcement[]>([]);
  #messages = 0;
  #last: MessageItem | null = null;
  #joined: string[] = [];
  #left: string[] = [];
  #sentences: string[] = [];
  #waits = false;
  #key = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get list(): ReadonlySignal<readonly Announcement[]> {
    return this.#list;
  }

  say(sentence: string): void {
    if (!this.#sentences.includes(sentence)) this.#sentences.push(sentence);
    this.#wait();
  }

  /** New messages of others. */
  arrived(items: readonly MessageItem[]): void {
    const last = items.at(-1);
    if (!last) return;
    this.#messages += items.length;
    this.#last = last;
    this.#wait();
  }

  joined(username: string): void {
    if (!take(this.#left, username)) this.#joined.push(username);
    this.#wait();
  }

  left(username: string): void {
    if (!take(this.#joined, username)) this.#left.push(username);
    this.#wait();
  }

  /** What has not been said belongs to a room that is left. */
  drop(): void {
    this.#messages = 0;
    this.#last = null;
    this.#joined = [];
    this.#left = [];
  }

  #wait(): void {
    if (this.#waits) return;
    this.#waits = true;
    this.#clock.after(INTERVAL, () => {
      this.#waits = false;
      this.#speak();
    });
  }

  #speak(): void {
    const parts = [...this.#sentences, this.#news(), people(this.#joined, 'joined'), people(this.#left, 'left')];
    const text = parts.filter((part) => part !== '').join(' ');
    this.#sentences = [];
    this.drop();
    if (text !== '') this.#list.value = [...this.#list.value, { key: ++this.#key, text }].slice(-KEPT);
  }

  #news(): string {
    if (!this.#last) return '';
    if (this.#messages > 1) return `${this.#messages} new messages.`;
    const { sender, content } = this.#last;
    return `${sender}: ${content.length > LONGEST ? `${content.slice(0, LONGEST)}…` : content}`;
  }
}

function people(names: readonly string[], what: string): string {
  if (names.length > 3) return `${names.length} people ${what}.`;
  return names.length === 0 ? '' : `${names.join(', ')} ${what}.`;
}

/** Whether `name` was there; it is not any more. */
function take(names: string[], name: string): boolean {
  const index = names.indexOf(name);
  if (index >= 0) names.splice(index, 1);
  return index >= 0;
}
