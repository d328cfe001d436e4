import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorCode } from '@roomcast/protocol';
import type { Config } from '../config/config.ts';
import { CommandError } from '../core/errors.ts';
import { closeBehind, expectsContinue } from '../http/connection.ts';
import type { Peers } from '../http/peer.ts';
import { type Problem, problem } from '../http/problem.ts';
import { type Counters, count } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock } from '../util/clock.ts';
import { newId } from '../util/ids.ts';
import { answerAs, answerPreflight, answerProblem, answerProblemEarly, isPreflight } from './answer.ts';
import { BodyReader, type ReadBody } from './body-reader.ts';
import { capturedRequestOf } from './captured-request.ts';
import { Delays } from './delays.ts';
import { type HookTarget, hookTargetOf } from './hook-target.ts';
import { isPartOfPage } from './page-part.ts';
import { refusalOf } from './refusal.ts';
import type { Webhook, WebhookService } from './service.ts';

export interface CaptureOptions {
  readonly webhooks: Pick<WebhookService, 'get' | 'capture'>;
  readonly peers: Peers;
  readonly settings: Pick<Config, 'webhookBodySize'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: Counters;
  readonly isDraining: () => boolean;
  /** Whether there is too much to do. */
  readonly isOverloaded: () => boolean;
  /** Bytes of bodies that may be under way at a time: 64 MiB, or eight of the largest, where nobody says. */
  readonly capacity?: number;
}

const CAPACITY = 64 * 1024 * 1024;
const LARGEST = 8;
/** Bytes. */
const LITTLE = 64 * 1024;
/** Milliseconds after which a sender may try again. */
const RETRY_AFTER = 5000;
const LATER = { retryAfter: RETRY_AFTER };
/** Requests that one connection may send ahead of their answers: the first of them may be held back for long. */
const MOST_AHEAD = 256;

/** A request on its way into a webhook. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: HookTarget;
}

/**
 * Takes every request to `/hooks` and below: keeps it, shows it to who watches, and then answers.
 *
 * What Node's parser does not take is not captured: methods and targets that are no HTTP (bytes of 0x80 and above in the
 * target among them: 400), CONNECT, and heads of more than 16 KiB (431), which count a little more for each header, so
 * that very many short ones are too much from about 10 kB on. Trailers behind a chunked body are not kept.
 */
export class Capture {
  readonly #options: CaptureOptions;
  readonly #bodies: BodyReader;
  readonly #delays = new Delays();
  /** Requests of each connection that have no answer yet. */
  readonly #ahead = new WeakMap<Socket, number>();

  constructor(options: CaptureOptions) {
    this.#options = options;
    const limit = options.settings.webhookBodySize;
    const { capacity = Math.max(CAPACITY, LARGEST * limit) } = options;
    this.#bodies = new BodyReader({ limit, capacity });
  }

  /** Whether a request is for a webhook. */
  owns({ url = '' }: IncomingMessage): boolean {
    return hookTargetOf(url) !== null;
  }

  /** Takes care of a request that is for a webhook; returns whether it was. */
  readonly intercept = (request: IncomingMessage, response: ServerResponse): boolean => {
    const target = hookTargetOf(request.url ?? '');
    if (!target) return false;
    if (this.#mayGoAhead(request.socket, response)) void this.#serve({ request, response, target });
    return true;
  };

  /** Memory that bodies take on their way in. */
  get bytesUnderWay(): number {
    return this.#bodies.underWay;
  }

  /** Answers that are held back are given now: the server is about to go. */
  drain(): void {
    this.#delays.finish();
  }

  /** Breaks off connections that send on and on and wait for no answer. */
  #mayGoAhead(socket: Socket, response: ServerResponse): boolean {
    const ahead = (this.#ahead.get(socket) ?? 0) + 1;
    if (ahead > MOST_AHEAD) {
      socket.destroy();
      return false;
    }
    this.#ahead.set(socket, ahead);
    response.once('close', () => this.#ahead.set(socket, (this.#ahead.get(socket) ?? 1) - 1));
    return true;
  }

  async #serve(exchange: Exchange): Promise<void> {
    try {
      this.#requireReadiness();
      await this.#capture(exchange, this.#options.webhooks.get(exchange.target.id));
    } catch (error) {
      this.#refuse(exchange, error);
    }
  }

  /** @throws CommandError SHUTTING_DOWN, OVERLOADED */
  #requireReadiness(): void {
    const { isDraining, isOverloaded } = this.#options;
    if (isDraining()) throw new CommandError('SHUTTING_DOWN', 'This server is shutting down.', LATER);
    if (isOverloaded()) throw new CommandError('OVERLOADED', 'This server has too much to do just now.', LATER);
  }

  async #capture(exchange: Exchange, webhook: Webhook): Promise<void> {
    const { peers, clock } = this.#options;
    const { request, response } = exchange;
    const begun = clock.monotonic();
    // The address is not known any more once the sender has gone.
    const arrival = {
      ...{ id: newId(), webhookId: webhook.id, at: clock.now() },
      ...{ sourceIp: peers.addressOf(request), secure: peers.isSecure(request) },
    };
    if (expectsContinue(request)) response.writeContinue();
    const read = await this.#bodies.read(request, arrival.sourceIp, () => closeBehind(response));
    try {
      if (read.end === 'no_room') throw new CommandError('OVERLOADED', 'Too many requests come in just now.', LATER);
      const duration = clock.monotonic() - begun;
      const body = { bytes: read.bytes, truncated: read.end !== 'complete', duration };
      await this.#options.webhooks.capture(webhook, capturedRequestOf(request, exchange.target, arrival, body));
    } finally {
      this.#bodies.release(read);
    }
    this.#count(read);
    await this.#answer(exchange, webhook, arrival.id, read);
  }

  #count({ bytes }: ReadBody): void {
    const { counters } = this.#options;
    counters.webhookRequests++;
    counters.webhookBytes += bytes.length;
  }

  async #answer(
    { request, response }: Exchange,
    webhook: Webhook,
    requestId: string,
    { end }: ReadBody,
  ): Promise<void> {
    if (end === 'broken') return;
    if (end === 'too_large') {
      count(this.#options.counters.webhookRefusals, 'PAYLOAD_TOO_LARGE');
      const { webhookBodySize } = this.#options.settings;
      const detail = `Bodies of more than ${webhookBodySize} bytes are not taken; the beginning was kept.`;
      answerProblemEarly(request, response, problem('PAYLOAD_TOO_LARGE', detail), requestId);
      return;
    }
    if (isPartOfPage(request)) {
      const detail = 'It was captured, but the pages of this server are not made of what webhooks answer.';
      answerProblem(response, problem('FORBIDDEN', detail), requestId);
      return;
    }
    const { response: settings } = webhook;
    if (settings.cors && isPreflight(request)) {
      answerPreflight(response, request, requestId);
      return;
    }
    await this.#delays.wait(settings.delay, response);
    if (!response.destroyed) answerAs(response, settings, requestId);
  }

  #refuse({ request, response }: Exchange, error: unknown): void {
    const { counters, log } = this.#options;
    const found = refusalProblemOf(error);
    if (!found) log.error({ err: error }, 'a request could not be captured');
    const shown = found ?? problem('INTERNAL_ERROR', 'The server failed; its log says more.');
    count(counters.webhookRefusals, shown.code);
    if (response.destroyed || response.headersSent) return;
    if (!isSending(request)) {
      answerProblem(response, shown);
      return;
    }
    closeBehind(response);
    answerProblemEarly(request, response, shown);
  }
}

/**
 * Whether there is much to come that nobody wants, or nobody can know whether it comes; little is read by Node itself,
 * and the connection goes on.
 */
function isSending(request: IncomingMessage): boolean {
  const { complete, headers } = request;
  if (complete) return false;
  if (expectsContinue(request)) return true;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > LITTLE;
}

/** Whatever keeps a request from being stored just now passes: its sender is to come again. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['LIMIT_EXCEEDED', 'RATE_LIMITED']);

/** Null for a fault of the server. */
function refusalProblemOf(error: unknown): Problem | null {
  const refusal = refusalOf(error);
  if (!(refusal instanceof CommandError)) return null;
  const { code, message, retryAfter } = refusal;
  if (code === 'NOT_FOUND') return problem(code, message);
  return problem(PASSING.has(code) ? 'OVERLOADED' : code, message, { retryAfter: retryAfter ?? RETRY_AFTER });
}
