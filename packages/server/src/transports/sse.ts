import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Audit } from '../auth/audit.ts';
import type { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import type { Identity } from '../core/identity.ts';
import { problem } from '../http/problem.ts';
import { refusalOfReader, type UpgradeOptions } from '../http/upgrade.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Clock } from '../util/clock.ts';
import type { BucketRate } from '../util/token-bucket.ts';
import { SseReader } from './sse-reader.ts';
import { isForEvents } from './sse-request.ts';

/** Watching a webhook, for the one who may say whether. */
export interface WebhookJoin {
  readonly webhookId: string;
  /** One of them may be the webhook's. */
  readonly secrets: readonly string[];
  readonly password?: string;
  readonly lastEventId?: string;
  /** Whether the request shows an API key that may read everything. */
  readonly keyed?: boolean;
}

export interface SseOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly audit: Audit;
  readonly rate: BucketRate;
  /** Who is let in at all, as with WebSocket upgrades. */
  readonly gates: Pick<UpgradeOptions, 'isDraining' | 'isOverloaded' | 'origins' | 'peers' | 'admission'>;
  /** Who it is, where it shows something. May throw and reject with ProblemError and StoreError. */
  readonly identify: (request: IncomingMessage, query: string) => Identity | null | Promise<Identity | null>;
  /** Told of a connection before it enters its room: a token may grant it rooms. */
  readonly opened?: (connection: Connection, request: IncomingMessage) => void;
  /**
   * Puts a connection into the room of a webhook; `joined` and what was missed go out as frames of its format.
   * @throws CommandError: rejects
   */
  readonly join: (connection: Connection, join: WebhookJoin) => Promise<void>;
  /** Whether a request shows an API key that may read everything. May throw ProblemError where it is wrong. */
  readonly mayRead: (request: IncomingMessage) => boolean;
  /** Milliseconds until a reader is in its room. */
  readonly handshakeTimeout: number;
  /** Told of a fault that struck on the way into a room. */
  readonly onFault: (connection: Connection | null, error: unknown) => void;
}

const SHARED = problem(
  'VALIDATION_ERROR',
  'Events need a connection of their own: wait for the answer before this one.',
);

const PREFLIGHT = {
  'access-control-allow-methods': 'GET',
  'access-control-allow-headers':
    'authorization, cache-control, last-event-id, x-api-key, x-webhook-password, x-webhook-secret',
  'access-control-max-age': '600',
};

/**
 * `GET /sse?room=NAME` and `GET /api/webhooks/ID/events`: one room as Server-Sent Events, for readers behind proxies that
 * break WebSockets, for `curl` and for `EventSource`. Who may not read is told so in HTTP, before there is a stream.
 */
export class SseTransport {
  readonly #options: SseOptions;

  constructor(options: SseOptions) {
    this.#options = options;
  }

  /** Whether a request is for events. */
  readonly owns = isForEvents;

  readonly request = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume(); // a body means nothing here, and unread it would hide that the client has gone
    response.on('error', ignore); // 'close' follows
    if (this.#allowOrigin(request, response) && isPreflight(request)) {
      response.writeHead(204, PREFLIGHT).end();
      return;
    }
    const reader = new SseReader(request, response, this.#options);
    const { gates } = this.#options;
    const refusal = refusalOfReader(request, gates);
    if (refusal) reader.refuse(problem(refusal.code, refusal.detail), refusal.headers);
    // Behind another answer on the same connection, what it is sent could not leave.
    else if (response.socket === null) reader.refuse(SHARED);
    else void reader.enter();
  };

  /** Returns whether a page of an allowed origin asks. */
  #allowOrigin(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    response.setHeader('vary', 'origin');
    response.setHeader('x-content-type-options', 'nosniff');
    if (origin === undefined || !this.#options.gates.origins.allows(request)) return false;
    response.setHeader('access-control-allow-origin', origin);
    return true;
  }
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function ignore(): void {}
