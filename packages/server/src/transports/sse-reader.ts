import type { IncomingMessage, ServerResponse } from 'node:http';
import { passwordOf, secretsOf } from '../auth/webhook-credentials.ts';
import { Connection } from '../core/connection.ts';
import { CommandError } from '../core/errors.ts';
import type { Membership } from '../core/membership.ts';
import type { Recovery } from '../core/recover.ts';
import { placeOfPublication } from '../core/views.ts';
import { isForwarded } from '../http/peer.ts';
import { type Problem, ProblemError, problem, problemOfError } from '../http/problem.ts';
import { count } from '../telemetry/counters.ts';
import type { SseOptions } from './sse.ts';
import { sseFormat } from './sse-format.ts';
import { SseLink } from './sse-link.ts';
import { isWebhook, queryOf, readWish, type SseWish } from './sse-request.ts';

const LATER = { retryAfter: 5000 };
const AWAY = problem('STORAGE_UNAVAILABLE', 'This takes too long just now; try again later.', LATER);

/**
 * One reader on the way into its room. It is refused in HTTP as long as nothing has been written. The engine knows it
 * once it is in; until then whatever ends it takes it out of the room again, and counts as a refusal.
 */
export class SseReader {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: SseOptions;
  readonly #link: SseLink;
  readonly #address: string;
  #connection: Connection | null = null;

  constructor(request: IncomingMessage, response: ServerResponse, options: SseOptions) {
    this.#request = request;
    this.#response = response;
    this.#options = options;
    this.#address = options.gates.peers.addressOf(request);
    this.#link = new SseLink(response, () => this.#connection && options.engine.heartbeat.seen(this.#connection));
  }

  /** Lets the reader in, or answers why not. Never rejects. */
  async enter(): Promise<void> {
    const timer = setTimeout(() => this.refuse(AWAY), this.#options.handshakeTimeout).unref();
    this.#response.once('close', () => clearTimeout(timer));
    try {
      const wish = readWish(this.#request);
      this.#takePlace();
      await this.#enter(wish);
    } catch (error) {
      this.#fail(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Answers a problem; a reader that is in its room already is told that the server failed. */
  refuse(found: Problem, headers: Readonly<Record<string, string>> = {}): void {
    const { engine, counters, audit } = this.#options;
    const connection = this.#connection;
    if (connection && this.#link.hasBegun) {
      engine.close(connection, 1011, found.detail);
      return;
    }
    if (connection) engine.closed(connection, 1006, '');
    if (!this.#link.isWaiting) return;
    const { code } = found;
    const path = (this.#request.url ?? '').replace(/\?.*/s, '').slice(0, 100);
    count(counters.refusals, code as string);
    audit.refused({ code, address: this.#address, path }, 'event stream refused');
    this.#link.refuse(found, headers);
  }

  /** A place is held by the response, from here to its end: whatever becomes of it, it is given back once. */
  #takePlace(): void {
    const { admission } = this.#options.gates;
    if (admission.admit(this.#address) !== 'admitted') throw new ProblemError('SERVER_BUSY', 'Server busy', LATER);
    this.#response.once('close', () => admission.release(this.#address));
  }

  async #enter(wish: SseWish): Promise<void> {
    const { engine, clock, rate, identify, opened } = this.#options;
    const identity = isWebhook(wish) ? null : await identify(this.#request, queryOf(this.#request));
    if (!this.#link.isWaiting) return; // it has gone, or has had its answer
    this.#requireRunning();
    const connection = new Connection(this.#link, sseFormat, this.#address, rate.burst, clock.monotonic(), identity);
    connection.isForwarded = isForwarded(this.#request);
    this.#connection = connection;
    this.#response.once('close', () => engine.closed(connection, 1006, ''));
    opened?.(connection, this.#request);
    if (isWebhook(wish)) await this.#joinWebhook(connection, wish);
    else await this.#joinRoom(connection, wish);
    this.#settle(connection);
  }

  /** @throws ProblemError SHUTTING_DOWN */
  #requireRunning(): void {
    if (!this.#options.gates.isDraining()) return;
    throw new ProblemError('SHUTTING_DOWN', 'This server is shutting down.', LATER);
  }

  /** @throws CommandError: rejects */
  async #joinWebhook(connection: Connection, { room, lastEventId }: SseWish): Promise<void> {
    const { join, mayRead } = this.#options;
    const password = passwordOf(this.#request);
    await join(connection, {
      webhookId: room.name,
      secrets: secretsOf(this.#request),
      ...(password === undefined ? {} : { password }),
      ...(lastEventId === null ? {} : { lastEventId }),
      ...(mayRead(this.#request) ? { keyed: true } : {}),
    });
  }

  /** @throws CommandError: rejects */
  async #joinRoom(connection: Connection, { room, lastEventId, limit }: SseWish): Promise<void> {
    const { hub, recoverer, joinHistory } = this.#options.engine.commands;
    const membership = hub.enter(connection, room);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    membership.onDissolved = () => reject(new CommandError('NOT_FOUND', 'This room has been deleted.'));
    // An id that is none of ours is a place that is not known any more.
    const since = lastEventId === null ? null : (placeOfPublication(lastEventId) ?? { epoch: '', offset: 0 });
    recoverer.join(membership, since, limit ?? joinHistory, (recovery) => {
      membership.onDissolved = null;
      this.#greet(membership, recovery);
      resolve();
    });
    await promise;
  }

  /** What was missed comes as events, as it would have come live; the recent page, which may repeat some, in the answer. */
  #greet({ connection, room }: Membership, { history, recovered }: Recovery): void {
    const { fanout } = this.#options.engine;
    const reply = {
      roomId: room.name.full,
      roomName: room.name.name,
      members: room.presence?.list() ?? null,
      offset: room.log?.top ?? null,
      epoch: room.log?.epoch ?? null,
      recovered,
    };
    const page = { field: 'history', room, records: recovered ? [] : history } as const;
    fanout.send(connection, 'join_room_success', reply, undefined, page);
    if (!recovered || history.length === 0) return;
    fanout.sendFrame(connection, Buffer.concat(history.map((record) => sseFormat.publication(room, record))));
  }

  /** It is in its room. */
  #settle(connection: Connection): void {
    const { engine, gates } = this.#options;
    if (connection.state === 'closed') return; // it has gone meanwhile, or has had its answer
    this.#link.begin();
    engine.opened(connection);
    // A stream is of one room, and ends with it.
    for (const membership of connection.memberships) {
      membership.onDissolved = () => setImmediate(() => engine.close(connection, 1000, 'The room is no more.'));
    }
    engine.settled(connection);
    if (gates.isDraining()) engine.close(connection, 1001, 'The server is shutting down.');
  }

  #fail(error: unknown): void {
    const found = problemOfError(error);
    if (!found) this.#options.onFault(this.#connection, error);
    const allow = found?.['allow'];
    const headers = Array.isArray(allow) ? { allow: allow.join(', ') } : {};
    this.refuse(found ?? problem('INTERNAL_ERROR', 'The server failed; its log says why.'), headers);
  }
}
