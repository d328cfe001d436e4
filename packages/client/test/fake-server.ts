import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  ChatMessage,
  ClientCommands,
  ClientCommandType,
  CommandId,
  PlacedRequest,
  ServerEvents,
  ServerEventType,
} from '@roomcast/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Command<Type extends ClientCommandType> {
  readonly type: Type;
  readonly id: CommandId;
  readonly timestamp?: string;
  readonly payload: ClientCommands[Type];
}

type AnyCommand = { [Type in ClientCommandType]: Command<Type> }[ClientCommandType];

/** A queue that can be waited at. */
class Inbox<Item> {
  readonly #items: Item[] = [];
  #wake = () => {};

  push(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  /** Takes the next one; waits until there is one. */
  async take(): Promise<Item> {
    for (;;) {
      const [item] = this.#items.splice(0, 1);
      if (item !== undefined) return item;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** The server's end of one connection; says nothing by itself. */
export class Peer {
  readonly #socket: WebSocket;
  readonly #commands = new Inbox<AnyCommand>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#commands.push(JSON.parse(String(data))));
    socket.on('error', () => {});
  }

  send<Type extends ServerEventType>(type: Type, payload: ServerEvents[Type], id?: CommandId): void {
    this.#socket.send(JSON.stringify({ type, payload, timestamp: '2026-01-01T00:00:00.000Z', id }));
  }

  /** Any text. */
  raw(text: string): void {
    this.#socket.send(text);
  }

  /** The next command, which must be of this type. */
  async expect<Type extends ClientCommandType>(type: Type): Promise<Command<Type>> {
    const command = await this.#commands.take();
    if (command.type !== type) throw new Error(`expected ${type}, got ${JSON.stringify(command)}`);
    return command as Command<Type>;
  }

  /** Greets, and takes the client's resume_session. */
  welcome(hello: Partial<ServerEvents['connected']> = {}): Promise<Command<'resume_session'>> {
    this.greet(hello);
    return this.expect('resume_session');
  }

  greet(hello: Partial<ServerEvents['connected']> = {}): void {
    this.send('connected', {
      connectionId: 'c1',
      subprotocol: 'roomcast.v1',
      pingInterval: 25_000,
      pingTimeout: 60_000,
      maxFrameSize: 65_536,
      ...hello,
    });
  }

  /** Greets a chat client as the user Ann, whose id is `ann`. */
  establish(more: Partial<ServerEvents['connection_established']> = {}): void {
    this.greet();
    this.send('connection_established', {
      connectionId: 'c1',
      user: { id: 'ann', username: 'Ann' },
      rooms: [],
      serverTime: '2026-01-01T00:00:00.000Z',
      preset: 'accounts',
      maxMessageLength: 1000,
      storageAvailable: true,
      ...more,
    });
  }

  /** Takes a chat_message and says that it is saved, or what else `more` says. */
  async acceptChat(offset: number | null, more: Partial<ServerEvents['message_ack']> = {}) {
    const command = await this.expect('chat_message');
    const { roomId, clientMessageId = '' } = command.payload;
    const saved = offset !== null;
    this.send(
      'message_ack',
      {
        roomId,
        clientMessageId,
        id: saved ? `e-${offset}` : null,
        offset,
        epoch: saved ? 'e' : null,
        timestamp: '2026-01-01T00:00:00.000Z',
        level: saved ? 'synced' : 'delivered',
        saved,
        duplicate: false,
        ...more,
      },
      command.id,
    );
    return command;
  }

  /** Answers `command` with an error. */
  refuse(command: Command<ClientCommandType>, code: ServerEvents['error']['code'], retryAfter?: number): void {
    const error = { code, message: `${code}, in words.`, originalType: command.type };
    this.send('error', retryAfter === undefined ? error : { ...error, retryAfter }, command.id);
  }

  /** Takes a join_room and lets the client in. */
  async admit(reply: Partial<ServerEvents['join_room_success']> = {}): Promise<Command<'join_room'>> {
    const command = await this.expect('join_room');
    const { roomId = '' } = command.payload;
    const nothing = { members: null, history: [], offset: null, epoch: null, recovered: false };
    this.send('join_room_success', { roomId, roomName: roomId, ...nothing, ...reply }, command.id);
    return command;
  }

  /** Takes a join of a webhook and lets the client in. */
  async admitWatcher(reply: Partial<ServerEvents['joined']> = {}): Promise<Command<'join'>> {
    const command = await this.expect('join');
    const { webhookId } = command.payload;
    const nobody = { watchers: [], watcherCount: 0, recovered: false, epoch: 'e', offset: 0 };
    this.send('joined', { webhookId, roomId: `webhook:${webhookId}`, ...nobody, ...reply }, command.id);
    return command;
  }

  /** Takes a publish; the acknowledgement is up to the test. */
  publish(): Promise<Command<'publish'>> {
    return this.expect('publish');
  }

  acknowledge({ id, payload }: Command<'publish'>, more: Partial<ServerEvents['published']> = {}): void {
    const ack = { id: null, offset: null, epoch: null, timestamp: '', level: 'delivered', delivered: 1 } as const;
    const { roomId, clientMessageId = null } = payload;
    this.send('published', { roomId, clientMessageId, duplicate: false, ...ack, ...more }, id);
  }

  close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
  }

  /** The connection is gone without a farewell. */
  die(): void {
    this.#socket.terminate();
  }
}

/** A server that does what no real one does: keeps silent, skips, dies in between. */
export class FakeServer {
  readonly url: string;
  /** Carries the sockets; what it answers to requests is up to the test. */
  readonly http: Server;
  readonly #server: WebSocketServer;
  readonly #peers = new Inbox<Peer>();

  private constructor(http: Server, path: string) {
    const server = new WebSocketServer({ server: http, path });
    this.http = http;
    this.#server = server;
    this.url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
    server.on('connection', (socket) => this.#peers.push(new Peer(socket)));
  }

  static async start(path = '/ws'): Promise<FakeServer> {
    const http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new FakeServer(http, path);
  }

  /** The next connection. */
  peer(): Promise<Peer> {
    return this.#peers.take();
  }

  /** From now on, upgrades are answered with 401. */
  refuse(): void {
    this.#server.options.verifyClient = (_, answer) => answer(false, 401);
  }

  stop(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
    this.http.close();
    this.http.closeAllConnections();
  }
}

/** What Bob (id `bob`) said in `chat:general`. */
export function chatMessage(offset: number | null, more: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id: offset === null ? null : `e-${offset}`,
    roomId: 'chat:general',
    offset,
    epoch: offset === null ? null : 'e',
    sender: 'Bob',
    userId: 'bob',
    content: `message ${offset}`,
    timestamp: '2026-01-01T00:00:00.000Z',
    clientTimestamp: null,
    clientMessageId: `m${offset}`,
    saved: offset !== null,
    ...more,
  };
}

/** A request that the webhook `hook` has captured. */
export function placedRequest(offset: number, more: Partial<PlacedRequest> = {}): PlacedRequest {
  return {
    id: `r${offset}`,
    webhookId: 'hook',
    offset,
    epoch: 'e',
    method: 'POST',
    url: '/hooks/hook',
    path: '',
    query: '',
    httpVersion: '1.1',
    headers: {},
    rawHeaders: [],
    queryParams: {},
    body: null,
    bodyEncoding: null,
    bodySize: 0,
    truncated: false,
    timestamp: '2026-01-01T00:00:00.000Z',
    sourceIp: '127.0.0.1',
    userAgent: null,
    secure: false,
    duration: 0,
    ...more,
  };
}
