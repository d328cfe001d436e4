import { once } from 'node:events';
import { createServer, isIP, type Server, type Socket } from 'node:net';

export interface ListenOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Connections that may wait to be accepted. */
  readonly backlog: number;
}

/**
 * Listening sockets of one port. Node accepts one connection of each in a turn of the event loop: where thousands come at
 * once and turns are long, one socket would let them wait for seconds.
 */
const SOCKETS = 8;

/**
 * Whether the address is free. Sockets that share a port say nothing of another program that does so too.
 * @returns the port
 * @throws the error of `listen`: rejects
 */
export async function probe({ host, port }: ListenOptions): Promise<number> {
  const server = createServer().listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Whether a port can have several sockets here. */
export function canShare(host: string): boolean {
  return process.platform === 'linux' && isIP(host) !== 0;
}

/** Further sockets beside the one that `server` listens on, which hand their connections to it. */
export async function listenBeside(server: Server, options: ListenOptions): Promise<readonly Server[]> {
  const handOver = (socket: Socket): void => {
    server.emit('connection', socket);
  };
  const others = Array.from({ length: SOCKETS - 1 }, () => {
    return createServer({ allowHalfOpen: true, noDelay: true }, handOver).listen({ ...options, reusePort: true });
  });
  await Promise.all(others.map((other) => once(other, 'listening')));
  return others;
}
