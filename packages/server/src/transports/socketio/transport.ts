import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import type { Duplex } from 'node:stream';
import { Server as EngineServer } from 'engine.io';
import { Server, type Socket } from 'socket.io';
import type { TokenClaims } from '../../auth/jwt/token-claims.ts';
import { Connection } from '../../core/connection.ts';
import { CommandError } from '../../core/errors.ts';
import { isForwarded } from '../../http/peer.ts';
import { isSocketIoFile } from '../../http/socketio-files.ts';
import { newId } from '../../util/ids.ts';
import { hubAdapter } from './adapter.ts';
import { type SocketIoFormat, socketIoPacked, socketIoText } from './format.ts';
import { SocketIoLink } from './link.ts';
import { allowAnotherTry, chooseEncoder, createParser } from './parser.ts';
import { type ClientData, newClientData, Receiver, type ReceiverOptions } from './receiver.ts';

export interface SocketIoOptions extends ReceiverOptions {
  /** Largest message and polling body in bytes. */
  readonly maxFrameSize: number;
  /** Milliseconds. */
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly handshakeTimeout: number;
  /** Milliseconds for which a client may come back; 0 = recovery is off. */
  readonly recoveryWindow: number;
  /** Takes a place for a connection; null where there is none. Returns how to give it back. */
  readonly admit: (request: IncomingMessage) => { readonly address: string; release(): void } | null;
  /** Whether a new connection may begin. */
  readonly admits: (request: IncomingMessage) => boolean;
  readonly allowsOrigin: (request: IncomingMessage) => boolean;
}

/** What we keep with each socket of Socket.IO. */
interface SocketData extends ClientData {
  claims: TokenClaims | null;
}

type ClientSocket = Socket<never, never, never, SocketData>;

export const SOCKET_IO_PATH = '/socket.io/';

/**
 * `/socket.io/`: the official server of Socket.IO as a transport. It speaks its protocol, looks after polling, upgrades and
 * heartbeats; rooms, members and what they are sent are the hub's (see adapter.ts and link.ts).
 */
export class SocketIoTransport {
  readonly #options: SocketIoOptions;
  readonly #engineIo: EngineServer;
  readonly #io: Server;
  readonly #text: SocketIoFormat;
  readonly #packed: SocketIoFormat;
  readonly #receiver: Receiver;

  constructor(options: SocketIoOptions) {
    const { engine, maxFrameSize, pingInterval, pingTimeout, recoveryWindow, handshakeTimeout, gateway } = options;
    this.#options = options;
    this.#text = socketIoText(engine.positions);
    this.#packed = socketIoPacked(engine.positions);
    this.#receiver = new Receiver(options);
    this.#io = new Server({
      serveClient: false,
      parser: createParser(maxFrameSize) as never,
      adapter: hubAdapter(gateway),
      connectTimeout: handshakeTimeout,
      ...(recoveryWindow > 0
        ? { connectionStateRecovery: { maxDisconnectionDuration: recoveryWindow, skipMiddlewares: false } }
        : {}),
    });
    this.#engineIo = new EngineServer({
      // Only called where a connection begins, by whatever reading of the address.
      allowRequest: (request, done) => done(null, options.admits(request)),
      maxHttpBufferSize: maxFrameSize,
      pingInterval,
      // Ours is the whole silence after which a client counts as dead; engine.io's begins with its ping.
      pingTimeout: Math.max(pingTimeout - pingInterval, 1000),
      upgradeTimeout: handshakeTimeout,
      perMessageDeflate: false,
      httpCompression: false,
      cors: ((request: IncomingMessage, done: (error: null, options: object) => void) => {
        const { origin } = request.headers;
        done(null, {
          origin: origin !== undefined && options.allowsOrigin(request) ? origin : false,
          credentials: true,
        });
      }) as never,
    });
    this.#io.bind(this.#engineIo);
    this.#engineIo.on('connection', this.#admit);
    this.#io.use((socket, next) => void this.#identify(socket as unknown as ClientSocket, next));
    this.#io.on('connection', (socket) => void this.#open(socket as unknown as ClientSocket));
  }

  /** Whether a request is Socket.IO's. */
  readonly owns = ({ url = '' }: IncomingMessage): boolean => {
    return (url.startsWith(SOCKET_IO_PATH) || url.startsWith('/socket.io?')) && !isSocketIoFile(url);
  };

  /** Whether it begins a connection. */
  readonly begins = ({ url = '' }: IncomingMessage): boolean => {
    // As engine.io reads it: one that is empty is none.
    const { sid } = parseQuery(url.slice(url.indexOf('?') + 1));
    return !sid || sid.length === 0;
  };

  readonly request = (request: IncomingMessage, response: ServerResponse): void => {
    this.#engineIo.handleRequest(request as never, response);
  };

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    this.#engineIo.handleUpgrade(request as never, socket as never, head);
  };

  close(): void {
    this.#engineIo.close();
  }

  /** A place is held by the connection of engine.io, whatever it speaks. */
  readonly #admit = (conn: {
    request: IncomingMessage;
    close(discard: boolean): void;
    once: EventEmitterOnce;
  }): void => {
    const place = this.#options.admit(conn.request);
    if (!place) {
      conn.close(true);
      return;
    }
    places.set(conn, place.address);
    conn.once('close', () => place.release());
  };

  async #identify(socket: ClientSocket, next: (error?: Error) => void): Promise<void> {
    socket.data.format = chooseEncoder(socket.client) ? this.#packed : this.#text;
    Object.assign(socket.data, newClientData());
    try {
      const auth = socket.handshake.auth as Record<string, unknown>;
      socket.data.claims = await this.#options.gateway.authenticate(
        auth['token'],
        socket.recovered ? pidOf(socket) : null,
      );
      next();
    } catch (error) {
      allowAnotherTry(socket.client);
      if (!(error instanceof CommandError)) {
        this.#options.onFault(null, error);
        next(refusal('INTERNAL_ERROR', 'The server failed.'));
        return;
      }
      next(refusal(error.code, error.message, error.retryAfter));
    }
  }

  #open(socket: ClientSocket): void {
    const { engine, clock, rate, gateway } = this.#options;
    const address = places.get(socket.conn as unknown as object) ?? '';
    const link = new SocketIoLink(socket as unknown as Socket);
    // Without recovery Socket.IO has none.
    const pid = pidOf(socket) || newId();
    const id = (socket.recovered && gateway.connectionIdOf(pid)) || newId();
    const { format, claims } = socket.data;
    const connection = new Connection(link, format, address, rate.burst, clock.monotonic(), null, id);
    socket.data.connection = connection;
    connection.isForwarded = isForwarded(socket.request);
    socket.onAny((event: string, ...args: unknown[]) => this.#receiver.received(socket.data, event, args));
    socket.on('disconnect', (reason) => engine.closed(connection, closeCodeOf(reason), reason));
    socket.conn.on('heartbeat', () => engine.heartbeat.seen(connection));
    engine.opened(connection);
    const { offset, pid: formerPid } = socket.handshake.auth as Record<string, unknown>;
    const begun = gateway.opened(connection, {
      pid,
      sid: socket.id,
      claims,
      recovered: socket.recovered,
      position: typeof offset === 'string' ? offset : null,
      formerPid: typeof formerPid === 'string' ? formerPid : null,
    });
    if (begun) this.#receiver.wait(socket.data, begun);
    engine.settled(connection);
  }
}

type EventEmitterOnce = (event: 'close', listener: () => void) => unknown;

/** Where the connections of engine.io come from. */
const places = new WeakMap<object, string>();

/** The secret by which a client comes back; Socket.IO's types keep it private. */
function pidOf(socket: object): string {
  return (socket as { readonly pid?: string }).pid ?? '';
}

function refusal(code: string, message: string, retryAfter?: number): Error {
  return Object.assign(new Error(message), { data: { code, message, ...(retryAfter ? { retryAfter } : {}) } });
}

/** Close codes of a client that leaves on purpose, and of one that is lost. */
function closeCodeOf(reason: string): number {
  return reason === 'client namespace disconnect' || reason === 'server namespace disconnect' ? 1000 : 1006;
}
