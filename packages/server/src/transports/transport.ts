import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** A WebSocket request that has been admitted: origin and limits are checked, the handshake is still to be done. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** What stands behind the question mark. */
  readonly query: string;
  /** The peer's address, or what a trusted proxy says it is. */
  readonly address: string;
}

/**
 * A way for clients to connect. Guarantees, which the contract suite checks on each:
 * a connection is announced to the engine once opened and once closed, whatever it dies of; bad input is answered
 * with a documented code and harms nobody else; a frame over the limit ends the connection alone.
 */
export interface Transport {
  /** The path of its upgrades. */
  readonly path: string;
  /** The subprotocols that it speaks; offering none is always allowed. */
  readonly subprotocols: readonly string[];
  /** Completes the handshake and takes the connection over. */
  accept(upgrade: Upgrade): void;
}
