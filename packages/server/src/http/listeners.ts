import { once } from 'node:events';
import { type AddressInfo, createServer, isIP, type Server, type Socket } from 'node:net';
import type { FastifyInstance, FastifyListenOptions } from 'fastify';

export interface ListenAddress {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}

interface ListenOptions extends ListenAddress {
  /** Connections that may wait to be accepted. */
  readonly backlog: number;
}

/**
 * Listening sockets of one port. Node accepts one connection of each in a turn of the event loop: where thousands come at
 * once and turns are long, one socket would let them wait for seconds.
 */
const SOCKETS = 8;
/** Connections that may wait to be accepted. */
const BACKLOG = 4096;

/**
 * Begins to take requests and connections.
 * @returns what has to be closed beside the application
 * @throws the error of `listen`: rejects
 */
export async function listen(app: FastifyInstance, { host, port }: ListenAddress): Promise<readonly Server[]> {
  if (!canShare(host)) {
    await app.listen({ host, port, backlog: BACKLOG });
    return [];
  }
  const options = { host, port: await probe({ host, port }), backlog: BACKLOG };
  await app.listen({ ...options, reusePort: true } as FastifyListenOptions);
  return listenBeside(app.server, options);
}

/** Where to find a server that listens there. */
export function urlsOf(scheme: string, host: string, { port }: AddressInfo): string[] {
  if (host === '0.0.0.0' || host === '::') return [`${scheme}://localhost:${port}`];
  return [`${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`];
}

/**
 * Whether the address is free. Sockets that share a port say nothing of another program that does so too.
 * @returns the port
 * @throws the error of `listen`: rejects
 */
async function probe({ host, port }: ListenAddress): Promise<number> {
  const server = createServer().listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Whether a port can have several sockets here. */
function canShare(host: string): boolean {
  return process.platform === 'linux' && isIP(host) !== 0;
}

/** Further sockets beside the one that `server` listens on, which hand their connections to it. */
async function listenBeside(server: Server, options: ListenOptions): Promise<readonly Server[]> {
  const handOver = (socket: Socket): void => {
    server.emit('connection', socket);
  };
  const others = Array.from({ length: SOCKETS - 1 }, () => {
    return createServer({ allowHalfOpen: true, noDelay: true }, handOver).listen({ ...options, reusePort: true });
  });
  await Promise.all(others.map((other) => once(other, 'listening')));
  return others;
}
