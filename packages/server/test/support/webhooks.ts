import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { CapturedRequest, PlacedRequest } from '@roomcast/protocol';
import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { Passwords } from '../../src/auth/passwords.ts';
import { namespaces } from '../../src/core/policy.ts';
import { StoredLogs } from '../../src/logs/stored-logs.ts';
import type { LogStore } from '../../src/store/log-store.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { WebhookStore } from '../../src/store/webhook-store.ts';
import { newId } from '../../src/util/ids.ts';
import type { Webhook } from '../../src/webhooks/service.ts';
import type { WebhookSettings } from '../../src/webhooks/settings.ts';
import { Webhooks } from '../../src/webhooks/webhooks.ts';
import { openStore, temporaryFolder } from '../store/harness.ts';
import type { Api } from './api.ts';
import { ManualClock, TestCore } from './core.ts';
import { Inbox } from './inbox.ts';

/** What the API says of a webhook that it has created. */
export interface Created {
  readonly id: string;
  readonly url: string;
  readonly secret: string;
}

/** `POST /api/webhooks`. */
export async function createWebhook(server: Api, wish: object = {}): Promise<Created> {
  const { status, json, text } = await server.postJson('/api/webhooks', wish);
  expect(status, text).toBe(201);
  return json as Created;
}

/** All that a webhook has captured, oldest first, as the API lists it. */
export async function capturedBy(server: Api, { id, secret }: Created): Promise<readonly PlacedRequest[]> {
  const found: PlacedRequest[] = [];
  let cursor = '';
  do {
    const path = `/api/webhooks/${id}/requests?order=oldest&limit=200${cursor}`;
    const { status, json, text } = await server.get(path, { 'x-webhook-secret': secret });
    expect(status, text).toBe(200);
    const page = json as { requests: PlacedRequest[]; cursor: string | null };
    found.push(...page.requests);
    cursor = page.cursor === null ? '' : `&cursor=${encodeURIComponent(page.cursor)}`;
  } while (cursor !== '');
  return found;
}

/** The bytes of a body, as whoever reads a captured request gets them. */
export function bytesOf({ body, bodyEncoding }: CapturedRequest): Buffer {
  return Buffer.from(body ?? '', bodyEncoding ?? 'utf8');
}

/** A TCP connection on which a test writes what no HTTP library would. */
export class RawSocket {
  readonly #socket: Socket;
  /** What has come so far, each byte as one character, as often as there was more. */
  readonly #texts = new Inbox<string>();
  readonly #ended: Promise<void>;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1');
      this.#texts.push(this.#text);
    });
    socket.on('close', () => {
      this.#texts.end(new Error(`The connection has ended after ${JSON.stringify(this.#text)}`));
      resolve();
    });
  }

  static async open(port: number): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    onTestFinished(() => {
      socket.destroy();
    });
    return new RawSocket(socket);
  }

  /** Resolves when the bytes have left. */
  write(data: string | Buffer): Promise<void> {
    return new Promise((resolve) => this.#socket.write(data, () => resolve()));
  }

  /** All that has come, as soon as it matches. */
  until(pattern: RegExp): Promise<string> {
    if (pattern.test(this.#text)) return Promise.resolve(this.#text);
    return this.#texts.next((text) => pattern.test(text), `what matches ${pattern}`);
  }

  /** All that has come, as soon as there are so many whole answers without a body. */
  async answers(count: number): Promise<string> {
    return this.#texts.next((text) => text.endsWith('\r\n\r\n') && countOf(text) === count, `${count} answers`);
  }

  /** All that came before the server closed the connection. */
  async end(): Promise<string> {
    await this.#ended;
    return this.#text;
  }

  /** Ends this side, and goes on reading. */
  finish(): void {
    this.#socket.end();
  }

  /** Breaks off. */
  destroy(): void {
    this.#socket.destroy();
  }
}

/** Answers that have begun. */
function countOf(text: string): number {
  return text.split('HTTP/1.1 ').length - 1;
}

const SETTINGS: WebhookSettings = {
  webhooks: 'anyone',
  webhookRequests: 100,
  webhookAge: 0,
  webhookQuota: 1024 * 1024 * 1024,
  webhookLimit: 1000,
  webhookIdle: 0,
  webhookCreationRate: 0,
  loginAttempts: 3,
  loginWindow: 60_000,
};

/** Quick, and no less right. */
const CHEAP = new Passwords({ memoryCost: 64, timeCost: 1, parallelism: 1 });

/** The webhooks over a store on disk and a core without sockets, with a clock that goes when it is told to. */
export class WebhookCore {
  readonly webhooks: Webhooks;
  readonly store: SqliteStore;
  /** What the webhooks take for the store: a test may put something else in its place. */
  readonly tampered: { -readonly [Name in keyof WebhookStore]: WebhookStore[Name] };
  /** What they cut logs with. */
  cut: LogStore['cut'];
  /** Webhooks that were said to be locked in another way than before. */
  readonly locked: Webhook[] = [];
  readonly core: TestCore;
  readonly clock: ManualClock;

  private constructor(parts: Pick<WebhookCore, 'webhooks' | 'store' | 'tampered' | 'core' | 'clock'>) {
    this.webhooks = parts.webhooks;
    this.store = parts.store;
    this.tampered = parts.tampered;
    this.cut = parts.store.logs.cut;
    this.core = parts.core;
    this.clock = parts.clock;
  }

  static async open(
    settings: Partial<WebhookSettings> = {},
    clock = new ManualClock(),
    folder = temporaryFolder(),
  ): Promise<WebhookCore> {
    const store = await openStore(folder);
    const tampered = { ...store.webhooks };
    const log = pino({ level: 'silent' });
    const logs = await StoredLogs.load({ store: store.logs, namespaces: namespaces({}), clock, log });
    const cut: LogStore['cut'] = (...args) => opened.cut(...args);
    const webhooks = await Webhooks.open({
      store: { webhooks: tampered, logs: { ...store.logs, cut } },
      settings: { ...SETTINGS, ...settings },
      passwords: CHEAP,
      onLocked: (webhook) => void opened.locked.push(webhook),
      ...{ logs, clock, log },
    });
    const core = new TestCore({ clock, openStoredLog: logs.open, isKnown: ({ name }) => webhooks.has(name) });
    logs.start(core.engine.positions, (room) => core.engine.hub.get(room) !== undefined);
    webhooks.start(core.engine);
    onTestFinished(() => {
      webhooks.stop();
      logs.stop();
    });
    const opened = new WebhookCore({ webhooks, store, tampered, core, clock });
    return opened;
  }

  /** A new webhook of somebody who has no limits. */
  async create(wish: Parameters<Webhooks['create']>[0] = {}): Promise<Webhook> {
    return (await this.webhooks.create(wish, null)).webhook;
  }

  /** Captures requests with these bodies, one after the other. */
  async capture(webhook: Webhook, ...bodies: string[]): Promise<string[]> {
    const requests = bodies.map((body) => requestWith(webhook, body, this.clock.now()));
    await Promise.all(requests.map((request) => this.webhooks.capture(webhook, request)));
    return requests.map(({ id }) => id);
  }

  /** The bodies that a reader gets, oldest first. */
  async bodies(webhook: Webhook): Promise<(string | null)[]> {
    const query = { order: 'oldest', cursor: null, limit: 1000, filter: {} } as const;
    const { requests } = await this.webhooks.requests(webhook, query);
    return requests.map(({ data }) => (JSON.parse(Buffer.from(data).toString()) as CapturedRequest).body);
  }

  /** The events in the webhook's log, on disk, oldest first. */
  async log({ room }: Webhook): Promise<string[]> {
    const { publications } = await this.store.logs.after(room, 0, 10_000, 1e9);
    return publications.map(({ event, offset }) => `${offset} ${event}`);
  }
}

function requestWith({ id }: Webhook, body: string, at: number): CapturedRequest {
  return {
    ...{ id: newId(), webhookId: id, method: 'POST', url: `/hooks/${id}`, path: '', query: '', httpVersion: '1.1' },
    ...{ headers: {}, rawHeaders: [], queryParams: {}, body, bodyEncoding: 'utf8', bodySize: body.length },
    ...{ truncated: false, timestamp: new Date(at).toISOString(), sourceIp: '192.0.2.1', userAgent: null },
    ...{ secure: false, duration: 0 },
  };
}
