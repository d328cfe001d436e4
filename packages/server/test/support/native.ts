import type { CommandId, Publication, ServerEvents, ServerEventType } from '@roomcast/protocol';
import type { ClientOptions } from 'ws';
import type { Api } from './api.ts';
import { Inbox } from './inbox.ts';
import { type Ending, Socket } from './socket.ts';

export interface Frame<Type extends ServerEventType = ServerEventType> {
  readonly type: Type;
  readonly payload: ServerEvents[Type];
  readonly timestamp: string;
  readonly id?: CommandId;
}

/** Rooms of all namespaces but `chat` bring publications. */
type Joined = ServerEvents['join_room_success'] & { readonly history: readonly Publication[] };

/** A client of `/ws` that speaks in frames. It is connected once it has been greeted. */
export class NativeClient {
  readonly socket: Socket;
  readonly frames = new Inbox<Frame>();
  /** Frames as they came, for tests of bytes. */
  readonly texts: string[] = [];
  #connectionId = '';
  #asked = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    for (const text of socket.inbox.waiting) this.#received(text);
    socket.ws.on('message', (data) => this.#received(data.toString()));
    void socket.closed.then(({ code, reason }) => this.frames.end(new Error(`Closed: ${code} ${reason}`)));
  }

  static async connect(server: Api, options: ClientOptions = {}, path = '/ws'): Promise<NativeClient> {
    const client = new NativeClient(await Socket.open(server.ws(path), options));
    const { payload } = await client.next('connected');
    client.#connectionId = payload.connectionId;
    return client;
  }

  get connectionId(): string {
    return this.#connectionId;
  }

  get closed(): Promise<Ending> {
    return this.socket.closed;
  }

  /** Sends a command and forgets it. */
  tell(type: string, payload: unknown = {}, id?: CommandId): void {
    this.socket.send(JSON.stringify({ type, payload, id }));
  }

  /** Sends a command and waits for its answer, be it a reply or an error. */
  ask(type: string, payload: unknown = {}): Promise<Frame> {
    const id = `ask-${++this.#asked}`;
    this.tell(type, payload, id);
    return this.frames.next((frame) => frame.id === id, `the answer to ${type}`);
  }

  /** As `ask`, for an answer of that type alone. */
  async expect<Type extends ServerEventType>(answer: Type, type: string, payload: unknown = {}) {
    const frame = await this.ask(type, payload);
    if (frame.type !== answer) throw new Error(`${type} was answered ${JSON.stringify(frame)}`);
    return frame.payload as ServerEvents[Type];
  }

  /** Joins a room that is not for chat. */
  join(roomId: string, more: object = {}): Promise<Joined> {
    return this.expect('join_room_success', 'join_room', { roomId, ...more }) as Promise<Joined>;
  }

  publish(roomId: string, data: unknown, more: object = {}): Promise<ServerEvents['published']> {
    return this.expect('published', 'publish', { roomId, data, ...more });
  }

  /** The next frame of that type; others stay. */
  async next<Type extends ServerEventType>(type: Type): Promise<Frame<Type>> {
    return (await this.frames.next((frame) => frame.type === type, type)) as Frame<Type>;
  }

  async close(): Promise<Ending> {
    return this.socket.close();
  }

  #received(text: string): void {
    this.texts.push(text);
    this.frames.push(JSON.parse(text) as Frame);
  }
}
