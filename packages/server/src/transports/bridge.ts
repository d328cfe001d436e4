import type { RoomName } from '@roomcast/protocol';
import { bridgeRoomName } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import { CommandError } from '../core/errors.ts';
import { DEFAULT_EVENT } from '../core/publish.ts';
import { isTooDeep, TOO_DEEP } from '../util/nesting.ts';
import { take } from '../util/token-bucket.ts';
import { Acceptor, type AcceptorOptions, type Receiver } from './acceptor.ts';
import { rawFormat } from './raw-format.ts';
import type { Transport, Upgrade } from './transport.ts';

/**
 * `/bridge?room=NAME`: JSON objects in, the same bytes out to everybody else in the room. It has no frames of its
 * own, for they would look like a peer's message: an error is a close code and a reason (B7).
 */
export class BridgeTransport implements Transport, Receiver {
  readonly paths = { '/bridge': 'none' } as const;
  readonly subprotocols: readonly string[] = [];
  readonly format = rawFormat;
  readonly #options: AcceptorOptions;
  readonly #acceptor: Acceptor;

  constructor(options: AcceptorOptions) {
    this.#options = options;
    this.#acceptor = new Acceptor(options, this);
  }

  accept(upgrade: Upgrade): void {
    this.#acceptor.accept(upgrade);
  }

  opened(connection: Connection, { query }: Upgrade): void {
    const { engine } = this.#options;
    const name = roomOf(query);
    if (typeof name === 'string') {
      engine.close(connection, 4000, name);
      return;
    }
    try {
      engine.hub.admit(engine.hub.enter(connection, name));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      engine.close(connection, 4103, error.message);
    }
  }

  received(connection: Connection, data: Buffer, isBinary: boolean): void {
    const { engine, clock, rate } = this.#options;
    if (take(connection, rate, clock.monotonic()) > 0) {
      engine.close(connection, 4102, `More than ${rate.perSecond} messages per second.`);
      return;
    }
    if (isBinary) {
      engine.close(connection, 1003, 'Messages are JSON text, not binary.');
      return;
    }
    const value = parse(data);
    if (value === undefined) {
      engine.close(connection, 4002, 'The message is not JSON.');
      return;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      engine.close(connection, 4003, 'The message is JSON, but not an object.');
      return;
    }
    if (isTooDeep(value)) {
      engine.close(connection, 4003, `The message ${TOO_DEEP}`);
      return;
    }
    const room = connection.memberships[0]?.room;
    if (room) engine.publisher.publish(room, { event: DEFAULT_EVENT, data, sender: connection, clientMessageId: null });
  }
}

/** The room, or what is wrong with it. Close reasons hold 123 bytes (RFC 6455 §5.5), so no name is repeated. */
function roomOf(query: string): RoomName | string {
  const given = new URLSearchParams(query).get('room');
  if (given === null) return 'The room is missing: connect to /bridge?room=NAME.';
  const name = bridgeRoomName(given);
  return 'fault' in name ? `The room name ${name.fault}.` : name;
}

/** Undefined is no JSON value, so it can stand for "not JSON". */
function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString());
  } catch {
    return undefined;
  }
}
