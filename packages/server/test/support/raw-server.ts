import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it came over the wire. */
export interface RawRequest {
  readonly line: string;
  /** Bytes as characters. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Chunks are put together. */
  readonly body: Buffer;
}

/** Takes requests apart by itself, so that no parser stands between what was sent and what is compared. */
export class RawServer {
  readonly requests: RawRequest[] = [];
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  /** @param answer to every request, byte for byte; the connection is closed behind it */
  static async start(
    answer: string | Buffer | null = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
  ): Promise<RawServer> {
    const sockets = new Set<Socket>();
    const listener = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      let received = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        const request = complete(received);
        if (!request) return;
        received = Buffer.alloc(0);
        server.requests.push(request);
        if (answer !== null) socket.end(answer);
      });
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const server = new RawServer((listener.address() as AddressInfo).port);
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    });
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }
}

/** Null where there is more to come. */
function complete(received: Buffer): RawRequest | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [line = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const headers = lines.map((header): [string, string] => {
    const colon = header.indexOf(':');
    return [header.slice(0, colon), header.slice(colon + 1).trim()];
  });
  const headerOf = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const rest = received.subarray(end + 4);
  if (headerOf('transfer-encoding') === 'chunked') {
    const body = unchunked(rest);
    return body && { line, headers, body };
  }
  const length = Number(headerOf('content-length') ?? 0);
  return rest.length < length ? null : { line, headers, body: rest.subarray(0, length) };
}

function unchunked(bytes: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return null;
    const length = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
