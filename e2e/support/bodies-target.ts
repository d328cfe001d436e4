import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A request as its bytes said it. */
export interface Arrived {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** A local program that is forwarded to. It reads bytes, not what a library makes of them. */
export interface RawTarget {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  close(): Promise<void>;
}

export async function startTarget(): Promise<RawTarget> {
  const arrived: Arrived[] = [];
  const server = createServer((socket) => receive(socket, (request) => arrived.push(request)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** One request per connection, its length said before. */
function receive(socket: Socket, take: (request: Arrived) => void): void {
  const chunks: Buffer[] = [];
  let isAnswered = false;
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    const request = isAnswered ? null : parse(Buffer.concat(chunks));
    if (request === null) return;
    isAnswered = true;
    take(request);
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
}

/** Null as long as something is missing. */
function parse(bytes: Buffer): Arrived | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', target = ''] = first.split(' ');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const length = Number(headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? 0);
  const body = bytes.subarray(end + 4);
  return body.length < length ? null : { method, target, headers, body };
}
