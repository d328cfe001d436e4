import { TimerWheel } from '../util/timer-wheel.ts';
import type { Connection } from './connection.ts';

export interface HeartbeatOptions {
  /** Milliseconds after which a silent connection is pinged. */
  readonly pingInterval: number;
  /** Milliseconds of silence after which it is given up. */
  readonly pingTimeout: number;
  readonly onDead: (connection: Connection) => void;
}

/** How finely the wheel turns; ten ticks per interval at least, so that tests with short intervals work too. */
function tickOf(pingInterval: number): number {
  return Math.min(1000, Math.max(10, pingInterval / 10));
}

/** Pings silent connections and gives up dead ones, with one timer for all of them. */
export class Heartbeat {
  readonly #wheel: TimerWheel<Connection>;
  readonly #options: HeartbeatOptions;
  readonly #intervalTicks: number;
  readonly #timeoutTicks: number;
  #now = 0;
  #driver: NodeJS.Timeout | null = null;
  readonly #tick: number;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#tick = tickOf(options.pingInterval);
    this.#intervalTicks = Math.ceil(options.pingInterval / this.#tick);
    this.#timeoutTicks = Math.ceil(options.pingTimeout / this.#tick);
    this.#wheel = new TimerWheel({ onDue: (connection) => this.#check(connection) });
  }

  get size(): number {
    return this.#wheel.size;
  }

  start(): void {
    this.#driver ??= setInterval(() => this.advance(), this.#tick).unref();
  }

  stop(): void {
    if (this.#driver) clearInterval(this.#driver);
    this.#driver = null;
  }

  /** One tick; the interval calls it. */
  advance(): void {
    this.#now++;
    this.#wheel.advance();
  }

  watch(connection: Connection): void {
    connection.lastSeen = this.#now;
    this.#wheel.add(connection, this.#intervalTicks);
  }

  /** Something came from the connection: data or a pong. */
  seen(connection: Connection): void {
    connection.lastSeen = this.#now;
  }

  forget(connection: Connection): void {
    this.#wheel.remove(connection);
  }

  #check(connection: Connection): number {
    const silent = this.#now - connection.lastSeen;
    if (silent >= this.#timeoutTicks) {
      this.#options.onDead(connection);
      return 0;
    }
    // Heard lately: look again when a ping would be due. (An answered ping leads here too.)
    if (silent < this.#intervalTicks) return this.#intervalTicks - silent;
    connection.link.ping();
    return Math.min(this.#intervalTicks, this.#timeoutTicks - silent);
  }
}
