import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { clientFrame, pongFrame } from './client-frame.ts';
import { FrameReader, PING } from './frame-reader.ts';

const HEAD_END = '\r\n\r\n';
/** All sockets read into it, one after the other: what it holds is used up within the call. */
const READ_BUFFER = Buffer.alloc(262_144);

export interface RawSocketHandlers {
  /** What is done with each frame. Bytes are valid only during the call. */
  frame(bytes: Buffer, begin: number, end: number): void;
  /** When all frames of one read have been handed out. */
  read?(): void;
  /** Where the connection breaks, or the server refuses. */
  fault(message: string): void;
}

/** A WebSocket without what a library adds: reads into one buffer, and writes bytes that are frames already. */
export class RawSocket {
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  readonly #handlers: RawSocketHandlers;
  /** What has come of the answer to the upgrade; null once it is complete. */
  #head: string | null = '';
  #isDropped = false;

  /** @param headers further lines of the upgrade, without their ends */
  constructor(port: number, path: string, headers: readonly string[], handlers: RawSocketHandlers) {
    this.#handlers = handlers;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (length, buffer) => {
          if (!this.#isDropped) this.#read((buffer as Buffer).subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('error', ({ message }) => this.#fail(message));
    this.#socket.on('close', () => this.#fail('a connection was closed'));
    this.#socket.write(upgrade(path, headers));
  }

  send(text: string): void {
    this.write(clientFrame(Buffer.from(text)));
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** The connection breaks, and nothing more is heard of it. */
  drop(): void {
    this.#isDropped = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    const frames = this.#head === null ? chunk : this.#readHead(chunk);
    if (frames === null) return;
    this.#frames.read(frames, (bytes, begin, end, opcode) => {
      if (opcode === PING) this.write(pongFrame(bytes.subarray(begin, end)));
      else this.#handlers.frame(bytes, begin, end);
    });
    this.#handlers.read?.();
  }

  #readHead(chunk: Buffer): Buffer | null {
    this.#head += chunk.toString('latin1');
    const head = this.#head ?? '';
    const end = head.indexOf(HEAD_END);
    if (end === -1) return null;
    if (!head.startsWith('HTTP/1.1 101')) {
      this.#fail(head);
      return null;
    }
    this.#head = null;
    return Buffer.from(head.slice(end + HEAD_END.length), 'latin1');
  }

  #fail(message: string): void {
    if (!this.#isDropped) this.#handlers.fault(message);
  }
}

function upgrade(path: string, headers: readonly string[]): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...headers,
    '',
    '',
  ].join('\r\n');
}
