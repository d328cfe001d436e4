import type { BackoffOptions } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { WebSocketConstructor } from './socket.ts';

/** How to connect. Everything is optional. */
export interface ConnectionOptions {
  /** Whether to connect in the constructor. Default true; otherwise call `connect()`. */
  readonly autoConnect?: boolean;
  /** Attempts to reconnect before the state is `offline`. Default: without end. */
  readonly maxAttempts?: number;
  readonly backoff?: BackoffOptions;
  /** Default: the global `WebSocket` (every browser; Node from 22 on). */
  readonly webSocket?: WebSocketConstructor;
  /** For tests: time that is turned by hand. */
  readonly clock?: Clock;
  /** For tests: the source of jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/** Everything is optional. */
export interface RoomcastOptions extends ConnectionOptions {
  /** Publishes that may wait for their acknowledgement; beyond, they reject with `OUTBOX_FULL`. Default 1,000. */
  readonly maxOutbox?: number;
}
