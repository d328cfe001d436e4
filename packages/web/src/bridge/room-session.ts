import { type ReadonlySignal, signal } from '@preact/signals';
import { type Bridge, Roomcast } from '@roomcast/client';
import { announce } from '../shared/announcer.tsx';
import { Arrivals } from './arrivals.ts';
import type { Entry, Mark } from './entry.ts';
import { describe, dwell, FIRST_LINK, type Link, readLink } from './link.ts';
import { append, EMPTY_LIST, MAX_ENTRIES, type MessageList, withMark } from './message-list.ts';
import { Pacer } from './pacer.ts';

/** One line of the connection's history. */
export interface LinkChange {
  readonly key: number;
  readonly time: Date;
  readonly text: string;
}

/** Received messages are shown together once per frame, however fast they come. */
const FRAME = 16;
const KEPT_CHANGES = 20;
const later = (task: () => void, milliseconds: number) => void setTimeout(task, milliseconds);

/** The page's stay in one room: the connection, the messages, and the signals that the page draws. */
export class RoomSession {
  readonly room: string;
  readonly #client = new Roomcast();
  readonly #bridge: Bridge;
  readonly #messages = signal<MessageList>(EMPTY_LIST);
  readonly #link = signal<Link>(FIRST_LINK);
  readonly #changes = signal<readonly LinkChange[]>([]);
  readonly #refusal = signal<string | null>(null);
  readonly #pacer = new Pacer<Link>({ show: (link) => this.#showLink(link), dwell, schedule: later });
  readonly #arrivals = new Arrivals({ say: announce, schedule: later });
  #incoming: Entry[] = [];
  #key = 0;

  /** Connects at once. `room`: a name that keeps the rules. */
  constructor(room: string) {
    this.room = room;
    this.#pacer.push(FIRST_LINK);
    this.#client.on('state', (change) => this.#pacer.push(readLink(change, Date.now())));
    this.#bridge = this.#client.joinBridge(room);
    this.#bridge.on('message', (data, publication) => this.#receive(data, publication.timestamp));
    this.#bridge.on('joined', () => {
      this.#refusal.value = null;
    });
    this.#bridge.on('error', ({ message }) => {
      this.#refusal.value = message;
    });
  }

  get messages(): ReadonlySignal<MessageList> {
    return this.#messages;
  }

  get link(): ReadonlySignal<Link> {
    return this.#link;
  }

  /** Newest last. */
  get changes(): ReadonlySignal<readonly LinkChange[]> {
    return this.#changes;
  }

  /** Why the server does not let this page into the room, in its words; null as long as it does. */
  get refusal(): ReadonlySignal<string | null> {
    return this.#refusal;
  }

  /** Shows `data` at once and sends it, now or as soon as there is a connection. */
  send(data: object): void {
    const key = this.#nextKey();
    this.#flush();
    this.#messages.value = append(this.#messages.value, [
      { kind: 'own', key, data, time: new Date(), mark: { state: 'pending' } },
    ]);
    this.#bridge.send(data).then(
      ({ delivered, timestamp }) => this.#mark(key, { state: 'sent', delivered }, readTime(timestamp)),
      (error: unknown) =>
        this.#mark(key, { state: 'failed', why: error instanceof Error ? error.message : 'no answer' }),
    );
  }

  /** Tries now instead of waiting for the next attempt. */
  reconnect(): void {
    this.#client.reconnectNow();
  }

  #receive(data: unknown, timestamp: string | undefined): void {
    this.#incoming.push({ kind: 'received', key: this.#nextKey(), data, time: readTime(timestamp) });
    this.#arrivals.add(data);
    if (this.#incoming.length === 1) later(() => this.#flush(), FRAME);
    // Timers of hidden tabs run late; what waits for them is bounded.
    if (this.#incoming.length >= MAX_ENTRIES) this.#flush();
  }

  #flush(): void {
    if (this.#incoming.length === 0) return;
    this.#messages.value = append(this.#messages.value, this.#incoming);
    this.#incoming = [];
  }

  #mark(key: number, mark: Mark, time?: Date): void {
    this.#messages.value = withMark(this.#messages.value, key, mark, time);
    if (mark.state === 'failed') announce(`A message was not sent: ${mark.why}`);
  }

  #showLink(link: Link): void {
    const text = describe(link);
    this.#link.value = link;
    if (this.#changes.value.at(-1)?.text === text) return;
    const change = { key: this.#nextKey(), time: new Date(), text };
    this.#changes.value = [...this.#changes.value, change].slice(-KEPT_CHANGES);
    announce(`${text}.`);
  }

  #nextKey(): number {
    this.#key += 1;
    return this.#key;
  }
}

function readTime(timestamp: string | undefined): Date {
  const time = new Date(timestamp ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? new Date() : time;
}
