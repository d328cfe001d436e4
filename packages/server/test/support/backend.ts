import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ForwardedEvent } from '../../src/gateway/event.ts';
import { Inbox } from './inbox.ts';

/** A backend that takes events, and answers as it is told. */
export class Backend {
  readonly events = new Inbox<ForwardedEvent>();
  /** By event name. */
  readonly answers = new Map<string, { readonly status?: number; readonly body?: unknown }>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Backend> {
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += String(chunk);
      });
      request.on('end', () => {
        const event = JSON.parse(text) as ForwardedEvent;
        const { status = 200, body } = backend.answers.get(event.event) ?? {};
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? undefined : JSON.stringify(body));
        backend.events.push(event);
      });
    });
    const backend = new Backend(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/events`;
  }

  next(event: string): Promise<ForwardedEvent> {
    return this.events.next((received) => received.event === event, event);
  }
}
