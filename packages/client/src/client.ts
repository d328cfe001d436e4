import type { ClientCommands, ClientCommandType } from '@roomcast/protocol';
import { socketAddress } from './address.ts';
import { type Bridge, BridgeRoom } from './bridge.ts';
import { systemClock } from './clock.ts';
import { Connection } from './connection.ts';
import { Emitter } from './emitter.ts';
import { RoomcastError } from './errors.ts';
import { commandText, exceeds, type ServerFrame } from './frames.ts';
import { randomId } from './ids.ts';
import type { RoomcastOptions } from './options.ts';
import { Outbox } from './outbox.ts';
import { Replies, type ReplyHandler } from './replies.ts';
import { KeptRoom, type RoomLink } from './room.ts';
import type { ClientEvents, ClientState, JoinOptions, Room } from './types.ts';
import { type FeedLink, KeptFeed } from './webhook.ts';
import type { WatchOptions, WebhookFeed } from './webhook-types.ts';

/**
 * A client of one Roomcast server. It keeps itself connected, its rooms joined, and its publishes in order.
 *
 * @example
 * const client = new Roomcast('ws://localhost:8080');
 * const room = client.join('live:news');
 * room.on('message', (data) => console.log(data));
 * await room.publish({ headline: 'Hello' });
 */
export class Roomcast {
  readonly #emitter = new Emitter<ClientEvents>();
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #replies = new Replies();
  readonly #rooms = new Map<string, KeptRoom>();
  /** Watched webhooks by the id under which they were asked for. */
  readonly #feeds = new Map<string, KeptFeed>();
  readonly #link: RoomLink;
  /** Known to the server alone: whoever has it can speak as this session. */
  readonly #sessionId = randomId(16);
  /** Message ids go to the whole room, so they share nothing with the session's. */
  readonly #messagePrefix = randomId(8);
  #messages = 0;
  #commands = 0;
  #heartbeats = 0;
  #closed = false;

  /**
   * @param url the server, as `ws://host:port` or `http://host:port`; in a page, by default the page's own
   * @throws TypeError where the URL is none, or there is no WebSocket to be had
   */
  constructor(url?: string, options: RoomcastOptions = {}) {
    const clock = options.clock ?? systemClock;
    this.#outbox = new Outbox(options.maxOutbox ?? 1000);
    this.#connection = new Connection(socketAddress(url), options, clock, this.#emitter, {
      ready: () => this.#ready(),
      frame: (frame) => this.#received(frame),
      lost: () => this.#lost(),
      ask: () => this.#request('heartbeat', { sequence: ++this.#heartbeats }, () => {}),
    });
    this.#link = {
      clock,
      outbox: this.#outbox,
      isClosed: () => this.#closed,
      nextMessageId: () => `${this.#messagePrefix}-${++this.#messages}`,
      request: (type, payload, reply) => this.#request(type, payload, reply),
      send: (type, payload, reply) => this.#send(type, payload, reply),
      forget: (room) => this.#rooms.get(room.name) === room && this.#rooms.delete(room.name),
    };
    if (options.autoConnect !== false) this.connect();
  }

  get state(): ClientState {
    return this.#connection.state;
  }

  /** The server's name for the present connection; null while there is none. */
  get connectionId(): string | null {
    return this.#connection.hello?.connectionId ?? null;
  }

  /** Returns the function that removes the listener. */
  on<Name extends keyof ClientEvents>(event: Name, listener: (...details: ClientEvents[Name]) => unknown): () => void {
    return this.#emitter.on(event, listener);
  }

  /** Connects, where the constructor was told not to, or after `close()`. */
  connect(): void {
    this.#closed = false;
    this.#connection.connect();
  }

  /** Ends the wait before the next attempt; leaves `offline`. Does nothing while connected. */
  reconnectNow(): void {
    this.#closed = false;
    this.#connection.reconnectNow();
  }

  /** Disconnects for good (until `connect()`). Waiting publishes reject with `CLOSED`. */
  close(): void {
    this.#closed = true;
    this.#connection.close();
    for (const kept of this.#kept()) kept.disconnected();
    this.#outbox.reject(new RoomcastError('CLOSED', 'The client was closed.'));
  }

  /**
   * Joins a room and keeps it joined. The same name gives the same room; may be called in any state.
   * @param name `namespace:name`
   */
  join(name: string, options: JoinOptions = {}): Room {
    const known = this.#rooms.get(name);
    const room = known ?? new KeptRoom(name, this.#link, options);
    this.#rooms.set(name, room);
    if (this.connectionId) room.enter();
    return room;
  }

  /** Joins the bridge room of that name: `joinBridge('lobby')` is `bridge:lobby`. */
  joinBridge(name: string): Bridge {
    return new BridgeRoom(this.join(name.startsWith('bridge:') ? name : `bridge:${name}`));
  }

  /**
   * Watches a webhook and keeps it watched. The same id gives the same feed until that is left, refused or
   * gone; may be called in any state.
   *
   * @example
   * const feed = client.watchWebhook('V1StGXR8_Z5jdHi6B-myT');
   * feed.on('request', ({ method, path, body }) => console.log(method, path, body));
   */
  watchWebhook(webhookId: string, options: WatchOptions = {}): WebhookFeed {
    const { clock, request } = this.#link;
    const forget: FeedLink['forget'] = (left) => this.#feeds.get(webhookId) === left && this.#feeds.delete(webhookId);
    const feed = this.#feeds.get(webhookId) ?? new KeptFeed(webhookId, { clock, request, forget }, options);
    this.#feeds.set(webhookId, feed);
    if (this.connectionId) feed.enter();
    return feed;
  }

  /** What is joined again by itself. */
  #kept(): (KeptRoom | KeptFeed)[] {
    return [...this.#rooms.values(), ...this.#feeds.values()];
  }

  #ready(): void {
    this.#request('resume_session', { sessionId: this.#sessionId }, (frame) => this.#unanswered(frame));
    for (const kept of this.#kept()) kept.enter();
  }

  #lost(): void {
    for (const kept of this.#kept()) kept.disconnected();
    this.#replies.forget();
    this.#outbox.unsend();
    // Sent before their room was left, and now without a way to learn their fate.
    const left = new RoomcastError('LEFT', 'The room was left, then the connection was lost: the outcome is unknown.');
    this.#outbox.reject(left, (entry) => !this.#rooms.has(entry.roomId));
  }

  #received(frame: ServerFrame): void {
    if (this.#replies.settle(frame)) return;
    for (const feed of this.#feeds.values()) if (feed.receive(frame)) return;
    if ('roomId' in frame.payload) this.#rooms.get(frame.payload.roomId)?.receive(frame);
    else this.#unanswered(frame);
  }

  #unanswered(frame: ServerFrame | null): void {
    if (frame?.type === 'error') this.#emitter.emit('error', frame.payload);
  }

  #request<Type extends ClientCommandType>(type: Type, payload: ClientCommands[Type], reply: ReplyHandler): boolean {
    return this.#send(type, JSON.stringify(payload), reply) === null;
  }

  /** Returns null where it was sent, otherwise why not. */
  #send(type: ClientCommandType, payload: string, reply: ReplyHandler): 'offline' | 'too large' | null {
    const { hello } = this.#connection;
    if (!hello) return 'offline';
    const id = ++this.#commands;
    const text = commandText(type, id, payload);
    // The server would close the connection, and the resend after that the next one.
    if (exceeds(text, hello.maxFrameSize)) return 'too large';
    this.#replies.expect(id, reply);
    this.#connection.send(text);
    return null;
  }
}
