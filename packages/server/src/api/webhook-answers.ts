import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { inChunks } from '../webhooks/export/chunks.ts';
import { onceGone } from './webhook-gone.ts';
import { Shares } from './webhook-shares.ts';

export interface AnswersOptions {
  /** Bytes of answers under way, in all and for one address. */
  readonly inAll?: number;
  readonly each?: number;
  /** Milliseconds in which a reader has to take `LEAST` bytes. */
  readonly patience?: number;
}

const IN_ALL = 64 * 1024 * 1024;
const EACH = 16 * 1024 * 1024;
const PATIENCE = 30_000;
/** Bytes that the slowest reader takes in that time: 35 kbit/s are enough for it. */
const LEAST = 128 * 1024;

/** Answers of webhooks, which may be long: how much of them waits for their readers is bounded, and for how long. */
export class Answers {
  readonly #bytes: Shares;
  readonly #patience: number;

  constructor({ inAll = IN_ALL, each = EACH, patience = PATIENCE }: AnswersOptions = {}) {
    this.#bytes = new Shares({ of: 'answers', inAll, each });
    this.#patience = patience;
  }

  /**
   * An answer begins; it ends with its response.
   * @param address of who gets it
   * @param bytes of memory that it takes meanwhile
   * @throws CommandError RATE_LIMITED, OVERLOADED where too much is under way
   */
  begin(reply: FastifyReply, address: string, bytes: number): void {
    onceGone(reply.raw, this.#bytes.take(address, bytes));
    this.#watch(reply);
  }

  /** Cuts off whoever does not read. A connection may have several answers in a row, which move on together. */
  #watch({ raw: response, request: { socket } }: FastifyReply): void {
    let before = 0;
    const timer = setInterval(() => {
      const sent = socket.bytesWritten - socket.writableLength;
      if (response.writableLength > 0 && sent - before < LEAST) socket.destroy();
      before = sent;
    }, this.#patience).unref();
    onceGone(response, () => clearInterval(timer));
  }
}

/** Sends bytes piece by piece, so that it can be seen how far they have gone. */
export function sendBytes(reply: FastifyReply, bytes: Buffer): FastifyReply {
  return sendChunks(reply.header('content-length', bytes.length), inChunks([bytes]));
}

/** Sends what is made while it is read. */
export function sendChunks(reply: FastifyReply, chunks: Iterable<Buffer> | AsyncIterable<Buffer>): FastifyReply {
  return reply.send(Readable.from(chunks, { objectMode: false }));
}
