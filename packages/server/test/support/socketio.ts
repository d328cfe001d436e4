import { io as newest, type Socket } from 'socket.io-client';
import { io as oldest } from 'socket.io-client-oldest';
import { expect, onTestFinished } from 'vitest';
import type { Api } from './api.ts';
import { Inbox } from './inbox.ts';

/** An event as it arrived: its arguments without the position that is behind them. */
export interface Received {
  readonly event: string;
  readonly args: readonly unknown[];
}

export interface SocketIoClientOptions {
  readonly auth?: object;
  readonly transports?: readonly ('websocket' | 'polling')[];
  readonly client?: 'newest' | 'oldest';
  readonly parser?: unknown;
  readonly extraHeaders?: Record<string, string>;
}

const POSITION = /^[\w-]{8}\.\d+\.\d+$/;

/** The official client. It reconnects when it is told to, and not by itself. */
export class SocketIoClient {
  readonly socket: Socket;
  readonly events = new Inbox<Received>();
  /** `connect` with whether it was recovered, `disconnect` and `connect_error` with the reason. */
  readonly states = new Inbox<{ readonly state: string; readonly detail: unknown }>();

  constructor(server: Pick<Api, 'port'>, options: SocketIoClientOptions = {}) {
    const { client = 'newest', transports = ['websocket'], ...rest } = options;
    const io = client === 'newest' ? newest : oldest;
    this.socket = io(`http://127.0.0.1:${server.port}`, {
      transports: [...transports],
      reconnection: false,
      forceNew: true,
      ...rest,
    } as never);
    this.socket.onAny((event: string, ...args: unknown[]) => {
      const last = args.at(-1);
      const isPosition = typeof last === 'string' && POSITION.test(last);
      this.events.push({ event, args: isPosition ? args.slice(0, -1) : args });
    });
    this.socket.on('connect', () => this.states.push({ state: 'connect', detail: this.socket.recovered }));
    this.socket.on('disconnect', (reason) => this.states.push({ state: 'disconnect', detail: reason }));
    this.socket.on('connect_error', (error) => this.states.push({ state: 'connect_error', detail: error }));
    onTestFinished(() => void this.socket.disconnect());
  }

  /** A client that is connected and has been greeted. */
  static async connect(server: Pick<Api, 'port'>, options?: SocketIoClientOptions): Promise<SocketIoClient> {
    const client = new SocketIoClient(server, options);
    await client.connected();
    return client;
  }

  /** Waits for the next connection and the greeting behind what was missed. Returns the greeting. */
  async connected(): Promise<Record<string, unknown>> {
    await this.states.next(({ state }) => state === 'connect', 'a connection');
    return (await this.next('connected')) as Record<string, unknown>;
  }

  /** Why it was refused. */
  async refused(): Promise<{ readonly message: string; readonly data: Record<string, unknown> }> {
    const { detail } = await this.states.next(({ state }) => state === 'connect_error', 'a refusal');
    return detail as { message: string; data: Record<string, unknown> };
  }

  /** The first argument of the next event of that name. */
  async next(event: string): Promise<unknown> {
    const { args } = await this.events.next((received) => received.event === event, event);
    return args[0];
  }

  /** Sends an event and waits for its answer. */
  ask(event: string, ...args: readonly unknown[]): Promise<Record<string, unknown>> {
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
    this.socket.emit(event, ...args, resolve);
    return promise;
  }

  async register(userId: string): Promise<void> {
    expect(await this.ask('register', { userId })).toEqual({ ok: true, userId, room: `user:${userId}` });
  }

  async join(roomId: string): Promise<Record<string, unknown>> {
    const answer = await this.ask('join_room', { roomId });
    expect(answer).toMatchObject({ ok: true, roomId });
    return answer;
  }

  /** The connection breaks, as it does when a train enters a tunnel. */
  async drop(): Promise<void> {
    const { engine } = this.socket.io;
    const transport = engine.transport as unknown as { ws?: { terminate(): void } };
    if (transport.ws) transport.ws.terminate();
    else engine.close();
    await this.states.next(({ state }) => state === 'disconnect', 'the end');
  }

  /** Comes back. Returns the greeting. */
  return(): Promise<Record<string, unknown>> {
    this.socket.connect();
    return this.connected();
  }

  /** What arrived under that name and nobody has waited for. */
  received(event: string): unknown[] {
    return this.events.waiting.filter((item) => item.event === event).map(({ args }) => args[0]);
  }
}
