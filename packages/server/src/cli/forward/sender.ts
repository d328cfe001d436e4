import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { CapturedRequest } from '@roomcast/protocol';
import { bodyBytes } from '../../util/body-bytes.ts';
import type { DeliveryOptions } from './command.ts';
import { headersOf, pathOf } from './outgoing.ts';

/** What a target made of a request: a status, or no answer and why. */
export interface Outcome {
  readonly status: number | null;
  /** Null where there was an answer. */
  readonly fault: string | null;
  /** Milliseconds. */
  readonly duration: number;
}

export type SendOptions = Pick<DeliveryOptions, 'keepHost' | 'insecure' | 'timeout'>;

const UNKNOWN_SIGNER = 'nobody who is trusted has signed its certificate; --insecure accepts it';
const FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  EHOSTUNREACH: 'host not reachable',
  ENETUNREACH: 'network not reachable',
  ETIMEDOUT: 'no answer in time',
  EPROTO: 'TLS with it failed; does it speak http: instead?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; --insecure accepts it',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_SIGNER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_SIGNER,
  CERT_HAS_EXPIRED: 'its certificate has expired; --insecure accepts it',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; --insecure accepts it',
};

/** Sends a captured request to its target, byte for byte. Always resolves. */
export async function sendTo(target: URL, captured: CapturedRequest, options: SendOptions): Promise<Outcome> {
  const begun = performance.now();
  const outcome = await exchange(target, captured, options).catch((error: unknown) => ({
    status: null,
    fault: faultOf(error),
  }));
  return { ...outcome, duration: Math.round(performance.now() - begun) };
}

function exchange(
  target: URL,
  captured: CapturedRequest,
  { keepHost, insecure, timeout }: SendOptions,
): Promise<Omit<Outcome, 'duration'>> {
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Outcome, 'duration'>>();
  const body = bodyBytes(captured);
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  const outgoing = send({
    host: target.hostname.replace(/^\[|\]$/g, ''),
    port: target.port,
    method: captured.method,
    path: pathOf(captured, target),
    headers: headersOf(captured, target, body.length, keepHost),
    // A connection each: one that is kept may be closed by the other end just as the next request goes out.
    agent: false,
    rejectUnauthorized: !insecure,
    signal: AbortSignal.timeout(timeout),
  });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const { statusCode = 0 } = response;
    const done = (): void => resolve({ status: statusCode, fault: null });
    // What it says is not needed, but that it is said is part of the exchange; a break in the midst is an answer, too.
    response.on('error', done).on('close', done).resume();
  });
  outgoing.end(body);
  return promise;
}

function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  const code = 'code' in error ? String(error.code) : '';
  return FAULTS[code] ?? (error.message || code || 'no answer');
}
