import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { FrameReader } from './frame-reader.ts';
import { clientFrame } from './message-frames.ts';

const READ_BYTES = 65_536;
const TYPE_AT = '{"type":"'.length;
const HEAD_END = '\r\n\r\n';

/** A WebSocket without what a library adds: reads into one buffer, and writes bytes that are frames already. */
export class RawConnection {
  /** What is done with each frame after `join`. Bytes are valid only during the call. */
  onFrame: (bytes: Buffer, begin: number, end: number) => void = () => {};
  /** When all frames of one read have been handed out. */
  onRead: () => void = () => {};
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  #head = '';
  #isOpen = false;
  #joined: (() => void) | null = null;

  /** @param fault is called where the connection breaks, or the server refuses or complains */
  constructor(port: number, token: string, fault: (message: string) => void) {
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(READ_BYTES),
        callback: (length, buffer) => {
          this.#read((buffer as Buffer).subarray(0, length), fault);
          return true;
        },
      },
    });
    this.#socket.on('error', ({ message }) => fault(message));
    this.#socket.on('close', () => fault('a connection was closed'));
    this.#socket.write(upgradeRequest(token));
  }

  /** Resolves when the room has been joined. */
  join(roomId: string): Promise<void> {
    this.write(clientFrame(Buffer.from(JSON.stringify({ type: 'join_room', id: 1, payload: { roomId, limit: 0 } }))));
    return new Promise((resolve) => {
      this.#joined = resolve;
    });
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  #read(chunk: Buffer, fault: (message: string) => void): void {
    const frames = this.#isOpen ? chunk : this.#readHead(chunk, fault);
    if (frames === null) return;
    this.#frames.read(frames, (bytes, begin, end) => {
      const letter = bytes[begin + TYPE_AT];
      if (letter === LETTER_E || letter === LETTER_J) this.#take(bytes.toString('utf8', begin, end), fault);
      else this.onFrame(bytes, begin, end);
    });
    this.onRead();
  }

  /** `error`, `join_room_success`, `join_room_error`. */
  #take(text: string, fault: (message: string) => void): void {
    if (!text.startsWith('{"type":"join_room_success"')) fault(text);
    this.#joined?.();
    this.#joined = null;
  }

  #readHead(chunk: Buffer, fault: (message: string) => void): Buffer | null {
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf(HEAD_END);
    if (end === -1) return null;
    if (!this.#head.startsWith('HTTP/1.1 101')) fault(this.#head);
    this.#isOpen = true;
    return Buffer.from(this.#head.slice(end + HEAD_END.length), 'latin1');
  }
}

const LETTER_E = 'e'.charCodeAt(0);
const LETTER_J = 'j'.charCodeAt(0);

function upgradeRequest(token: string): string {
  return [
    'GET /ws/chat HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: roomcast.v1',
    `Authorization: Bearer ${token}`,
    HEAD_END,
  ]
    .join('\r\n')
    .slice(0, -2);
}
