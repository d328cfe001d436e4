import type { IncomingMessage } from 'node:http';
import { GrowingBytes } from './growing-bytes.ts';
import { Place } from './place.ts';

/** How the reading of a body ended. */
export interface ReadBody {
  /** What came, as much of it as is kept. */
  readonly bytes: Buffer;
  /**
   * `complete`; `too_large`: there is more than the limit; `broken`: the sender went away; `no_room`: too many bodies are
   * under way, and nothing of this one is kept. In the second and last case the request goes on.
   */
  readonly end: 'complete' | 'too_large' | 'broken' | 'no_room';
}

export interface BodyReaderOptions {
  /** Largest body in bytes. */
  readonly limit: number;
  /** Bytes of all bodies that may be under way at a time. */
  readonly capacity: number;
}

/** Reads bodies as they are sent, nothing decoded, and bounds the memory that all of them take. */
export class BodyReader {
  readonly #limit: number;
  readonly #place: Place;

  constructor({ limit, capacity }: BodyReaderOptions) {
    this.#limit = limit;
    this.#place = new Place(capacity);
  }

  /** Bytes of bodies that were read and not released. */
  get underWay(): number {
    return this.#place.taken;
  }

  /**
   * The bytes count until `release` is called with what came.
   * @param onRefused told at once where the body is not taken whole, before anything behind it on the connection is seen
   */
  read(request: IncomingMessage, address: string, onRefused: () => void): Promise<ReadBody> {
    const { promise, resolve } = Promise.withResolvers<ReadBody>();
    const bytes = new GrowingBytes();
    let isOver = false;
    const finish = (end: ReadBody['end']): void => {
      isOver = true;
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      this.#place.end(body);
      if (end === 'too_large' || end === 'no_room') onRefused();
      resolve({ bytes: end === 'no_room' ? NOTHING : bytes.take(), end });
    };
    const body = {
      address,
      get length() {
        return bytes.length;
      },
      drop: () => finish('no_room'),
    };
    const onData = (chunk: Buffer): void => {
      const room = this.#limit - bytes.length;
      const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
      bytes.push(kept);
      this.#place.take(body, kept.length);
      if (kept !== chunk && !isOver) finish('too_large');
    };
    const onEnd = (): void => finish('complete');
    const onClose = (): void => finish('broken');
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', ignore);
    return promise;
  }

  release({ bytes }: ReadBody): void {
    this.#place.release(bytes.length);
  }
}

const NOTHING = Buffer.alloc(0);

/** What broke is told by `close` as well. */
function ignore(): void {}
