import type { IncomingMessage } from 'node:http';
import { GrowingBytes } from './growing-bytes.ts';

/** How the reading of a body ended. */
export interface ReadBody {
  /** What came, as much of it as is kept. */
  readonly bytes: Buffer;
  /**
   * `complete`; `too_large`: there is more than the limit; `broken`: the sender went away; `no_room`: too many bodies are
   * under way. In the second and last case the request goes on.
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
  readonly #options: BodyReaderOptions;
  #underWay = 0;

  constructor(options: BodyReaderOptions) {
    this.#options = options;
  }

  /** Bytes of bodies that were read and not released. */
  get underWay(): number {
    return this.#underWay;
  }

  /** The bytes count until `release` is called with what came. */
  read(request: IncomingMessage): Promise<ReadBody> {
    const { limit, capacity } = this.#options;
    const { promise, resolve } = Promise.withResolvers<ReadBody>();
    const bytes = new GrowingBytes();
    const finish = (end: ReadBody['end']): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      resolve({ bytes: bytes.take(), end });
    };
    const onData = (chunk: Buffer): void => {
      const room = limit - bytes.length;
      const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
      this.#underWay += kept.length;
      bytes.push(kept);
      if (this.#underWay > capacity) finish('no_room');
      else if (kept !== chunk) finish('too_large');
    };
    const onEnd = (): void => finish('complete');
    const onClose = (): void => finish('broken');
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', ignore);
    return promise;
  }

  release({ bytes }: ReadBody): void {
    this.#underWay -= bytes.length;
  }
}

/** What broke is told by `close` as well. */
function ignore(): void {}
