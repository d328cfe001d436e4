import { RawSocket } from '../../clients/raw-socket.ts';

const TYPE_AT = '{"type":"'.length;
const LETTER_E = 'e'.charCodeAt(0);
const LETTER_J = 'j'.charCodeAt(0);

/** A connection to the chat that is in one room. */
export class RawConnection {
  /** What is done with each frame after `join`. Bytes are valid only during the call. */
  onFrame: (bytes: Buffer, begin: number, end: number) => void = () => {};
  /** When all frames of one read have been handed out. */
  onRead: () => void = () => {};
  readonly #socket: RawSocket;
  #joined: (() => void) | null = null;

  /** @param fault is called where the connection breaks, or the server refuses or complains */
  constructor(port: number, token: string, fault: (message: string) => void) {
    const headers = ['Sec-WebSocket-Protocol: roomcast.v1', `Authorization: Bearer ${token}`];
    this.#socket = new RawSocket(port, '/ws/chat', headers, {
      frame: (bytes, begin, end) => {
        const letter = bytes[begin + TYPE_AT];
        if (letter === LETTER_E || letter === LETTER_J) this.#take(bytes.toString('utf8', begin, end), fault);
        else this.onFrame(bytes, begin, end);
      },
      read: () => this.onRead(),
      fault,
    });
  }

  /** Resolves when the room has been joined. */
  join(roomId: string): Promise<void> {
    this.#socket.send(JSON.stringify({ type: 'join_room', id: 1, payload: { roomId, limit: 0 } }));
    return new Promise((resolve) => {
      this.#joined = resolve;
    });
  }

  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** `error`, `join_room_success`, `join_room_error`. */
  #take(text: string, fault: (message: string) => void): void {
    if (!text.startsWith('{"type":"join_room_success"')) fault(text);
    this.#joined?.();
    this.#joined = null;
  }
}
