import type { ServerResponse } from 'node:http';
import type { CloseCode } from '@roomcast/protocol';
import type { Link } from '../core/wire.ts';
import { headersOf, PROBLEM_TYPE, type Problem } from '../http/problem.ts';

/** Milliseconds for the peer to take what waits for it after the end; then it is dropped. */
const CLOSE_TIMEOUT = 30_000;
const EMPTY = Buffer.alloc(0);
/** A comment, which clients and proxies pass over. */
const PING = Buffer.from(':\n\n');
/** Milliseconds after which a client comes back whose connection broke. */
const BEGINNING = Buffer.from('retry: 1000\n\n');

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // nginx would gather events until its buffer is full.
  'x-accel-buffering': 'no',
  connection: 'close',
} as const;

/**
 * One response as the core sees it. It begins with the first frame; until then it can be refused instead. It has no
 * length and no chunks but lasts as long as its connection (RFC 9112 §6.3), so that one frame serves every reader.
 */
export class SseLink implements Link {
  readonly #response: ServerResponse;
  readonly #onTaken: () => void;
  #state: 'waiting' | 'open' | 'ended' = 'waiting';
  #begun = false;

  /** @param onTaken called when the peer has taken a ping, and with it all that was written before */
  constructor(response: ServerResponse, onTaken: () => void) {
    this.#response = response;
    this.#onTaken = onTaken;
  }

  /** Whether it is still to be decided what is answered, and somebody waits for that. */
  get isWaiting(): boolean {
    return this.#state === 'waiting' && !this.#response.destroyed;
  }

  /** Whether the stream has begun; it may have ended by now. */
  get hasBegun(): boolean {
    return this.#begun;
  }

  get bufferedAmount(): number {
    return this.#response.writableLength;
  }

  /** Begins the stream, where that has not happened yet. */
  begin(): void {
    if (!this.isWaiting) return;
    this.#state = 'open';
    this.#begun = true;
    this.#response.removeHeader('transfer-encoding');
    this.#response.writeHead(200, HEADERS);
    this.#response.write(BEGINNING);
  }

  /** Answers a problem instead of the stream. Does nothing where the stream has begun. */
  refuse(problem: Problem, headers: Readonly<Record<string, string>> = {}): void {
    if (!this.isWaiting) return;
    this.#state = 'ended';
    const all = { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headersOf(problem), ...headers };
    this.#response.writeHead(problem.status, all).end(JSON.stringify(problem));
  }

  write(frame: Buffer): boolean {
    this.begin();
    return this.#isOpen ? this.#response.write(frame) : true;
  }

  cork(): void {
    if (this.#state !== 'ended') this.#response.cork();
  }

  uncork(): void {
    // The end has uncorked it.
    if (this.#state !== 'ended') this.#response.uncork();
  }

  onceDrained(callback: () => void): void {
    // Below its high-water mark a stream drains without saying so; an empty write comes after all that waits.
    if (this.#isOpen) this.#response.write(EMPTY, (error) => error || callback());
  }

  /** Nobody answers a comment: that the peer has taken it is the only sign of life there is. */
  ping(): void {
    if (this.#isOpen) this.#response.write(PING, (error) => error || this.#onTaken());
  }

  close(_code: CloseCode, _reason: string): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    const timer = setTimeout(() => this.terminate(), CLOSE_TIMEOUT).unref();
    this.#response.once('close', () => clearTimeout(timer));
    this.#response.end();
  }

  terminate(): void {
    this.#state = 'ended';
    this.#response.destroy();
  }

  get #isOpen(): boolean {
    return this.#state === 'open' && !this.#response.destroyed;
  }
}
