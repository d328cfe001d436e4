import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event of a client as it arrived. */
export interface Arrival {
  readonly id: string;
  readonly userId: string;
  /** The number that its user gave it. */
  readonly number: number;
}

/** A backend that takes every event and writes it down, and can be away. */
export class EventBackend {
  /** Events of clients in the order of their arrival, repetitions included. */
  readonly arrivals: Arrival[] = [];
  #server: Server | null = null;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/events`;
  }

  /** Listens, and always on the same port. */
  async open(): Promise<void> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { kind, id, userId, data } = JSON.parse(Buffer.concat(chunks).toString());
      if (kind === 'event') this.arrivals.push({ id, userId, number: data.number });
      response.end();
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Connections are refused from now on. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}
