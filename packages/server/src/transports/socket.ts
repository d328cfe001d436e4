import type { Duplex } from 'node:stream';
import type { CloseCode } from '@roomcast/protocol';
import { WebSocket } from 'ws';
import type { Connection } from '../core/connection.ts';
import type { Link } from '../core/wire.ts';

const EMPTY = Buffer.alloc(0);

/** A WebSocket that knows its connection, so that listeners can be shared by all instead of closing over one. */
export class RoomSocket extends WebSocket {
  connection: Connection | null = null;
}

/**
 * One WebSocket as the core sees it. Frames are made beforehand and go to the very socket of the upgrade, past
 * `ws`'s own framing. That is sound because `ws` never queues here: compression is off, nothing is sent as a Blob
 * or in fragments, and its pongs and close frames take the same stream in the same order.
 */
export class WebSocketLink implements Link {
  readonly #ws: RoomSocket;
  readonly #socket: Duplex;

  constructor(ws: RoomSocket, socket: Duplex) {
    this.#ws = ws;
    this.#socket = socket;
  }

  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  write(frame: Buffer): boolean {
    // After our close frame nothing may follow (RFC 6455 §5.5.1).
    return this.#ws.readyState === WebSocket.OPEN ? this.#socket.write(frame) : true;
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  onceDrained(callback: () => void): void {
    // Below its high-water mark a stream drains without saying so; an empty write comes after all that waits.
    if (this.#socket.writableNeedDrain) this.#socket.once('drain', callback);
    else if (this.#socket.writable) this.#socket.write(EMPTY, (error) => error || callback());
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  close(code: CloseCode, reason: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }
}
