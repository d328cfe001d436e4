import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../http/problem.ts';
import type { Clock } from '../util/clock.ts';
import { SeenSignatures } from './seen-signatures.ts';

/** Seconds that a time stamp may be off, either way. */
const WINDOW = 300;
/** Signatures that are remembered: 1,600 requests per second for five minutes, in some 30 MB. */
const CAPACITY = 500_000;
/** Signatures in one header: the old secret's and the new one's, while it is being changed. */
const MOST = 4;

/** A request with its body as it came; null where it has none. */
export interface SignedRequest {
  readonly raw: IncomingMessage;
  readonly bodyBytes: Buffer | null;
}

export interface SignaturesOptions {
  /** Empty where no signatures are taken. */
  readonly secret: string;
  readonly clock: Clock;
  readonly capacity?: number;
}

/**
 * Signed requests of backends. `Roomcast-Signature: v1=HEX` is the HMAC-SHA256, with the shared secret, of
 * `TIMESTAMP LF METHOD LF PATH LF BODY`: the time stamp as in `Roomcast-Timestamp`, the path as in the request line with
 * its query, the body byte for byte. Line feeds cannot be in the first three, so no two requests have the same text.
 * Decimals in the time stamp tell two requests apart that are the same within a second.
 */
export class Signatures {
  readonly #secret: string;
  readonly #clock: Clock;
  readonly #used: SeenSignatures;

  constructor({ secret, clock, capacity = CAPACITY }: SignaturesOptions) {
    this.#secret = secret;
    this.#clock = clock;
    this.#used = new SeenSignatures(WINDOW, capacity);
  }

  get areTaken(): boolean {
    return this.#secret !== '';
  }

  /**
   * False where the request is not signed. One that is can be sent once.
   * @throws ProblemError UNAUTHENTICATED, OVERLOADED where no more can be remembered
   */
  check({ raw, bodyBytes }: SignedRequest): boolean {
    const { 'roomcast-timestamp': stamp, 'roomcast-signature': header } = raw.headers;
    if (stamp === undefined && header === undefined) return false;
    if (!this.areTaken) throw refused('No signatures are taken here: the option pushSecret is not set.');
    const timestamp = timestampOf(stamp);
    const given = signaturesOf(header);
    const now = this.#clock.now() / 1000;
    const off = Math.round(timestamp - now);
    if (Math.abs(timestamp - now) > WINDOW) {
      const side = off < 0 ? 'behind' : 'ahead of';
      throw refused(`Roomcast-Timestamp is ${Math.abs(off)} s ${side} this server's clock; ${WINDOW} s are allowed.`);
    }
    const { method = '', url = '' } = raw;
    const right = signatureOf(this.#secret, { timestamp: String(stamp), method, path: url, body: bodyBytes ?? '' });
    let matches = false;
    for (const one of given) if (timingSafeEqual(one, right)) matches = true;
    if (!matches) {
      throw refused('The signature is wrong: check the secret, and that path and body are signed as they are sent.');
    }
    this.#use(right, timestamp, now);
    return true;
  }

  #use(signature: Buffer, timestamp: number, now: number): void {
    const use = this.#used.use(signature, timestamp, now);
    if (use === 'seen')
      throw refused(
        'This signature has been used: sign each request anew, repetitions too, with decimals in Roomcast-Timestamp ' +
          'where it may be the same within a second.',
      );
    if (use === 'full') {
      const detail = 'Too many signed requests in five minutes; send batches, or use a key.';
      throw new ProblemError('OVERLOADED', detail, { retryAfter: 60_000 });
    }
  }
}

/** What a request is signed with. */
export function signatureOf(
  secret: string,
  { timestamp, method, path, body }: { timestamp: string; method: string; path: string; body: Buffer | string },
): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}\n${method}\n${path}\n`).update(body).digest();
}

function timestampOf(given: string | string[] | undefined): number {
  if (typeof given === 'string' && /^\d{1,12}(\.\d{1,9})?$/.test(given)) return Number(given);
  throw refused('The header Roomcast-Timestamp must be the time in seconds since 1970, with up to 9 decimals.');
}

/** The signatures of version 1. Others are left to servers that know them. */
function signaturesOf(given: string | string[] | undefined): readonly Buffer[] {
  const parts = (typeof given === 'string' ? given : '').split(',').map((part) => part.trim());
  const found = parts.filter((part) => /^v1=[0-9a-f]{64}$/i.test(part));
  if (found.length > 0 && found.length <= MOST)
    return found.map((part) => Buffer.from(part.slice('v1='.length), 'hex'));
  throw refused('The header Roomcast-Signature must be "v1=" and the 64 hex digits of an HMAC-SHA256.');
}

function refused(detail: string): ProblemError {
  return new ProblemError('UNAUTHENTICATED', detail);
}
