import type { RoomcastError } from '../errors.ts';
import type { WebSocketConstructor, WebSocketLike } from '../socket.ts';
import type { ChatApi } from './api.ts';

const CONNECTING = 0;
const CLOSED = 3;
const ABNORMAL = 1006;
/** The close code of the protocol for a session that ended: it is not connected again. */
const SESSION_EXPIRED = 4001;

type Listener = (event: never) => void;

/**
 * WebSockets that fetch a ticket before they connect. A ticket works with every WebSocket there is, while most take no
 * headers; and a refusal can be seen, which an upgrade that is refused does not show.
 */
export function ticketSockets(WebSocket: WebSocketConstructor, api: ChatApi): WebSocketConstructor {
  return class implements WebSocketLike {
    readonly #listeners: [type: string, listener: Listener][] = [];
    #socket: WebSocketLike | null = null;
    #closed = false;

    constructor(url: string, protocols: string[]) {
      api.ticket().then(
        ({ ticket }) => this.#open(url, protocols, ticket),
        (error: RoomcastError) => this.#refused(error),
      );
    }

    get readyState(): number {
      return this.#socket?.readyState ?? (this.#closed ? CLOSED : CONNECTING);
    }

    send(text: string): void {
      this.#socket?.send(text);
    }

    close(code?: number, reason?: string): void {
      this.#closed = true;
      this.#socket?.close(code, reason);
    }

    addEventListener(type: 'message' | 'error' | 'close', listener: Listener): void {
      this.#listeners.push([type, listener]);
    }

    #open(url: string, protocols: string[], ticket: string): void {
      if (this.#closed) return;
      const address = new URL(url);
      address.searchParams.set('ticket', ticket);
      this.#socket = new WebSocket(address.href, protocols);
      for (const [type, listener] of this.#listeners)
        this.#socket.addEventListener(type as 'error', listener as () => void);
    }

    #refused({ code, message }: RoomcastError): void {
      if (this.#closed) return;
      this.#closed = true;
      const event = { code: code === 'UNAUTHENTICATED' ? SESSION_EXPIRED : ABNORMAL, reason: message };
      for (const [type, listener] of this.#listeners) if (type === 'close') listener(event as never);
    }
  };
}
