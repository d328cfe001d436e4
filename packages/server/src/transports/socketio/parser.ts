import { EventEmitter } from 'node:events';
import { Decoder as PackDecoder, Encoder as PackEncoder } from 'socket.io-msgpack-parser';
import { Decoder as TextDecoder, Encoder as TextEncoder } from 'socket.io-parser';

/** Stands behind the arguments of each event: what else is known of it. */
export class Envelope {
  /** Under which its sender waits for an answer, or null. */
  readonly answerId: number | null;
  /** Of the whole packet, attachments included. */
  readonly bytes: number;

  constructor(answerId: number | null, bytes: number) {
    this.answerId = answerId;
    this.bytes = bytes;
  }
}

interface Packet {
  readonly type: number;
  readonly data?: unknown;
  readonly id?: number | undefined;
}

const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const BINARY_EVENT = 5;

/** Namespaces that a client may ask for in vain. */
const MOST_CONNECTS = 16;

/** Events that Socket.IO's server raises itself: no client may. */
const RESERVED: ReadonlySet<unknown> = new Set([
  ...['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'],
]);

/**
 * Reads what a client sends in Socket.IO's own encoding or in that of socket.io-msgpack-parser, whichever it began with.
 * The id under which a client waits for an answer becomes an argument: answers are written like everything else, in
 * their place among what the client's rooms have for it.
 */
class Decoder extends EventEmitter {
  readonly #maxBytes: number;
  /** Null until the client has sent something. */
  packed: boolean | null = null;
  #inner: TextDecoder | PackDecoder | null = null;
  #bytes = 0;
  #connects = 0;
  #isConnected = false;

  /** @param maxBytes of a packet, attachments included */
  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  add(chunk: unknown): void {
    this.#inner ??= this.#begin(typeof chunk !== 'string');
    this.#bytes += sizeOf(chunk);
    if (this.#bytes > this.#maxBytes) throw new Error('The packet is too large');
    this.#inner.add(chunk as string);
  }

  /** The server has refused it: it may try again. */
  refused(): void {
    this.#isConnected = false;
  }

  destroy(): void {
    this.#inner?.destroy();
  }

  #begin(packed: boolean): TextDecoder | PackDecoder {
    this.packed = packed;
    const inner = packed ? new PackDecoder() : new TextDecoder();
    inner.on('decoded', (packet: Packet) => this.#decoded(packet));
    return inner;
  }

  #decoded(packet: Packet): void {
    const bytes = this.#bytes;
    this.#bytes = 0;
    const { type } = packet;
    if (type === CONNECT) this.#connecting(packet);
    if (type === DISCONNECT) this.#isConnected = false;
    this.emit('decoded', type === EVENT || type === BINARY_EVENT ? enveloped(packet, bytes) : packet);
  }

  /** Each takes a place and a session: one at a time. */
  #connecting(packet: Packet): void {
    const isMain = (packet as { nsp?: unknown }).nsp === '/';
    if ((isMain && this.#isConnected) || ++this.#connects > MOST_CONNECTS) throw new Error('Connected already');
    if (isMain) this.#isConnected = true;
  }
}

/**
 * The `parser` of the Socket.IO server. What it throws at ends the connection that sent it.
 * @param maxBytes of a packet, attachments included
 */
export function createParser(maxBytes: number): object {
  class BoundedDecoder extends Decoder {
    constructor() {
      super(maxBytes);
    }
  }
  return { Encoder: TextEncoder, Decoder: BoundedDecoder };
}

function sizeOf(chunk: unknown): number {
  if (typeof chunk === 'string') return chunk.length;
  return chunk instanceof Uint8Array || chunk instanceof ArrayBuffer ? chunk.byteLength : 0;
}

/** @throws Error where it is no event that a client may send */
function enveloped(packet: Packet, bytes: number): Packet {
  const { id, data, ...rest } = packet;
  if (!Array.isArray(data) || typeof data[0] !== 'string' || RESERVED.has(data[0])) throw new Error('No such event');
  return { ...rest, data: [...data, new Envelope(id ?? null, bytes)] };
}

/** What a Socket.IO client object holds; its types keep the two fields private. */
interface Client {
  encoder: unknown;
  readonly decoder: { readonly packed?: boolean | null; refused(): void };
}

/** Whether a client speaks msgpack; then Socket.IO's own packets for it are encoded so, too. */
export function chooseEncoder(client: unknown): boolean {
  const { decoder } = client as Client;
  if (decoder.packed !== true) return false;
  (client as Client).encoder = new PackEncoder();
  return true;
}

/** The client was refused by middleware, and may try again on the same connection. */
export function allowAnotherTry(client: unknown): void {
  (client as Client).decoder.refused();
}
