import { SUBPROTOCOLS } from '@roomcast/protocol';

/** What is used of a WebSocket: the browser's, Node's, and that of the package `ws` all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

export interface SocketHandlers {
  text(text: string): void;
  /** Called once, at most; not after `close()`. */
  closed(code: number, reason: string): void;
}

const CONNECTING = 0;
const OPEN = 1;
const ABNORMAL = 1006;

/** One WebSocket, from its first attempt to its end. After `close()` nothing is heard of it any more. */
export class Socket {
  readonly #socket: WebSocketLike;
  readonly #handlers: SocketHandlers;
  #fault = '';
  #ended = false;

  constructor(WebSocket: WebSocketConstructor, url: string, handlers: SocketHandlers) {
    this.#handlers = handlers;
    this.#socket = new WebSocket(url, [...SUBPROTOCOLS]);
    this.#socket.addEventListener('message', ({ data }) => {
      if (!this.#ended && typeof data === 'string') handlers.text(data);
    });
    // Stays for good: `ws` throws errors that nobody listens to.
    this.#socket.addEventListener('error', (event) => this.#failed(event));
    this.#socket.addEventListener('close', ({ code, reason }) => this.#finish(code, reason || this.#fault));
  }

  send(text: string): void {
    // Between a close frame and the close event, sending is an error in some implementations and silence in others.
    if (this.#socket.readyState === OPEN) this.#socket.send(text);
  }

  close(): void {
    this.#ended = true;
    this.#socket.close(1000);
  }

  #failed(event: object): void {
    const { message, error } = event as { message?: string; error?: { message?: string } };
    this.#fault = message || error?.message || 'The server could not be reached.';
    // Some versions of Node give no close event for a connection that never opened.
    if (this.#socket.readyState === CONNECTING) this.#finish(ABNORMAL, this.#fault);
  }

  #finish(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#handlers.closed(code, reason);
  }
}
