import type { Position, ServerEvents, Watcher } from '@roomcast/protocol';
import { nothing } from './clock.ts';
import { Emitter } from './emitter.ts';
import { waitBeforeRetry } from './errors.ts';
import type { ServerFrame } from './frames.ts';
import type { RoomLink } from './room.ts';
import { FeedCursor } from './webhook-cursor.ts';
import type { WatchOptions, WebhookFeed, WebhookFeedEvents } from './webhook-types.ts';
import { WatchTeller } from './webhook-watch.ts';

/** What a feed needs of its client. */
export interface FeedLink extends Pick<RoomLink, 'clock' | 'request'> {
  forget(feed: KeptFeed): unknown;
}

/** Longest name of a watcher, in characters. */
const LONGEST_NAME = 40;

/** A webhook as the client keeps it: watched or not, and its position in the log. */
export class KeptFeed implements WebhookFeed {
  readonly #link: FeedLink;
  readonly #lastEventId: string | undefined;
  readonly #credentials: Pick<WatchOptions, 'secret' | 'password'>;
  readonly #emitter = new Emitter<WebhookFeedEvents>();
  readonly #cursor: FeedCursor;
  readonly #teller: WatchTeller;
  #webhookId: string;
  #joined = false;
  /** It has not been joined on this connection, or something is missing. */
  #stale = true;
  /** A join is on its way. */
  #joining = false;
  #gone = false;
  /** Whether it has ever been joined. */
  #known = false;
  #watchers: readonly Watcher[] = [];
  #watcherCount = 0;
  #paused = false;
  #cancelPause = nothing;

  constructor(webhookId: string, link: FeedLink, options: WatchOptions) {
    const { since = null, lastEventId, name, ...credentials } = options;
    this.#webhookId = webhookId;
    this.#link = link;
    this.#lastEventId = lastEventId;
    this.#credentials = credentials;
    this.#cursor = new FeedCursor(since);
    this.#teller = new WatchTeller(link.clock, (appearance) => {
      const payload = { webhookId: this.#webhookId, ...appearance };
      return this.#joined && link.request('watch', payload, (frame) => this.#told(frame));
    });
    if (name !== undefined) this.rename(name);
  }

  get webhookId(): string {
    return this.#webhookId;
  }

  get joined(): boolean {
    return this.#joined;
  }

  get position(): Position | null {
    return this.#cursor.position;
  }

  get watchers(): readonly Watcher[] {
    return this.#watchers;
  }

  get watcherCount(): number {
    return this.#watcherCount;
  }

  on<Name extends keyof WebhookFeedEvents>(
    event: Name,
    listener: (...details: WebhookFeedEvents[Name]) => unknown,
  ): () => void {
    return this.#emitter.on(event, listener);
  }

  select(requestId: string | null): void {
    this.#teller.set({ requestId });
  }

  rename(name: string | null): void {
    // By characters and not by UTF-16 units, as the server counts.
    this.#teller.set({ name: name && [...name].slice(0, LONGEST_NAME).join('') });
  }

  leave(): Promise<void> {
    return new Promise((resolve) => {
      const asked = !this.#gone && (this.#joined || this.#joining);
      const sent = asked && this.#link.request('leave', { webhookId: this.#webhookId }, () => resolve());
      if (!sent) resolve();
      this.#part();
    });
  }

  /** Joins where that is needed: on each new connection, and to fetch what is missing. */
  enter(): void {
    if (!this.#stale || this.#joining || this.#paused) return;
    const since = this.#cursor.position;
    const lastEventId = this.#lastEventId;
    const place = since ? { since } : lastEventId !== undefined && { lastEventId };
    const payload = { webhookId: this.#webhookId, ...place, ...this.#credentials };
    this.#joining = this.#link.request('join', payload, (frame) => this.#answered(frame));
  }

  /** The connection is lost. */
  disconnected(): void {
    this.#joined = false;
    this.#joining = false;
    this.#stale = true;
    this.#teller.stop();
    this.#resume();
  }

  /** A frame that answers no command. Returns whether it is about this webhook. */
  receive({ type, payload }: ServerFrame): boolean {
    if ('webhookId' in payload ? payload.webhookId !== this.#webhookId : !this.#isRoom(payload)) return false;
    // Before the answer to the join its place is not known, and what was missed has it.
    if (!this.#joined) return true;
    if (type === 'new-request') this.#take(payload, () => this.#emitter.emit('request', payload));
    else if (type === 'request-deleted') this.#take(payload, () => this.#emitter.emit('deleted', payload));
    else if (type === 'requests-cleared') this.#cleared(payload);
    else if (type === 'watchers') this.#shown(payload);
    else if (type === 'webhook-deleted') this.#end();
    else if (type === 'caught_up') this.#caughtUp(payload);
    else if (type === 'left' || type === 'room_left') this.#removed();
    return true;
  }

  /** Taken out: it is locked now, or its secret or password is another. What the client has may still open it. */
  #removed(): void {
    this.#joined = false;
    this.#catchUp();
  }

  #isRoom(payload: object): boolean {
    return 'roomId' in payload && payload.roomId === `webhook:${this.#webhookId}`;
  }

  #answered(frame: ServerFrame | null): void {
    if (this.#gone || !frame) return;
    this.#joining = false;
    if (frame.type === 'joined') this.#admitted(frame.payload);
    else if (frame.type === 'error') this.#refused(frame.payload);
  }

  #admitted({ webhookId, epoch, offset, recovered, ...others }: ServerEvents['joined']): void {
    const position = { epoch, offset };
    this.#webhookId = webhookId;
    this.#joined = true;
    this.#known = true;
    this.#stale = false;
    this.#cursor.enter(position, recovered);
    this.#teller.renew();
    this.#emitter.emit('joined', { recovered, position });
    this.#shown(others);
  }

  #refused({ code, message, retryAfter }: ServerEvents['error']): void {
    const wait = waitAfter(code, retryAfter);
    if (wait !== null) {
      this.#pause(wait);
      this.#emitter.emit('delayed', { code, message, retryAfter: wait });
      return;
    }
    // It was there before: somebody has deleted it while the connection was lost.
    if (code === 'NOT_FOUND' && this.#known) this.#end();
    else this.#fail(code, message);
  }

  /** An event of the log: each is heeded once, and in order. */
  #take(event: Position, heed: () => void): void {
    const verdict = this.#cursor.take(event);
    // Nothing is kept of what lies behind the gap: the join brings that, too.
    if (verdict === 'gap') this.#catchUp();
    if (verdict === 'deliver') heed();
  }

  #cleared({ epoch, offset }: ServerEvents['requests-cleared']): void {
    const position = { epoch, offset };
    if (this.#cursor.take(position) === 'seen') return;
    // What may have been missed before it is no more.
    this.#cursor.moveTo(position);
    this.#emitter.emit('cleared', position);
  }

  #caughtUp(end: ServerEvents['caught_up']): void {
    if (this.#joining) return;
    const at = this.#cursor.position;
    if (end.recovered || this.#cursor.isOpen) this.#cursor.moveTo(end);
    else if (at?.epoch !== end.epoch || at.offset !== end.offset) this.#catchUp();
  }

  #catchUp(): void {
    this.#stale = true;
    this.enter();
  }

  #shown({ watchers, watcherCount }: Pick<ServerEvents['watchers'], 'watchers' | 'watcherCount'>): void {
    this.#watchers = watchers;
    this.#watcherCount = watcherCount;
    if (!this.#gone) this.#emitter.emit('watchers', watchers, watcherCount);
  }

  #told(frame: ServerFrame | null): void {
    if (frame?.type !== 'error' || !this.#joined) return;
    const wait = waitAfter(frame.payload.code, frame.payload.retryAfter);
    if (wait !== null) this.#teller.repeat(wait);
  }

  #end(): void {
    this.#part();
    this.#emitter.emit('gone');
  }

  #fail(code: string, message: string): void {
    this.#part();
    this.#emitter.emit('error', { code, message });
  }

  #part(): void {
    this.#gone = true;
    this.disconnected();
    this.#link.forget(this);
  }

  /** Does not join for `wait` milliseconds. */
  #pause(wait: number): void {
    this.#paused = true;
    this.#cancelPause = this.#link.clock.after(wait, () => {
      this.#resume();
      this.enter();
    });
  }

  #resume(): void {
    this.#cancelPause();
    this.#paused = false;
  }
}

/** As for rooms; beside that, what is the server's fault passes: a watch is worth waiting for. */
function waitAfter(code: string, retryAfter: number | undefined): number | null {
  return waitBeforeRetry(code === 'STORAGE_UNAVAILABLE' || code === 'INTERNAL_ERROR' ? 'OVERLOADED' : code, retryAfter);
}
