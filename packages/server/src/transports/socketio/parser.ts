import { EventEmitter } from 'node:events';
import { Decoder as PackDecoder, Encoder as PackEncoder } from 'socket.io-msgpack-parser';
import { Decoder as TextDecoder, Encoder as TextEncoder } from 'socket.io-parser';

/** Stands behind the arguments of an event whose sender waits for an answer. */
export class AnswerId {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

interface Packet {
  readonly type: number;
  data?: unknown;
  id?: number | undefined;
}

const EVENT = 2;
const BINARY_EVENT = 5;

/**
 * Reads what a client sends in Socket.IO's own encoding or in that of socket.io-msgpack-parser, whichever it began with.
 * The id under which a client waits for an answer becomes an argument: answers are written like everything else, in
 * their place among what the client's rooms have for it.
 */
class Decoder extends EventEmitter {
  /** Null until the client has sent something. */
  packed: boolean | null = null;
  #inner: TextDecoder | PackDecoder | null = null;

  add(chunk: unknown): void {
    if (!this.#inner) {
      this.packed = typeof chunk !== 'string';
      this.#inner = this.packed ? new PackDecoder() : new TextDecoder();
      this.#inner.on('decoded', (packet: Packet) => this.emit('decoded', withAnswerId(packet)));
    }
    this.#inner.add(chunk as string);
  }

  destroy(): void {
    this.#inner?.destroy();
  }
}

function withAnswerId(packet: Packet): Packet {
  const { type, id, data } = packet;
  if ((type !== EVENT && type !== BINARY_EVENT) || id === undefined || !Array.isArray(data)) return packet;
  const { id: _, ...rest } = packet;
  return { ...rest, data: [...data, new AnswerId(id)] };
}

/** The `parser` of the Socket.IO server. */
export const parser = { Encoder: TextEncoder, Decoder };

/** What a Socket.IO client object holds; its types keep the two fields private. */
interface Client {
  encoder: unknown;
  readonly decoder: { readonly packed?: boolean | null };
}

/** Whether a client speaks msgpack; then Socket.IO's own packets for it are encoded so, too. */
export function chooseEncoder(client: unknown): boolean {
  const { decoder } = client as Client;
  if (decoder.packed !== true) return false;
  (client as Client).encoder = new PackEncoder();
  return true;
}
