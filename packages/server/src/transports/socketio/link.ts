import type { Duplex } from 'node:stream';
import type { CloseCode } from '@roomcast/protocol';
import { CLOSE_CODES } from '@roomcast/protocol';
import type { Socket } from 'socket.io';
import type { Link } from '../../core/wire.ts';
import { framesIn } from '../frame.ts';

/** The WebSocket below engine.io. */
interface Socketed {
  readonly readyState: number;
  readonly bufferedAmount: number;
  /** Private in `ws`. Without it frames go the longer way. */
  readonly _socket?: Duplex | null;
}

/** What engine.io knows of a connection, of which its types show a part. */
interface EngineSocket {
  readonly readyState: string;
  readonly upgrading: boolean;
  readonly writeBuffer: readonly unknown[];
  readonly transport: { readonly name: string; readonly writable: boolean; readonly socket?: Socketed };
  write(
    data: string | Buffer,
    options?: { readonly compress: boolean; readonly wsPreEncodedFrame?: Buffer[] },
  ): unknown;
  on(event: 'flush', listener: () => void): unknown;
  once(event: 'drain', listener: () => void): unknown;
  close(discard?: boolean): void;
}

const OPEN = 1;
const EMPTY = Buffer.alloc(0);

/** Up to so many waiting bytes a peer does not count as one that waits. */
const FEW = 16 * 1024;

/**
 * One Socket.IO client as the core sees it. Frames keep their place among engine.io's own packets: over WebSocket they go to
 * the socket below where nothing of engine.io's waits (it costs a third less), else into its queue as they are (its option
 * `wsPreEncodedFrame`); over polling into its queue packet by packet.
 */
export class SocketIoLink implements Link {
  readonly #socket: Socket;
  readonly #engine: EngineSocket;
  #corks = 0;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  /** Bytes in engine.io's queue. */
  #queued = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#engine = socket.conn as unknown as EngineSocket;
    this.#engine.on('flush', () => {
      this.#queued = 0;
    });
  }

  get bufferedAmount(): number {
    return this.#queued + this.#gatheredBytes + (this.#engine.transport.socket?.bufferedAmount ?? 0);
  }

  write(frame: Buffer): boolean {
    if (this.#corks > 0) {
      this.#gathered.push(frame);
      this.#gatheredBytes += frame.length;
    } else this.#send(frame);
    return this.bufferedAmount <= FEW;
  }

  cork(): void {
    this.#corks++;
  }

  uncork(): void {
    if (--this.#corks === 0) this.#flushCorked();
  }

  onceDrained(callback: () => void): void {
    const stream = this.#stream();
    if (stream) stream.write(EMPTY, (error) => error || callback());
    else this.#engine.once('drain', callback);
  }

  /** engine.io does that by itself. */
  ping(): void {}

  close(code: CloseCode, _reason: string): void {
    this.#flushCorked();
    if (code === 4100)
      this.#engine.close(true); // what waits would never end
    // A client that was told to go stays away; one whose connection breaks comes back by itself.
    else if (CLOSE_CODES[code].reconnect) this.#engine.close(this.#isAsleep());
    else this.#socket.disconnect(true);
  }

  terminate(): void {
    this.#engine.close(true);
  }

  #flushCorked(): void {
    const [first, ...others] = this.#gathered;
    if (!first) return;
    const frames = others.length === 0 ? first : Buffer.concat(this.#gathered, this.#gatheredBytes);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#send(frames);
  }

  /** Whether it polls, and has no request open just now: it would keep the farewell waiting. */
  #isAsleep(): boolean {
    const { name, writable } = this.#engine.transport;
    return name !== 'websocket' && !writable;
  }

  /** Where frames may be written past engine.io: it has handed on all that it had, and `ws` queues nothing by itself. */
  #stream(): Duplex | null {
    const { transport, writeBuffer, upgrading } = this.#engine;
    const { socket } = transport;
    const isFree = transport.name === 'websocket' && writeBuffer.length === 0 && !upgrading;
    return isFree && socket?.readyState === OPEN ? (socket._socket ?? null) : null;
  }

  #send(frames: Buffer): void {
    if (this.#engine.readyState !== 'open') return;
    const stream = this.#stream();
    if (stream) {
      stream.write(frames);
      return;
    }
    this.#queued += frames.length;
    if (this.#engine.transport.name === 'websocket') {
      this.#engine.write('', { compress: false, wsPreEncodedFrame: [frames] });
      return;
    }
    for (const { isText, payload } of framesIn(frames)) {
      // The type of engine.io's packet stands before a text; it is engine.io that writes it here.
      this.#engine.write(isText ? payload.toString('utf8', 1) : payload);
    }
  }
}
