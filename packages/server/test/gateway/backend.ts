import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ForwardedEvent } from '../../src/gateway/event.ts';

/** A request of the forwarder as the backend sees it. */
export interface Delivery {
  readonly event: ForwardedEvent;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers one request. */
export type Behaviour = (delivery: Delivery) => void;

/** Answers with a status, and whatever else. */
export function answer(status: number, headers: Record<string, string> = {}, body = ''): Behaviour {
  return ({ response }) => void response.writeHead(status, headers).end(body);
}

/** A backend of somebody else: a real HTTP server that behaves as it is told. */
export class TestBackend {
  /** Everything that arrived, in order. */
  readonly deliveries: Delivery[] = [];
  behave: Behaviour;
  readonly #waiters = new Set<() => void>();
  #server: Server | null = null;
  #port = 0;

  private constructor(behave: Behaviour) {
    this.behave = behave;
  }

  static async start(behave: Behaviour = answer(200)): Promise<TestBackend> {
    const backend = new TestBackend(behave);
    await backend.open();
    onTestFinished(() => backend.close());
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/events?from=roomcast`;
  }

  /** Listens again where it listened before. */
  async open(): Promise<void> {
    const server = createServer((request, response) => void this.#receive(request, response));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Is away: connections are refused. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Ids of what has arrived, in order, repetitions included. */
  ids(userId?: string): string[] {
    const wanted = this.deliveries.filter(({ event }) => userId === undefined || event.userId === userId);
    return wanted.map(({ event }) => event.id);
  }

  /** Resolves when something holds that only a delivery can bring about. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiters.add(resolve);
      await promise;
    }
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const delivery = { event: JSON.parse(body), body, headers: request.headers, request, response };
    this.deliveries.push(delivery);
    this.behave(delivery);
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}
