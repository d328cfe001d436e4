import { type Dispatcher, Pool } from 'undici';
import { type Clock, systemClock } from '../../util/clock.ts';
import { parseRetryAfter } from '../retry.ts';
import { guardedLookup } from './address.ts';
import { readReply } from './reply.ts';
import { headerValue, sign } from './signature.ts';
import { away, type OutboundEvent, type Outcome, type Sink } from './sink.ts';

export interface HttpSinkOptions {
  readonly url: string;
  /** Signs requests; '' = they are not signed. */
  readonly secret: string;
  /** Milliseconds for connecting, headers and body together. */
  readonly timeout: number;
  /** Connections that are kept at most. */
  readonly connections: number;
  readonly clock?: Clock;
}

/** What a refusal's body may have so that its connection is kept, in bytes. */
const SHORT = 16 * 1024;
/** 4xx that say "not now" rather than "not this". */
const NOT_NOW = [408, 425, 429];
/** Those in front of the backend say that it is not there. */
const NOBODY_HOME = [502, 503, 504];

/** POSTs each event to one address. Redirects are not followed: the address is the operator's, not the backend's to change. */
export class HttpSink implements Sink {
  readonly name: string;
  readonly #options: HttpSinkOptions;
  readonly #clock: Clock;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #authorization: { readonly authorization: string } | undefined;

  constructor(options: HttpSinkOptions) {
    const url = new URL(options.url);
    const { timeout, connections, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.name = url.origin;
    this.#path = url.pathname + url.search;
    if (url.username !== '' || url.password !== '') {
      const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      this.#authorization = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
    }
    this.#pool = new Pool(url.origin, {
      connections,
      pipelining: 1,
      connect: { timeout, lookup: guardedLookup },
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
  }

  async send(event: OutboundEvent): Promise<Outcome> {
    let response: Dispatcher.ResponseData;
    try {
      response = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: this.#headers(event),
        body: event.body,
        signal: AbortSignal.timeout(this.#options.timeout),
      });
    } catch (error) {
      return this.#unanswered(error);
    }
    const { statusCode, headers, body } = response;
    if (statusCode >= 200 && statusCode < 300) {
      try {
        return { kind: 'delivered', ...(await readReply(body, headers['content-type'])) };
      } catch (error) {
        return this.#brokenOff(statusCode, error);
      }
    }
    await body.dump({ limit: SHORT }).catch(() => {});
    return this.#unwelcome(response);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #headers({ id, event, body }: OutboundEvent): Record<string, string> {
    const timestamp = Math.floor(this.#clock.now() / 1000);
    const eventId = headerValue(id);
    const { secret } = this.#options;
    return {
      'content-type': 'application/json',
      'user-agent': 'Roomcast',
      'roomcast-event-id': eventId,
      'roomcast-event': headerValue(event),
      'roomcast-timestamp': String(timestamp),
      ...(secret === '' ? {} : { 'roomcast-signature': sign(secret, eventId, timestamp, body) }),
      ...this.#authorization,
    };
  }

  /** Somebody answered, but not with success. */
  #unwelcome({ statusCode: status, headers }: Dispatcher.ResponseData): Outcome {
    const reason = `The backend answered ${status}`;
    if (status >= 400 && status < 500 && !NOT_NOW.includes(status)) return { kind: 'refused', status, reason };
    const retryAfter = parseRetryAfter(headers['retry-after'], this.#clock.now());
    const isRedirect = status >= 300 && status < 400;
    return {
      kind: 'away',
      status,
      reason: isRedirect ? `${reason}: redirects are not followed, forwardUrl must be the address itself` : reason,
      retryAfter,
      isGeneral: isRedirect || NOBODY_HOME.includes(status),
    };
  }

  /** No connection, no answer in time, or one that is not HTTP. */
  #unanswered(error: unknown): Outcome {
    const { name, message, code } = error as { name?: string; message?: string; code?: string };
    if (!isLate(error)) return away(`The backend cannot be reached: ${message || code || name}`);
    const reason = `The backend did not answer within ${this.#options.timeout} ms`;
    // It may be this very event that takes it so long.
    return { kind: 'away', status: null, reason, retryAfter: null, isGeneral: false };
  }

  /** The event is there, but what was to be done for it is not known: the next try brings the same answer. */
  #brokenOff(status: number, error: unknown): Outcome {
    const how = isLate(error) ? `did not end within ${this.#options.timeout} ms` : 'broke off';
    const reason = `The backend answered ${status}, but its answer ${how}`;
    return { kind: 'away', status, reason, retryAfter: null, isGeneral: false };
  }
}

function isLate(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'TimeoutError' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
}
