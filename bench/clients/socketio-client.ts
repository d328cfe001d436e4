import { RawSocket } from './raw-socket.ts';

const PATH = '/socket.io/?EIO=4&transport=websocket';
const EVENT_AT = '42["'.length;
const GREETING = '42["connected",';
const [ZERO, TWO, THREE, FOUR, LETTER_C, QUOTE] = [...'0234c"'].map((letter) => letter.charCodeAt(0));

interface Waiter {
  readonly resolve: (text: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A Socket.IO client over WebSocket, with connection state recovery, and without what the official one adds: a thousand of
 * those use up the core that is to measure.
 */
export class SocketIoClient {
  /** What is done with each event but the greeting. Bytes are valid only during the call. */
  onEvent: (bytes: Buffer, begin: number, end: number) => void = () => {};
  readonly #port: number;
  #socket: RawSocket | null = null;
  #pid: string | null = null;
  /** Behind the last event: what the client tells when it comes back. */
  #position: string | null = null;
  #last: { readonly bytes: Buffer; readonly end: number } | null = null;
  #greeted: Waiter | null = null;
  #asked: Waiter | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * Connects, or comes back. Resolves with the greeting, which stands behind what was missed.
   * @throws Error: rejects where the server refuses
   */
  connect(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#greeted = { resolve, reject };
    this.#socket?.drop();
    this.#socket = new RawSocket(this.#port, PATH, [], {
      frame: (bytes, begin, end) => this.#take(bytes, begin, end),
      read: () => this.#remember(),
      fault: (message) => this.#fail(message),
    });
    return promise;
  }

  /** The connection breaks. */
  drop(): void {
    this.#socket?.drop();
    this.#socket = null;
  }

  emit(event: string, payload: object): void {
    this.#send(`42${JSON.stringify([event, payload])}`);
  }

  /** Emits and waits for the answer; one at a time. */
  ask(event: string, payload: object): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#asked = { resolve, reject };
    this.#send(`421${JSON.stringify([event, payload])}`);
    return promise;
  }

  #send(packet: string): void {
    this.#socket?.send(packet);
  }

  /** Of many events that come at once, the last one's position will do. */
  #remember(): void {
    if (this.#last) this.#position = positionIn(this.#last.bytes, this.#last.end);
    this.#last = null;
  }

  #take(bytes: Buffer, begin: number, end: number): void {
    const [first, second] = [bytes[begin], bytes[begin + 1]];
    if (first === FOUR && second === TWO) this.#takeEvent(bytes, begin, end);
    else if (first === TWO) this.#send('3');
    else if (first === FOUR && second === THREE) this.#answer(bytes.toString('utf8', begin, end));
    else if (first === FOUR && second === ZERO)
      this.#pid = /"pid":"([^"]+)"/.exec(bytes.toString('utf8', begin, end))?.[1] ?? null;
    else if (first === ZERO) this.#send(`40${this.#auth()}`);
    else this.#fail(bytes.toString('utf8', begin, end));
  }

  #takeEvent(bytes: Buffer, begin: number, end: number): void {
    this.#last = { bytes, end };
    if (bytes[begin + EVENT_AT] !== LETTER_C || bytes.toString('latin1', begin, begin + GREETING.length) !== GREETING) {
      this.onEvent(bytes, begin, end);
      return;
    }
    this.#greeted?.resolve(bytes.toString('utf8', begin, end));
    this.#greeted = null;
  }

  #answer(text: string): void {
    this.#asked?.resolve(text);
    this.#asked = null;
  }

  #auth(): string {
    if (this.#pid === null || this.#position === null) return '';
    return JSON.stringify({ pid: this.#pid, offset: this.#position });
  }

  /** A fault that nobody waits for ends the process. */
  #fail(message: string): void {
    const waiter = this.#greeted ?? this.#asked;
    const error = new Error(message);
    if (!waiter) throw error;
    waiter.reject(error);
  }
}

/** The last argument of an event: `…,"position"]`. */
function positionIn(bytes: Buffer, end: number): string | null {
  const last = end - 2;
  if (bytes[last] !== QUOTE) return null;
  return bytes.toString('latin1', bytes.lastIndexOf('"', last - 1) + 1, last);
}
