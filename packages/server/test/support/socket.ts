import { once } from 'node:events';
import type { Socket as TcpSocket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { Inbox } from './inbox.ts';

/** How a connection ended, as its client saw it. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket client that waits for events instead of sleeping. Dropped when its test is over. */
export class Socket {
  /** The text messages that nobody has taken yet. */
  readonly inbox = new Inbox<string>();
  /** Resolves when the connection is gone. */
  readonly closed: Promise<Ending>;
  readonly ws: WebSocket;
  /** The connection below, for deaths that no WebSocket library offers. */
  readonly tcp: TcpSocket;

  private constructor(ws: WebSocket, tcp: TcpSocket) {
    this.ws = ws;
    this.tcp = tcp;
    ws.on('message', (data: RawData) => this.inbox.push(data.toString()));
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => {
        this.inbox.end(new Error(`The connection was closed: ${code} ${reason}`));
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Connects. @throws where the handshake fails */
  static async open(url: string, options: ClientOptions = {}, subprotocols: string[] = []): Promise<Socket> {
    const ws = new WebSocket(url, subprotocols, { perMessageDeflate: false, ...options });
    let tcp: TcpSocket | null = null;
    let socket: Socket | null = null;
    // Here and not after `open`, or messages that come right behind the handshake would be lost.
    ws.on('upgrade', (response) => {
      tcp = response.socket;
      socket = new Socket(ws, tcp);
    });
    await once(ws, 'open');
    ws.on('error', () => {}); // `close` follows
    onTestFinished(() => ws.terminate());
    if (!socket) throw new Error('A WebSocket without an upgrade');
    return socket;
  }

  /** The next message, whatever it is. */
  next(what = 'a message'): Promise<string> {
    return this.inbox.next(undefined, what);
  }

  send(message: string | Buffer): void {
    this.ws.send(message);
  }

  /** Begins the closing handshake, and waits for its end. */
  async close(code = 1000): Promise<Ending> {
    this.ws.close(code);
    return this.closed;
  }
}
