import type { StateChange, WatchOptions, WebhookFeed, WebhookFeedEvents } from '@roomcast/client';
import type { WebhookDetails } from '@roomcast/protocol';
import type { Client, Platform } from '../../src/inspect/model/platform.ts';
import { FakeClock } from './inspect.ts';

type Listener = (...details: unknown[]) => unknown;

/** What a call of the HTTP API is answered: a status and JSON. */
export type Answer = readonly [status: number, body?: unknown];
export type Answers = (call: { readonly method: string; readonly path: string; readonly headers: Headers }) => Answer;

/** The server and the browser of a page of a webhook, worked by hand. */
export class ScriptedPlatform implements Platform {
  readonly origin = 'http://server';
  readonly clock = new FakeClock();
  readonly said: string[] = [];
  readonly watched: WatchOptions[] = [];
  readonly selected: (string | null)[] = [];
  readonly stored = new Map<string, string>();
  /** Behind `?request=`. */
  shownInAddress: string | null = null;
  left = 0;
  readonly #answers: Answers;
  readonly #feed = new Map<string, Listener>();
  readonly #client = new Map<string, Listener>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  readonly fetch: Platform['fetch'] = async (url, { method = 'GET', headers }) => {
    const { pathname, search } = new URL(url);
    const [status, body] = this.#answers({ method, path: pathname + search, headers: new Headers(headers) });
    return new Response(body === undefined ? null : JSON.stringify(body), { status });
  };

  readonly memory: Platform['memory'] = {
    get: (key) => this.stored.get(key) ?? null,
    set: (key, text) => void (text === null ? this.stored.delete(key) : this.stored.set(key, text)),
  };

  readonly address: Platform['address'] = {
    read: () => this.shownInAddress,
    write: (requestId) => {
      this.shownInAddress = requestId;
    },
    onChange: () => {},
  };

  now = () => 1_000;
  say = (text: string) => void this.said.push(text);

  connect = (): Client => ({
    connectionId: 'me',
    on: (event, listener) => listen(this.#client, event, listener),
    watchWebhook: (_id, options = {}) => this.#watch(options),
    reconnectNow: () => {},
    close: () => {},
  });

  /** Something that the live feed tells. */
  emit<Name extends keyof WebhookFeedEvents>(name: Name, ...details: WebhookFeedEvents[Name]): void {
    this.#feed.get(name)?.(...details);
  }

  connection(change: Omit<StateChange, 'previous'>): void {
    this.#client.get('state')?.({ previous: 'connected', ...change });
  }

  #watch(options: WatchOptions): WebhookFeed {
    this.watched.push(options);
    return {
      webhookId: 'hook',
      joined: true,
      position: null,
      watchers: [],
      watcherCount: 0,
      on: (event, listener) => listen(this.#feed, event, listener),
      select: (requestId) => this.selected.push(requestId),
      rename: () => {},
      leave: async () => {
        this.left += 1;
      },
    };
  }
}

function listen(listeners: Map<string, Listener>, event: string, listener: unknown): () => void {
  listeners.set(event, listener as Listener);
  return () => void listeners.delete(event);
}

/** A webhook as the API tells it. */
export function detailsOf(fields: Partial<WebhookDetails> = {}): WebhookDetails {
  return {
    id: 'hook',
    url: 'http://server/hooks/hook',
    named: false,
    locked: false,
    createdAt: '2026-01-01T00:00:00.000Z',
    requests: 0,
    bytes: 0,
    lastRequestAt: null,
    response: { status: 200, headers: [], body: '', delay: 0, cors: true },
    retention: { requests: 3, age: 0 },
    retentionLimits: { requests: 30, age: 0 },
    ...fields,
  };
}
