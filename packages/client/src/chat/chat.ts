import type { ClientCommands, ServerEvents, User } from '@roomcast/protocol';
import { socketAddress } from '../address.ts';
import { systemClock } from '../clock.ts';
import { Emitter } from '../emitter.ts';
import { RoomcastError } from '../errors.ts';
import type { ServerFrame } from '../frames.ts';
import type { ClientState } from '../types.ts';
import { ChatApi } from './api.ts';
import { Courier } from './courier.ts';
import { ChatOutbox } from './outbox.ts';
import { MemoryOutboxStore } from './outbox-store.ts';
import type { Outgoing } from './outgoing.ts';
import { ChatRoom, type ChatRoomLink, chatRoomId } from './room.ts';
import { Sender } from './sender.ts';
import { ticketSockets } from './ticket-socket.ts';
import type { ChatEvents, ChatJoinOptions, ChatOptions } from './types.ts';
import { Wire } from './wire.ts';

/**
 * A client of the chat. It keeps itself connected and one room joined, and what it is given to say in order until the
 * server has it.
 *
 * @example
 * const { token } = await new ChatApi('http://localhost:8080').login('echo', 'a password');
 * const room = new Chat('http://localhost:8080', { token }).join('general');
 * room.on('message', ({ sender, content }) => room.send(`${sender} said: ${content}`));
 */
export class Chat {
  readonly outbox: ChatOutbox;
  readonly #emitter = new Emitter<ChatEvents>();
  readonly #wire: Wire;
  readonly #sender: Sender;
  readonly #courier: Courier;
  readonly #link: ChatRoomLink;
  #established: ServerEvents['connection_established'] | null = null;
  #userId: string | null = null;
  #room: ChatRoom | null = null;

  /**
   * @param url the server, as `http://host:port` or `ws://host:port`; in a page, by default the page's own
   * @throws TypeError where the URL is none, or there is no WebSocket to be had
   */
  constructor(url?: string, options: ChatOptions = {}) {
    const clock = options.clock ?? systemClock;
    this.#wire = new Wire(
      { ...options, ...withToken(url, options), address: socketAddress(url, '/ws/chat'), clock },
      this.#emitter,
      { frame: (frame) => this.#received(frame), lost: () => this.#lost() },
    );
    this.outbox = new ChatOutbox({
      store: options.outbox ?? new MemoryOutboxStore(),
      clock,
      now: options.now ?? Date.now,
      tell: (message) => this.#emitter.emit('outgoing', message),
      due: () => this.#sender.flow(),
    });
    this.#sender = new Sender({
      outbox: this.outbox,
      wire: this.#wire,
      clock,
      placed: (roomId, { epoch, offset }) => this.#active(roomId)?.placed(epoch, offset),
      lost: (roomId) => this.#active(roomId)?.catchUp(),
      idle: () => this.#courier.delivered(),
    });
    this.#courier = new Courier({ wire: this.#wire, outbox: this.outbox, sender: this.#sender, clock });
    this.#link = {
      clock,
      wire: this.#wire,
      outbox: this.outbox,
      userId: () => this.#userId,
      entered: (room) => this.#sender.enter(room.id),
      left: (room) => this.#leftRoom(room),
      sent: (message) => this.#sent(message),
    };
    if (options.autoConnect !== false) this.connect();
  }

  get state(): ClientState {
    return this.#wire.connection.state;
  }

  /** Who this is, as the server says; null while there is no connection. */
  get user(): User | null {
    return this.#established?.user ?? null;
  }

  /** The room that is joined, or going to be. */
  get room(): ChatRoom | null {
    return this.#room;
  }

  /** Returns the function that removes the listener. */
  on<Name extends keyof ChatEvents>(event: Name, listener: (...details: ChatEvents[Name]) => unknown): () => void {
    return this.#emitter.on(event, listener);
  }

  /** Connects, where the constructor was told not to, or after `close()`. */
  connect(): void {
    this.#wire.connection.connect();
  }

  /** Ends the wait before the next attempt; leaves `offline`. Does nothing while connected. */
  reconnectNow(): void {
    this.#wire.connection.reconnectNow();
  }

  /** Disconnects for good, until `connect()`. What waits in the outbox stays there. */
  close(): void {
    this.#wire.connection.close();
  }

  /**
   * Joins a room and keeps it joined; the one before is left. May be called in any state.
   * @param name the room's id or its name as a person writes it
   * @throws TypeError where that is no name
   */
  join(name: string, options: ChatJoinOptions = {}): ChatRoom {
    const id = chatRoomId(name);
    if (this.#room?.id === id) return this.#room;
    const former = this.#room;
    // The server leaves the former room by itself, as the new one is joined.
    this.#room = new ChatRoom(id, this.#link, options);
    former?.part('switched');
    if (this.#established && !this.#courier.isAway) this.#room.enter();
    return this.#room;
  }

  /**
   * Looks for messages that other clients of the same store have left behind, and takes what waits for other rooms there.
   * To be called now and then by programs with several clients; after a reconnect it is done anyway.
   */
  async deliver(): Promise<void> {
    await this.outbox.refresh();
    this.#visit();
  }

  /** A page of the rooms that there are. `search`: those whose name contains it. */
  rooms(query: ClientCommands['get_rooms'] = {}): Promise<ServerEvents['room_list']> {
    return this.#wire.ask('get_rooms', query);
  }

  /** Rejects with CONFLICT where there is one of that name. */
  createRoom(name: string): Promise<ServerEvents['room_created']> {
    return this.#wire.ask('create_room', { name });
  }

  async deleteRoom(roomId: string): Promise<void> {
    this.#deleted(await this.#wire.ask('delete_room', { roomId }));
  }

  /** A page of a room's messages: the last ones below `before`, or the first ones above `after`. */
  history(query: ClientCommands['get_history']): Promise<ServerEvents['history']> {
    return this.#wire.ask('get_history', query);
  }

  /** Messages with all of these words, newest first. */
  search(query: ClientCommands['search']): Promise<ServerEvents['search_results']> {
    return this.#wire.ask('search', query);
  }

  members(roomId: string): Promise<ServerEvents['member_list']> {
    return this.#wire.ask('get_members', { roomId });
  }

  users(query: ClientCommands['get_users'] = {}): Promise<ServerEvents['user_list']> {
    return this.#wire.ask('get_users', query);
  }

  /** This user has read the room up to `offset`. */
  async markRead(roomId: string, offset: number): Promise<void> {
    const mark = await this.#wire.ask('mark_read', { roomId, offset });
    this.#emitter.emit('read', mark);
  }

  #lost(): void {
    this.#established = null;
    this.#courier.stop();
    this.#sender.exit();
    this.#room?.disconnected();
  }

  #received(frame: ServerFrame): void {
    switch (frame.type) {
      case 'connection_established':
        this.#greeted(frame.payload);
        return;
      case 'session_expired':
        this.#emitter.emit('session_expired', frame.payload.reason);
        return;
      case 'storage_state':
        this.#storage(frame.payload.available);
        return;
      case 'room_created':
        this.#emitter.emit('room_created', frame.payload.room);
        return;
      case 'room_deleted':
        this.#deleted(frame.payload);
        return;
      case 'room_activity':
        this.#emitter.emit('room_activity', frame.payload.rooms);
        return;
      case 'read_marked':
        this.#emitter.emit('read', frame.payload);
        return;
      case 'presence_update':
        this.#emitter.emit('presence', frame.payload);
        return;
      case 'error':
        this.#emitter.emit('error', frame.payload);
        return;
      default:
        // On a visit, the room that is open has been left for a moment; what it says meanwhile is asked for afterwards.
        if ('roomId' in frame.payload && !this.#courier.isAway) this.#active(frame.payload.roomId)?.receive(frame);
    }
  }

  #greeted(established: ServerEvents['connection_established']): void {
    this.#established = established;
    this.#userId = established.user.id;
    this.outbox.open(this.#userId);
    this.#emitter.emit('ready', established);
    this.#storage(established.storageAvailable);
    this.#courier.go(this.#room?.id ?? null, established.storageAvailable, () => this.#room?.enter());
  }

  #storage(available: boolean): void {
    this.#emitter.emit('storage', available);
    this.#sender.storage(available);
    if (available) this.#visit();
  }

  /** Goes to the rooms for which something waits, and comes back. */
  #visit(): void {
    const active = this.#room;
    if (!active?.joined || this.#courier.isAway || !this.#courier.isWanted(active.id, this.#sender.saving)) return;
    this.#courier.go(active.id, this.#sender.saving, () => this.#room?.catchUp());
  }

  #deleted(deletion: ServerEvents['room_deleted']): void {
    const { roomId, deletedBy } = deletion;
    this.#active(roomId)?.part('deleted', deletedBy);
    this.#emitter.emit('room_deleted', deletion);
    this.outbox.roomFailed(roomId, { code: 'NOT_FOUND', message: 'The room was deleted.' });
  }

  #active(roomId: string): ChatRoom | null {
    return this.#room?.id === roomId ? this.#room : null;
  }

  #leftRoom(room: ChatRoom): void {
    if (!this.#courier.isAway) this.#sender.exit();
    if (this.#room === room) this.#room = null;
  }

  #sent({ clientMessageId }: Outgoing): Promise<Outgoing> {
    return new Promise((resolve, reject) => {
      const off = this.on('outgoing', (message) => {
        if (message.clientMessageId !== clientMessageId) return;
        const { state, failure } = message;
        if (state === 'waiting' || state === 'unsaved') return;
        off();
        if (state === 'sent') resolve(message);
        else reject(new RoomcastError((failure?.code ?? 'DISCARDED') as RoomcastError['code'], failure?.message ?? ''));
      });
    });
  }
}

/** Programs show their token by way of tickets; pages are known by their cookie. */
function withToken(url: string | undefined, { token, webSocket }: ChatOptions): Pick<ChatOptions, 'webSocket'> {
  const WebSocket = webSocket ?? globalThis.WebSocket;
  if (token === undefined || !WebSocket) return {};
  return { webSocket: ticketSockets(WebSocket, new ChatApi(url, token)) };
}
