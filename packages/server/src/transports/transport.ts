import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Identity } from '../core/identity.ts';

/** A WebSocket request that has been admitted: origin and limits are checked, the handshake is still to be done. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  /** What stands behind the question mark. */
  readonly query: string;
  /** The peer's address, or what a trusted proxy says it is. */
  readonly address: string;
  /** Who it is, where the transport asks for that and it was proven. */
  readonly identity: Identity | null;
}

/**
 * Whether upgrades carry an identity. `none`: nobody looks. `optional`: a bearer token or ticket is checked where there
 * is one, and refused where it is wrong; cookies are not read. `required`: 401 without a valid cookie, token or ticket.
 */
export type IdentityDemand = 'none' | 'optional' | 'required';

/**
 * A way for clients to connect. Guarantees, which the contract suite checks on each:
 * a connection is announced to the engine once opened and once closed, whatever it dies of; bad input is answered
 * with a documented code and harms nobody else; a frame over the limit ends the connection alone.
 */
export interface Transport {
  /** The paths of its upgrades, and what each demands to know of the client. */
  readonly paths: Readonly<Record<string, IdentityDemand>>;
  /** The subprotocols that it speaks; offering none is always allowed. */
  readonly subprotocols: readonly string[];
  /** Completes the handshake and takes the connection over. */
  accept(upgrade: Upgrade): void;
}
