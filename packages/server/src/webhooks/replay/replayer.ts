import type { LookupFunction } from 'node:net';
import type { CapturedRequest } from '@roomcast/protocol';
import { Client, type Dispatcher } from 'undici';
import { CommandError } from '../../core/errors.ts';
import { bodyBytes } from '../../util/body-bytes.ts';
import { bodyTextOf } from '../body-text.ts';
import { replayHeaders } from './headers.ts';
import { findTarget, type ReplayMode, type Resolve, systemResolve, type Target } from './target.ts';

/** What the target has answered. */
export interface ReplayAnswer {
  readonly status: number;
  /** As they came: order, case and repeats. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  readonly bodyEncoding: 'utf8' | 'base64' | null;
  /** Whether there was more of the body. */
  readonly truncated: boolean;
  /** Milliseconds from the beginning to the end of the answer. */
  readonly duration: number;
}

export interface ReplayerOptions {
  readonly mode: ReplayMode;
  readonly resolve?: Resolve;
}

const DEFAULT_TIMEOUT = 10_000;
const LONGEST_ANSWER = 256 * 1024;
/** At a time: in all, and of one webhook. */
const MOST = 8;
const MOST_OF_ONE = 2;

/** Sends captured requests on to other addresses, a few at a time. */
export class Replayer {
  readonly #mode: ReplayMode;
  readonly #resolve: Resolve;
  #running = 0;
  readonly #runningOf = new Map<string, number>();

  constructor({ mode, resolve = systemResolve }: ReplayerOptions) {
    this.#mode = mode;
    this.#resolve = resolve;
  }

  /**
   * Sends the request as it came to another URL: method, headers but those of the connection, exact body.
   * @param timeout milliseconds for all of it
   * @throws CommandError VALIDATION_ERROR, FORBIDDEN where it may not go there, RATE_LIMITED: rejects
   */
  async replay(request: CapturedRequest, url: string, timeout: number = DEFAULT_TIMEOUT): Promise<ReplayAnswer> {
    if (request.truncated) {
      throw new CommandError('VALIDATION_ERROR', 'Only a part of its body was kept, so it cannot be sent again.');
    }
    const limit = { signal: AbortSignal.timeout(timeout), timeout };
    const leave = this.#enter(request.webhookId);
    const begin = performance.now();
    // Its place is taken until it is really over, which may be later: looking up a name cannot be broken off.
    const work = this.#send(request, url, limit).finally(leave);
    try {
      const answer = await inTime(work, limit.signal);
      return { ...answer, duration: Math.round(100 * (performance.now() - begin)) / 100 };
    } catch (error) {
      if (error instanceof CommandError) throw error;
      throw unanswered(error, limit.signal.aborted ? timeout : null);
    }
  }

  async #send(request: CapturedRequest, url: string, limit: Limit): Promise<Omit<ReplayAnswer, 'duration'>> {
    const target = await findTarget(url, this.#mode, this.#resolve);
    limit.signal.throwIfAborted();
    return send(request, target, limit);
  }

  /** @throws CommandError RATE_LIMITED where there are too many already */
  #enter(webhookId: string): () => void {
    const ofOne = this.#runningOf.get(webhookId) ?? 0;
    if (this.#running >= MOST || ofOne >= MOST_OF_ONE) {
      const detail = 'Other requests are being sent on just now; try again when they are done.';
      throw new CommandError('RATE_LIMITED', detail, { retryAfter: 1000 });
    }
    this.#running++;
    this.#runningOf.set(webhookId, ofOne + 1);
    return () => {
      this.#running--;
      const left = (this.#runningOf.get(webhookId) ?? 1) - 1;
      if (left > 0) this.#runningOf.set(webhookId, left);
      else this.#runningOf.delete(webhookId);
    };
  }
}

interface Limit {
  /** For all of it; but while it connects, undici does not heed it. */
  readonly signal: AbortSignal;
  /** Milliseconds: so a connection that nobody waits for any more comes to its end, too. */
  readonly timeout: number;
}

/** One connection for one request: nothing of it stays. */
async function send(
  request: CapturedRequest,
  { url, addresses }: Target,
  { signal, timeout }: Limit,
): Promise<Omit<ReplayAnswer, 'duration'>> {
  const client = new Client(url.origin, {
    // HTTP/2 would change the headers.
    connect: { lookup: pinnedTo(addresses), allowH2: false, timeout },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const { statusCode, headers, body } = await client.request({
      method: request.method as Dispatcher.HttpMethod,
      path: url.pathname + url.search,
      headers: replayHeaders(request.rawHeaders),
      body: bodyBytes(request),
      responseHeaders: 'raw',
      signal,
    });
    const { bytes, truncated } = await read(body);
    return { status: statusCode, headers: pairsOf(headers), ...bodyTextOf(bytes), truncated };
  } finally {
    void client.destroy();
  }
}

/** A lookup that knows the checked addresses alone, whatever the name leads to by now. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_hostname, { all }, callback) => {
    const [first] = found;
    if (all) callback(null, found);
    else callback(null, first?.address ?? '', first?.family);
  };
}

async function read(body: AsyncIterable<Buffer>): Promise<{ bytes: Buffer; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_ANSWER) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, LONGEST_ANSWER), truncated: length > LONGEST_ANSWER };
}

/** undici gives them in a row, names and values in turn. */
function pairsOf(headers: unknown): readonly (readonly [string, string])[] {
  const flat = (headers as readonly (string | Buffer)[]).map((text) => text.toString('latin1'));
  return flat.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []));
}

/** @throws the reason of the signal: rejects */
function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([work, promise]);
}

/** @param timeout milliseconds, where they were not enough */
function unanswered(error: unknown, timeout: number | null): CommandError {
  const { message, code } = error as { message?: string; code?: string };
  const reason = timeout === null ? message || code || 'the connection failed' : `no answer within ${timeout} ms`;
  return new CommandError('TARGET_UNREACHABLE', `body.url could not be reached: ${reason}.`, { field: 'body.url' });
}
