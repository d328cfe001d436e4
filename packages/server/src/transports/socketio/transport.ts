import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as EngineServer } from 'engine.io';
import { Server, type Socket } from 'socket.io';
import type { TokenClaims } from '../../auth/jwt/token-claims.ts';
import { Connection } from '../../core/connection.ts';
import type { Dispatcher } from '../../core/dispatch.ts';
import type { Engine } from '../../core/engine.ts';
import { CommandError } from '../../core/errors.ts';
import type { Overload } from '../../core/overload.ts';
import { isSocketIoFile } from '../../http/socketio-files.ts';
import { type Counters, count } from '../../telemetry/counters.ts';
import type { Clock } from '../../util/clock.ts';
import { newId } from '../../util/ids.ts';
import { detachBinary } from '../../util/inline-binary.ts';
import { type BucketRate, take } from '../../util/token-bucket.ts';
import { checkCommand, FrameFault } from '../parse-command.ts';
import { hubAdapter } from './adapter.ts';
import { type SocketIoFormat, socketIoPacked, socketIoText } from './format.ts';
import type { SocketIoGateway } from './gateway.ts';
import { SocketIoLink } from './link.ts';
import { AnswerId, chooseEncoder, parser } from './parser.ts';

export interface SocketIoOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly dispatcher: Dispatcher;
  readonly gateway: SocketIoGateway;
  /** Largest message and polling body in bytes. */
  readonly maxFrameSize: number;
  readonly rate: BucketRate;
  /** Milliseconds. */
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly handshakeTimeout: number;
  /** Milliseconds for which a client may come back; 0 = recovery is off. */
  readonly recoveryWindow: number;
  /** Takes a place for a connection; null where there is none. Returns how to give it back. */
  readonly admit: (request: IncomingMessage) => { readonly address: string; release(): void } | null;
  readonly allowsOrigin: (request: IncomingMessage) => boolean;
  readonly overload: Overload;
  readonly onFault: (connection: Connection | null, error: unknown) => void;
}

/** Commands of the engine that Socket.IO clients may send as events. All other events are the backend's. */
const COMMANDS: ReadonlySet<string> = new Set([
  'join_room',
  'leave_room',
  'publish',
  'get_rooms',
  'get_members',
  'get_history',
]);

/** What is done however much there is to do: it makes less of it, or keeps a client where it is. */
const HARMLESS: ReadonlySet<string> = new Set(['leave_room', 'authenticate', 'register']);
const TOO_MUCH = 'This server has too much to do just now; try again.';

/** What we keep with each socket of Socket.IO. */
interface SocketData {
  claims: TokenClaims | null;
  connection: Connection | null;
  format: SocketIoFormat;
  /** Work that later events of this client wait for. */
  busy: Promise<void> | null;
}

type ClientSocket = Socket<never, never, never, SocketData>;

const NOTHING = { value: null, attachments: [] };

/** A client whose answers were refused so many times its burst, and goes on, is closed. */
const REFUSED_BURSTS = 10;

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

  constructor(options: SocketIoOptions) {
    const { engine, maxFrameSize, pingInterval, pingTimeout, recoveryWindow, handshakeTimeout, gateway } = options;
    this.#options = options;
    this.#text = socketIoText(engine.positions);
    this.#packed = socketIoPacked(engine.positions);
    this.#io = new Server({
      serveClient: false,
      parser: parser as never,
      adapter: hubAdapter(gateway),
      connectTimeout: handshakeTimeout,
      ...(recoveryWindow > 0
        ? { connectionStateRecovery: { maxDisconnectionDuration: recoveryWindow, skipMiddlewares: false } }
        : {}),
    });
    this.#engineIo = new EngineServer({
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
  readonly begins = ({ url = '' }: IncomingMessage): boolean => !/[?&]sid=/.test(url);

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
    socket.data.busy = null;
    socket.data.connection = null;
    try {
      const auth = socket.handshake.auth as Record<string, unknown>;
      socket.data.claims = await this.#options.gateway.authenticate(
        auth['token'],
        socket.recovered ? pidOf(socket) : null,
      );
      next();
    } catch (error) {
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
    const pid = pidOf(socket);
    const id = (socket.recovered && gateway.connectionIdOf(pid)) || newId();
    const { format, claims } = socket.data;
    const connection = new Connection(link, format, address, rate.burst, clock.monotonic(), null, id);
    socket.data.connection = connection;
    socket.onAny(this.#onEvent(socket));
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
    if (begun) this.#wait(socket, begun);
    engine.settled(connection);
  }

  #onEvent(socket: ClientSocket): (event: string, ...args: unknown[]) => void {
    return (event, ...given) => {
      const { connection, busy } = socket.data;
      if (!connection || connection.state === 'closed') return;
      this.#options.engine.heartbeat.seen(connection);
      const last = given.at(-1);
      const answerId = last instanceof AnswerId ? last.id : null;
      const args = answerId === null ? given : given.slice(0, -1);
      // What it sent later must not overtake what still waits for the disk.
      if (busy)
        this.#wait(
          socket,
          busy.then(() => this.#take(socket, connection, event, args, answerId)),
        );
      else {
        const work = this.#take(socket, connection, event, args, answerId);
        if (work) this.#wait(socket, work);
      }
    };
  }

  #wait(socket: ClientSocket, work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => this.#options.onFault(socket.data.connection, error))
      .finally(() => {
        if (socket.data.busy === settled) socket.data.busy = null;
      });
    socket.data.busy = settled;
  }

  /** Carries one event out, at once where it can. */
  #take(
    socket: ClientSocket,
    connection: Connection,
    event: string,
    args: readonly unknown[],
    answerId: number | null,
  ): Promise<void> | undefined {
    if (connection.state === 'closed') return undefined;
    const { clock, rate, engine, overload, counters } = this.#options;
    const wait = take(connection, rate, clock.monotonic());
    if (wait > 0) {
      if (++connection.refused > REFUSED_BURSTS * rate.burst) {
        engine.close(connection, 4102, 'Too many events, in spite of many refusals.');
        return undefined;
      }
      const message = `More than ${rate.perSecond} events per second; try again in ${wait} ms.`;
      this.#refuse(connection, event, answerId, new CommandError('RATE_LIMITED', message, { retryAfter: wait }));
      return undefined;
    }
    if (overload.level === 3 && !HARMLESS.has(event)) {
      count(counters.shed, 'events');
      this.#refuse(connection, event, answerId, new CommandError('OVERLOADED', TOO_MUCH, { retryAfter: 1000 }));
      return undefined;
    }
    try {
      const work = this.#carryOut(socket, connection, event, args, answerId);
      return work?.catch((error: unknown) => this.#refuse(connection, event, answerId, error));
    } catch (error) {
      this.#refuse(connection, event, answerId, error);
      return undefined;
    }
  }

  #carryOut(
    socket: ClientSocket,
    connection: Connection,
    event: string,
    args: readonly unknown[],
    answerId: number | null,
  ): Promise<void> | undefined {
    const { gateway, engine } = this.#options;
    const answer = (...answers: readonly unknown[]): void => {
      if (answerId !== null) engine.fanout.sendFrame(connection, socket.data.format.answer(answerId, answers));
    };
    if (COMMANDS.has(event)) return this.#command(connection, event, args[0], answerId);
    const refuse = (error: unknown): void => this.#refuse(connection, event, answerId, error);
    return gateway.received(connection, event, args, answer, refuse);
  }

  #command(connection: Connection, type: string, given: unknown, answerId: number | null): Promise<void> | undefined {
    const { dispatcher, gateway } = this.#options;
    const payload = given ?? {};
    const command = checkCommand(type, payload, answerId ?? undefined);
    const dispatch = (): void => {
      if (connection.state === 'closed') return;
      // The text is what `publish` takes its data from, byte for byte.
      const { value, attachments } = type === 'publish' ? detachBinary(payload) : NOTHING;
      const text = type === 'publish' ? JSON.stringify({ payload: value }) : '';
      dispatcher.dispatch(connection, {
        ...command,
        text,
        timestamp: undefined,
        ...(attachments.length > 0 ? { attachments } : {}),
      });
    };
    if (command.type !== 'join_room' && command.type !== 'leave_room') {
      dispatch();
      return undefined;
    }
    // A session is written before its client is told that it is in a room: it must find it again after a crash.
    const { roomId } = payload as { readonly roomId?: string };
    return gateway.joining(connection, command.type === 'join_room' ? 'join' : 'leave', roomId ?? '', dispatch);
  }

  #refuse(connection: Connection, event: string, answerId: number | null, error: unknown): void {
    const type = error instanceof FrameFault ? error.originalType : null;
    this.#options.dispatcher.refuseFault(connection, error, type ?? event.slice(0, 64), answerId ?? undefined);
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
