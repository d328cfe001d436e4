import type { ServerEvents } from '@roomcast/protocol';
import { backoffDelay } from './backoff.ts';
import { type Clock, nothing } from './clock.ts';
import { comesBack } from './closing.ts';
import type { Emitter } from './emitter.ts';
import { parseFrame, type ServerFrame } from './frames.ts';
import type { ConnectionOptions } from './options.ts';
import { SilenceWatch } from './silence.ts';
import { Socket, type WebSocketConstructor } from './socket.ts';
import type { ClientEvents, ClientState, StateChange } from './types.ts';
import { onWake, type WakeSign } from './wake.ts';

/** How a connection ended. */
export interface Disconnection {
  /** The close code; 1006 where there was no farewell. */
  readonly code: number;
  readonly reason: string;
  /** Whether the client is going to connect again by itself. */
  readonly reconnect: boolean;
  /** Milliseconds that the server asked to wait, if it did. */
  readonly reconnectAfter: number | null;
}

/** What rides on the connection. Called before the events, so that listeners find everything in its place. */
export interface Passenger {
  readonly ready: () => void;
  readonly frame: (frame: ServerFrame) => void;
  readonly lost: () => void;
  /** Sends the heartbeat that a silent server is asked with. */
  readonly ask: () => void;
}

/** Milliseconds from the start of an attempt to the server's `connected`. */
export const CONNECT_TIME = 10_000;

/** The connection to one server through all its sockets: when to connect, when to give up, when to come back. */
export class Connection {
  readonly #url: string;
  readonly #options: ConnectionOptions;
  readonly #WebSocket: WebSocketConstructor;
  readonly #clock: Clock;
  readonly #emitter: Pick<Emitter<ClientEvents>, 'emit'>;
  readonly #passenger: Passenger;
  readonly #watch: SilenceWatch;
  #state: ClientState = 'disconnected';
  #hello: ServerEvents['connected'] | null = null;
  #farewell: ServerEvents['disconnect'] | null = null;
  #socket: Socket | null = null;
  #attempt = 0;
  /** The one timer: the end of an attempt, or of the wait before the next. */
  #cancel = nothing;
  #sleep = nothing;
  /** Counts changes of course, so that a step notices when a listener has taken over. */
  #course = 0;

  /** @param url the socket's own address */
  constructor(
    url: string,
    options: ConnectionOptions,
    clock: Clock,
    emitter: Pick<Emitter<ClientEvents>, 'emit'>,
    passenger: Passenger,
  ) {
    this.#url = url;
    this.#options = options;
    this.#WebSocket = options.webSocket ?? globalThis.WebSocket;
    if (!this.#WebSocket) throw new TypeError('There is no global WebSocket here: pass one as `options.webSocket`.');
    this.#clock = clock;
    this.#emitter = emitter;
    this.#passenger = passenger;
    this.#watch = new SilenceWatch({
      clock,
      ask: passenger.ask,
      dead: () => this.#ended(1006, 'The server has gone silent.'),
    });
  }

  get state(): ClientState {
    return this.#state;
  }

  /** What the server said of this connection; null while there is none. */
  get hello(): ServerEvents['connected'] | null {
    return this.#hello;
  }

  connect(): void {
    if (this.#state === 'connected' || this.#socket) return;
    this.#reset();
    this.#sleep = onWake((sign) => this.#woken(sign));
    this.#enter('connecting');
    this.#open();
  }

  reconnectNow(): void {
    if (this.#state === 'disconnected') this.connect();
    if (this.#state === 'offline') {
      this.#attempt = 1;
      this.#enter('reconnecting', { attempt: 1, delay: 0 });
    }
    if (this.#state === 'reconnecting' && !this.#socket) this.#open();
  }

  close(): void {
    const wasConnected = this.#hello !== null;
    const wasIdle = this.#state === 'disconnected';
    const reason = 'Closed by the client.';
    this.#socket?.close();
    this.#reset();
    if (wasConnected) this.#passenger.lost();
    if (!wasIdle) this.#enter('disconnected', { reason });
    if (wasConnected) this.#emitter.emit('disconnect', { code: 1000, reason, reconnect: false, reconnectAfter: null });
  }

  /** False where there is no connection. */
  send(text: string): boolean {
    if (!this.#hello || !this.#socket) return false;
    this.#socket.send(text);
    return true;
  }

  #reset(): void {
    this.#course++;
    this.#drop();
    this.#sleep();
    this.#sleep = nothing;
    this.#attempt = 0;
  }

  #drop(): void {
    this.#cancel();
    this.#watch.stop();
    this.#socket = null;
    this.#hello = null;
  }

  #enter(state: ClientState, details: Omit<StateChange, 'state' | 'previous'> = {}): void {
    const previous = this.#state;
    this.#state = state;
    this.#emitter.emit('state', { state, previous, ...details });
  }

  #open(): void {
    this.#course++;
    this.#cancel();
    this.#farewell = null;
    this.#socket = new Socket(this.#WebSocket, this.#url, {
      text: (text) => this.#received(text),
      closed: (code, reason) => this.#ended(code, reason),
    });
    this.#cancel = this.#clock.after(CONNECT_TIME, () => this.#ended(1006, 'The server did not answer in time.'));
  }

  #received(text: string): void {
    this.#watch.heard();
    const frame = parseFrame(text);
    if (frame?.type === 'connected' && !this.#hello) this.#greeted(frame.payload);
    else if (frame?.type === 'disconnect') this.#farewell = frame.payload;
    else if (frame) this.#passenger.frame(frame);
  }

  #greeted(hello: ServerEvents['connected']): void {
    const previous = this.#state;
    this.#cancel();
    this.#attempt = 0;
    this.#hello = hello;
    this.#watch.start(hello.pingInterval);
    this.#state = 'connected';
    this.#passenger.ready();
    const course = this.#course;
    this.#emitter.emit('state', { state: 'connected', previous });
    if (course === this.#course) this.#emitter.emit('connected', hello);
  }

  /** The socket is gone, or as good as gone. */
  #ended(code: number, said: string): void {
    const farewell = this.#farewell;
    const wasConnected = this.#hello !== null;
    const reason =
      farewell?.reason || said || (code === 1006 ? 'The connection was lost.' : `Closed with code ${code}.`);
    const reconnect = farewell?.reconnect ?? comesBack(code);
    const reconnectAfter = farewell?.reconnectAfter ?? null;
    this.#socket?.close();
    this.#drop();
    const course = ++this.#course;
    if (wasConnected) {
      this.#passenger.lost();
      this.#enter('disconnected', { reason });
      this.#emitter.emit('disconnect', { code: farewell?.code ?? code, reason, reconnect, reconnectAfter });
    } else {
      this.#emitter.emit('connect_error', { message: reason, attempt: this.#attempt, code });
    }
    if (course !== this.#course) return;
    if (reconnect) this.#retry(reconnectAfter, reason);
    else if (!wasConnected) this.#enter('disconnected', { reason });
  }

  /** @param asked milliseconds that the server asked to wait */
  #retry(asked: number | null, reason: string): void {
    const { maxAttempts = Number.POSITIVE_INFINITY, backoff = {}, random = Math.random } = this.#options;
    if (this.#attempt >= maxAttempts) {
      this.#enter('offline', { reason });
      return;
    }
    const attempt = ++this.#attempt;
    const delay = asked ?? backoffDelay(attempt, backoff, random());
    this.#cancel = this.#clock.after(delay, () => this.#open());
    this.#enter('reconnecting', { attempt, delay, reason });
  }

  #woken(sign: WakeSign): void {
    if (this.#state === 'connected') this.#watch.probe();
    else if (sign === 'online' || (sign === 'visible' && this.#state === 'reconnecting')) this.#comeBack();
  }

  #comeBack(): void {
    if (this.#state === 'offline' || this.#state === 'reconnecting') this.reconnectNow();
  }
}
