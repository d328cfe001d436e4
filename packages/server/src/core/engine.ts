import type { CloseCode } from '@roomcast/protocol';
import { CLOSE_CODES } from '@roomcast/protocol';
import type { Counters } from '../telemetry/counters.ts';
import { count } from '../telemetry/counters.ts';
import type { Clock } from '../util/clock.ts';
import { CatchUp } from './catch-up.ts';
import type { CommandContext } from './commands/command.ts';
import type { Connection } from './connection.ts';
import { Fanout } from './fanout.ts';
import { Heartbeat } from './heartbeat.ts';
import { Hub, type HubOptions } from './hub.ts';
import type { Namespaces } from './policy.ts';
import { Positions } from './positions.ts';
import { Publisher } from './publish.ts';
import { Recoverer } from './recover.ts';
import { Resumer } from './resume.ts';
import { Sessions } from './session.ts';

/** Bounds of the engine; sizes in bytes, times in milliseconds. See the options table for their meaning. */
export interface EngineOptions
  extends Pick<
    HubOptions,
    'isKnown' | 'openLog' | 'openStoredLog' | 'onJoined' | 'onLeft' | 'onGivenUp' | 'onEmptied' | 'presenceGrace'
  > {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly namespaces: Namespaces;
  readonly maxRooms: number;
  readonly maxRoomsPerConnection: number;
  readonly maxBuffer: number;
  readonly logBudget: number;
  readonly flushWindow: number;
  readonly pingInterval: number;
  readonly pingTimeout: number;
  /** Publications that a join brings where the client names no number. */
  readonly joinHistory: number;
  /** Told of a fault that struck while nobody waited for an answer. */
  readonly onFault: (connection: Connection, error: unknown) => void;
  /** Told of every connection that begins, after its first room where it names one at once. */
  readonly onOpened: (connection: Connection) => void;
  /** Told when a connection that read too slowly is live again. */
  readonly onCaughtUp?: (connection: Connection) => void;
  /** Told once of every connection that is out of its rooms; `broken`: its user may be back within moments. */
  readonly onReleased?: (connection: Connection, broken: boolean) => void;
  /** Told once of every connection whose socket is gone, with the reason known to the server. */
  readonly onClosed: (connection: Connection, code: number, reason: string) => void;
}

const SWEEP_INTERVAL = 5000;
/** No close frame: the network or the client died. */
const BROKEN = 1006;
/** Closed by us in a way that makes clients reconnect at once. Who was silent for a minute is not among them. */
const RETURNS: ReadonlySet<CloseCode> = new Set([4100]);

/** The parts of the core, put together; it knows every connection from `opened` to `closed`. */
export class Engine {
  readonly hub: Hub;
  readonly fanout: Fanout;
  readonly publisher: Publisher;
  readonly positions = new Positions();
  readonly resumer: Resumer;
  readonly sessions: Sessions;
  readonly heartbeat: Heartbeat;
  readonly commands: CommandContext;
  readonly #connections = new Set<Connection>();
  readonly #options: EngineOptions;
  #onEmpty: (() => void) | null = null;
  #sweeper: NodeJS.Timeout | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { counters, clock, maxBuffer } = options;
    this.sessions = new Sessions({ now: clock.now });
    const catchUp = (connection: Connection): void => slow.overflow(connection);
    this.fanout = new Fanout({ clock, counters, maxBuffer, flushWindow: options.flushWindow, onOverflow: catchUp });
    const { fanout } = this;
    this.hub = new Hub({ ...options, fanout });
    this.publisher = new Publisher({
      clock,
      counters,
      fanout,
      budget: this.hub.budget,
      sessions: this.sessions,
      positions: this.positions,
    });
    // Two of them and the frames around fit into what may wait for a connection.
    const pageBytes = Math.floor(maxBuffer / 3);
    const slow = new CatchUp({
      hub: this.hub,
      fanout,
      counters,
      maxBuffer,
      onFault: options.onFault,
      onCaughtUp: (connection) => options.onCaughtUp?.(connection),
      close: (connection) => this.close(connection, 4100, 'The client reads too slowly.'),
    });
    this.heartbeat = new Heartbeat({
      ...options,
      onDead: (connection) => this.close(connection, 4101, 'No sign of life.'),
    });
    const { hub, positions } = this;
    this.resumer = new Resumer({ hub, fanout, positions, maxBytes: maxBuffer });
    this.commands = {
      hub: this.hub,
      fanout,
      publisher: this.publisher,
      catchUp: slow,
      recoverer: new Recoverer({ hub: this.hub, counters, pageBytes, onFault: options.onFault }),
      sessions: this.sessions,
      joinHistory: options.joinHistory,
      pageBytes,
    };
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  start(): void {
    this.heartbeat.start();
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL).unref();
  }

  opened(connection: Connection): void {
    this.#connections.add(connection);
    this.#options.counters.connectionsOpened++;
    this.heartbeat.watch(connection);
  }

  /** The connection is set up: it has had its greeting, or is in its room. */
  settled(connection: Connection): void {
    this.#options.onOpened(connection);
  }

  /** The peer broke the rules of the transport, which closes with `code` itself. It is out of its rooms at once. */
  broken(connection: Connection, code: CloseCode, reason: string): void {
    connection.ending ??= { code, reason };
    this.#release(connection);
  }

  /** The socket is gone, for whatever reason. Harmless when called twice. */
  closed(connection: Connection, peerCode: number, peerReason: string): void {
    this.#release(connection, peerCode === BROKEN);
    if (!this.#connections.delete(connection)) return;
    const { code, reason } = connection.ending ?? { code: peerCode, reason: peerReason };
    count(this.#options.counters.closes, code in CLOSE_CODES ? code : 0);
    this.#options.onClosed(connection, code, reason);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }

  /**
   * Closes a connection from our side: says why, with a hint when to come back, then begins the closing handshake.
   * It is out of its rooms at once.
   * @param reconnectAfter milliseconds
   */
  close(connection: Connection, code: CloseCode, reason: string, reconnectAfter: number | null = null): void {
    if (connection.state === 'closed') return;
    this.#sayFarewell(connection, code, reason, reconnectAfter);
    this.#release(connection, RETURNS.has(code));
  }

  /**
   * Sends what waits, then closes every connection.
   * @param spread milliseconds over which the clients are told to come back
   */
  drain(reason: string, spread: number): void {
    this.fanout.flushAll();
    // All are told before the first leaves its rooms: nobody is to hear of thousands who leave because the server does.
    for (const connection of this.#connections) {
      if (connection.state === 'closed') continue;
      this.#sayFarewell(connection, 1001, reason, Math.round(Math.random() * spread));
    }
    this.fanout.flushAll();
    for (const connection of this.#connections) this.#release(connection);
    this.fanout.flushAll();
  }

  /** Resolves when the last connection is gone, or after `limit` milliseconds. */
  async emptied(limit: number): Promise<void> {
    if (this.#connections.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEmpty = resolve;
    const timer = setTimeout(resolve, limit);
    await promise;
    clearTimeout(timer);
    this.#onEmpty = null;
  }

  /** Drops what is left and stops all timers. */
  stop(): void {
    for (const connection of this.#connections) connection.link.terminate();
    this.fanout.stop();
    this.heartbeat.stop();
    this.hub.stop();
    if (this.#sweeper) clearInterval(this.#sweeper);
    this.#sweeper = null;
  }

  #sayFarewell(connection: Connection, code: CloseCode, reason: string, reconnectAfter: number | null): void {
    const { reconnect } = CLOSE_CODES[code];
    this.fanout.send(connection, 'disconnect', { reason, code, reconnect, reconnectAfter });
    connection.ending = { code, reason };
    connection.link.close(code, reason);
  }

  /** @param broken whether the user may be expected back within moments */
  #release(connection: Connection, broken = false): void {
    if (connection.state === 'closed') return;
    connection.state = 'closed';
    this.heartbeat.forget(connection);
    this.hub.leaveAll(connection, broken);
    if (connection.session) this.sessions.leave(connection.session);
    connection.session = null;
    this.#options.onReleased?.(connection, broken);
  }

  #sweep(): void {
    this.hub.sweep();
    this.sessions.sweep();
  }
}
