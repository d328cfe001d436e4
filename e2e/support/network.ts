import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A network between browser and server that can fail. */
export interface Network {
  /** Where the browser finds the server, as long as the network holds. */
  readonly url: string;
  /** From now on nothing of what the server says arrives; what the browser says still does. */
  muteServer(): void;
  /** Ends every connection without a word and takes no new one. */
  cut(): void;
  /** Takes connections again, which pass both ways. */
  restore(): void;
  close(): Promise<void>;
}

/** Passes bytes to `port` of this machine. */
export async function startNetwork(port: number): Promise<Network> {
  const near = new Set<Socket>();
  const far = new Set<Socket>();
  let isCut = false;

  const server = createServer((socket) => {
    if (isCut) {
      socket.destroy();
      return;
    }
    const upstream = connect(port, '127.0.0.1');
    join(socket, upstream, near);
    join(upstream, socket, far);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = () => {
    isCut = true;
    for (const socket of [...near, ...far]) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    muteServer: () => {
      for (const socket of far) socket.unpipe().pause();
    },
    cut,
    restore: () => {
      isCut = false;
    },
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes what `from` says on to `to`, and its end too. */
function join(from: Socket, to: Socket, open: Set<Socket>): void {
  open.add(from);
  from.pipe(to);
  // Broken connections are what this network is for.
  from.on('error', () => {});
  from.on('close', () => {
    open.delete(from);
    to.destroy();
  });
}
