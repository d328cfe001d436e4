import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ClientCommands, ClientCommandType, CommandId, ServerEvents, ServerEventType } from '@roomcast/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Command<Type extends ClientCommandType> {
  readonly type: Type;
  readonly id: CommandId;
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
  async welcome(hello: Partial<ServerEvents['connected']> = {}): Promise<Command<'resume_session'>> {
    this.send('connected', {
      connectionId: 'c1',
      subprotocol: 'roomcast.v1',
      pingInterval: 25_000,
      pingTimeout: 60_000,
      maxFrameSize: 65_536,
      ...hello,
    });
    return this.expect('resume_session');
  }

  /** Takes a join_room and lets the client in. */
  async admit(reply: Partial<ServerEvents['join_room_success']> = {}): Promise<Command<'join_room'>> {
    const command = await this.expect('join_room');
    const { roomId } = command.payload;
    const nothing = { members: null, history: [], offset: null, epoch: null, recovered: false };
    this.send('join_room_success', { roomId, roomName: roomId, ...nothing, ...reply }, command.id);
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
  readonly #server: WebSocketServer;
  readonly #peers = new Inbox<Peer>();

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => this.#peers.push(new Peer(socket)));
  }

  static async start(): Promise<FakeServer> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/ws' });
    await once(server, 'listening');
    return new FakeServer(server);
  }

  /** The next connection. */
  peer(): Promise<Peer> {
    return this.#peers.take();
  }

  stop(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }
}
