import type { FeedJoined, Roomcast, WebhookFeed } from '@roomcast/client';
import type { PlacedRequest, Position } from '@roomcast/protocol';
import type { ForwardCommand, Route } from './command.ts';
import { deliver } from './delivery.ts';
import { counted, type Report } from './report.ts';
import { RequestQueue } from './request-queue.ts';
import { patiently, startingPlace } from './starting-place.ts';
import { ApiFault, WebhookApi } from './webhook-api.ts';

export interface ListenerOptions {
  readonly route: Route;
  readonly command: ForwardCommand;
  readonly client: Roomcast;
  readonly report: Report;
  readonly stop: AbortSignal;
  /** It is over with this webhook for good, and has been said. */
  readonly onEnd: () => void;
}

/** What the others who watch see. */
const NAME = 'roomcast forward';

/** Listens to one webhook and hands what comes to its target, in order. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #api: WebhookApi;
  readonly #queue: RequestQueue;
  #feed: WebhookFeed | null = null;
  /** Where it goes on once the queue is empty, which had been full; null = it is listening. */
  #resumeAt: Position | null = null;
  #wasJoined = false;
  #isDelayed = false;

  constructor(options: ListenerOptions) {
    const { command, route, report, stop } = options;
    this.#options = options;
    this.#api = new WebhookApi(route);
    const context = { target: route.target, options: command.delivery, report, stop };
    this.#queue = new RequestQueue({
      concurrency: command.delivery.concurrency,
      deliver: (request) => deliver(request, context),
      onEmpty: () => this.#goOn(),
    });
  }

  async start(): Promise<void> {
    const { since } = this.#options.command;
    if (since === null) {
      this.#watch(null);
      return;
    }
    try {
      const place = await this.#ask(() => startingPlace(this.#api, since));
      if (place?.answer) this.#watch(place.answer);
      // None so far. One that comes between this answer and the join would be missed: it is asked for again then.
      else if (place) this.#watch(null, () => this.#askAgain());
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Takes nothing more, and resolves when what is on its way has arrived. */
  async stop(): Promise<void> {
    this.#leave();
    await this.#queue.stop();
    this.#options.report.tally.left += this.#queue.size;
  }

  /** @param onFirst called at the first join; until then nothing sets out */
  #watch(since: Position | null, onFirst?: () => Promise<void>): void {
    const { client, route, stop } = this.#options;
    if (stop.aborted) return;
    const { secret, password } = route;
    const credentials = { ...(secret !== undefined && { secret }), ...(password !== undefined && { password }) };
    const feed = client.watchWebhook(route.webhook.id, { name: NAME, ...credentials, ...(since && { since }) });
    this.#feed = feed;
    let place = since;
    feed.on('joined', (joined) => {
      this.#said(joined, place);
      place = joined.position;
      if (!onFirst) return;
      this.#queue.hold();
      void onFirst().catch((error: unknown) => this.#fail(error));
      onFirst = undefined;
    });
    feed.on('request', (request) => {
      place = feed.position;
      this.#take(request);
    });
    feed.on('delayed', ({ message }) => this.#delayed(message));
    feed.on('gone', () => this.#end('gone', `The webhook "${route.webhook.id}" has been deleted.`));
    feed.on('error', ({ code, message }) => this.#end('refused', this.#refusal(code, message)));
  }

  #take(request: PlacedRequest): void {
    this.#queue.push(request);
    if (!this.#queue.isFull || !this.#feed) return;
    const { report, route } = this.#options;
    this.#resumeAt = this.#feed.position;
    this.#leave();
    const sentence = `${counted(this.#queue.size)} wait for ${route.target.host}; more are fetched when these are sent.`;
    report.say('busy', sentence, this.#details());
  }

  /** All that was taken has been sent. */
  #goOn(): void {
    const place = this.#resumeAt;
    this.#resumeAt = null;
    if (place) this.#watch(place);
  }

  async #askAgain(): Promise<void> {
    const { since } = this.#options.command;
    const joinedAt = this.#feed?.position;
    const found = since && (await this.#ask(() => startingPlace(this.#api, since)));
    if (found?.answer && joinedAt && found.answer.offset < joinedAt.offset) {
      this.#leave();
      this.#queue.clear();
      this.#resumeAt = null;
      this.#watch(found.answer);
    }
    this.#queue.release();
  }

  #ask<Answer>(question: () => Promise<Answer>): Promise<{ readonly answer: Answer } | null> {
    const { stop } = this.#options;
    return patiently(question, stop, ({ message, status }) => {
      // That there is no connection is said by the connection.
      if (status !== 0) this.#delayed(message);
    });
  }

  #leave(): void {
    void this.#feed?.leave();
    this.#feed = null;
  }

  #said({ recovered, position }: FeedJoined, place: Position | null): void {
    const { report, route } = this.#options;
    const { webhook, target } = route;
    const isFirst = !this.#wasJoined;
    if (this.#isDelayed && !isFirst)
      report.say('listening', `"${webhook.id}" is watched again.`, this.#details(), 'good');
    this.#isDelayed = false;
    this.#wasJoined = true;
    if (isFirst) {
      const sentence = `Forwarding ${webhook.server}/hooks/${webhook.id} → ${target.href}`;
      report.say('listening', sentence, { ...this.#details(), target: target.href }, 'good');
    }
    if (place === null) return;
    if (!recovered) {
      const sentence = `Some requests of "${webhook.id}" that came meanwhile are not kept any more.`;
      report.say('missing', sentence, this.#details(), 'bad');
      return;
    }
    const missed = position.offset - place.offset;
    if (missed === 0) return;
    // Some of them may have been deleted.
    const sentence = `Up to ${counted(missed)} of "${webhook.id}" came ${isFirst ? 'before' : 'meanwhile'}: catching up.`;
    report.say('catching-up', sentence, { ...this.#details(), missed });
  }

  /** Nothing is forwarded although there is a connection: said once, until it goes on. */
  #delayed(reason: string): void {
    if (this.#isDelayed) return;
    this.#isDelayed = true;
    const sentence = `"${this.#options.route.webhook.id}" CANNOT BE WATCHED just now, trying again: ${reason}`;
    this.#options.report.say('delayed', sentence, this.#details(), 'bad');
  }

  #refusal(code: string, message: string): string {
    const { id } = this.#options.route.webhook;
    if (code === 'NOT_FOUND') return `There is no webhook "${id}" at ${this.#options.route.webhook.server}.`;
    const hint = code === 'UNAUTHENTICATED' ? ' Set ROOMCAST_WEBHOOK_SECRET or ROOMCAST_WEBHOOK_PASSWORD.' : '';
    return `The webhook "${id}" cannot be watched: ${message}${hint}`;
  }

  #fail(error: unknown): void {
    if (!(error instanceof ApiFault)) throw error;
    const { since } = this.#options.command;
    const isRequest = error.status === 404 && since?.kind === 'request' && error.message !== 'Webhook not found';
    const code = error.status === 404 ? 'NOT_FOUND' : error.status === 401 ? 'UNAUTHENTICATED' : '';
    const sentence = isRequest
      ? `"${this.#options.route.webhook.id}" has no request "${since.id}".`
      : this.#refusal(code, error.message);
    this.#end('refused', sentence);
  }

  #end(type: string, sentence: string): void {
    const { report, onEnd } = this.#options;
    this.#leave();
    report.say(type, sentence, this.#details(), 'bad');
    onEnd();
  }

  #details(): object {
    return { webhookId: this.#options.route.webhook.id };
  }
}
