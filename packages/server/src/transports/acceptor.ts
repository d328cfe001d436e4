import type { CloseCode } from '@roomcast/protocol';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { Connection } from '../core/connection.ts';
import type { Engine } from '../core/engine.ts';
import type { WireFormat } from '../core/wire.ts';
import { isForwarded } from '../http/peer.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Clock } from '../util/clock.ts';
import type { BucketRate } from '../util/token-bucket.ts';
import { RoomSocket, WebSocketLink } from './socket.ts';
import type { Upgrade } from './transport.ts';

export interface AcceptorOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Largest message in bytes, fragments together. */
  readonly maxFrameSize: number;
  readonly rate: BucketRate;
}

/** What a transport does with a connection once the handshake is done. */
export interface Receiver {
  readonly format: WireFormat;
  readonly subprotocols: readonly string[];
  opened(connection: Connection, upgrade: Upgrade): void;
  received(connection: Connection, data: Buffer, isBinary: boolean): void;
}

/**
 * Milliseconds for the peer's half of the closing handshake, then the socket is dropped with all that waits in it.
 * Long enough that a slow consumer that begins to read again still finds the code behind what it had been sent.
 */
const CLOSE_TIMEOUT = 30_000;
/** An option of `ws` 8.23 that its published types do not know yet. */
const CLOSING: object = { closeTimeout: CLOSE_TIMEOUT };

/**
 * Makes connections of WebSocket upgrades, in the same way for all transports over WebSocket.
 * Listeners are shared: thousands of idle connections must not own closures.
 */
export class Acceptor {
  readonly #server: WebSocketServer;
  readonly #options: AcceptorOptions;
  readonly #receiver: Receiver;
  readonly #onMessage: (this: WebSocket, data: RawData, isBinary: boolean) => void;
  readonly #onSign: (this: WebSocket) => void;
  readonly #onClose: (this: WebSocket, code: number, reason: Buffer) => void;
  readonly #onError: (this: WebSocket, error: NodeJS.ErrnoException) => void;

  constructor(options: AcceptorOptions, receiver: Receiver) {
    const { engine, counters, maxFrameSize } = options;
    this.#options = options;
    this.#receiver = receiver;
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: maxFrameSize,
      ...CLOSING,
      WebSocket: RoomSocket,
      handleProtocols: (offered) => receiver.subprotocols.find((name) => offered.has(name)) ?? false,
    });
    this.#onMessage = function (data, isBinary) {
      const connection = connectionOf(this);
      if (!connection || connection.state === 'closed') return;
      const bytes = data as Buffer; // binaryType is nodebuffer
      counters.bytesIn += bytes.length;
      engine.heartbeat.seen(connection);
      receiver.received(connection, bytes, isBinary);
    };
    this.#onSign = function () {
      const connection = connectionOf(this);
      if (connection) engine.heartbeat.seen(connection);
    };
    this.#onClose = function (code, reason) {
      const connection = connectionOf(this);
      if (connection) engine.closed(connection, code, reason.toString());
    };
    this.#onError = function (error) {
      const connection = connectionOf(this);
      const code = closeCodeOf(error);
      if (connection && code !== null) engine.broken(connection, code, error.message);
    };
  }

  accept(upgrade: Upgrade): void {
    const { request, socket, head } = upgrade;
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws as RoomSocket, upgrade));
  }

  #open(ws: RoomSocket, upgrade: Upgrade): void {
    const { engine, clock, rate } = this.#options;
    const link = new WebSocketLink(ws, upgrade.socket);
    const { address, identity } = upgrade;
    const connection = new Connection(link, this.#receiver.format, address, rate.burst, clock.monotonic(), identity);
    connection.isForwarded = isForwarded(upgrade.request);
    ws.connection = connection;
    ws.on('message', this.#onMessage);
    ws.on('pong', this.#onSign);
    ws.on('ping', this.#onSign);
    ws.on('close', this.#onClose);
    ws.on('error', this.#onError); // 'close' follows
    engine.opened(connection);
    this.#receiver.opened(connection, upgrade);
    engine.settled(connection);
  }
}

/** Listeners are called on the socket that the server made, which is one of ours. */
function connectionOf(ws: WebSocket): Connection | null {
  return (ws as RoomSocket).connection;
}

/** The code with which `ws` closes after an error of the peer's, or null for one of the network. */
function closeCodeOf({ code }: NodeJS.ErrnoException): CloseCode | null {
  if (!code?.startsWith('WS_ERR_')) return null;
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' || code === 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH') return 1009;
  if (code === 'WS_ERR_TOO_MANY_BUFFERED_PARTS') return 1008;
  return code === 'WS_ERR_INVALID_UTF8' ? 1007 : 1002;
}
