import type { IncomingMessage } from 'node:http';
import { SUBPROTOCOLS } from '@roomcast/protocol';
import type { Connection } from '../core/connection.ts';
import type { Dispatcher } from '../core/dispatch.ts';
import { CommandError } from '../core/errors.ts';
import type { Fanout } from '../core/fanout.ts';
import type { Overload, Shedding } from '../core/overload.ts';
import { count } from '../telemetry/counters.ts';
import { take } from '../util/token-bucket.ts';
import { Acceptor, type AcceptorOptions, type Receiver } from './acceptor.ts';
import { nativeFormat } from './native-format.ts';
import { type Envelope, FrameFault, isCommand, parseCommand, readEnvelope } from './parse-command.ts';
import type { Transport, Upgrade } from './transport.ts';

export interface NativeOptions extends AcceptorOptions {
  readonly dispatcher: Dispatcher;
  /** Bytes that may wait for one peer. */
  readonly maxBuffer: number;
  /** Milliseconds; told to clients, so that they know when silence means something. */
  readonly pingInterval: number;
  readonly pingTimeout: number;
  /** Takes what is none of the engine's commands; absent where nobody does. */
  readonly events?: NativeEvents;
  readonly overload: Overload;
}

/** What the gateway does for native clients. */
export interface NativeEvents {
  /** The connection is there; a token that it brought was checked at the upgrade. */
  opened(connection: Connection, request: IncomingMessage): void;
  /** Whether an event of this connection is for the backend. */
  takes(connection: Connection): boolean;
  /** @throws CommandError: rejects */
  take(connection: Connection, envelope: Envelope, fanout: Fanout): Promise<void>;
}

/** A client that was refused so many bursts of commands and goes on is closed. */
const REFUSED_BURSTS = 10;

const FULL = 'More waits for this connection than it may; read it first.';

/** `/ws` and, for logged-in users alone, `/ws/chat`: the envelope protocol, subprotocol `roomcast.v1`. */
export class NativeTransport implements Transport, Receiver {
  readonly paths = { '/ws': 'optional', '/ws/chat': 'required' } as const;
  readonly subprotocols = SUBPROTOCOLS;
  readonly format = nativeFormat;
  readonly #options: NativeOptions;
  readonly #acceptor: Acceptor;

  constructor(options: NativeOptions) {
    this.#options = options;
    this.#acceptor = new Acceptor(options, this);
  }

  accept(upgrade: Upgrade): void {
    // The answer to the handshake and the greeting behind it leave in one system call.
    upgrade.socket.cork();
    this.#acceptor.accept(upgrade);
    upgrade.socket.uncork();
  }

  opened(connection: Connection, { request }: Upgrade): void {
    const { engine, pingInterval, pingTimeout, maxFrameSize, events } = this.#options;
    events?.opened(connection, request);
    engine.fanout.send(connection, 'connected', {
      connectionId: connection.id,
      subprotocol: SUBPROTOCOLS[0],
      pingInterval,
      pingTimeout,
      maxFrameSize,
    });
  }

  received(connection: Connection, data: Buffer, isBinary: boolean): void {
    const { clock, rate, dispatcher, events, overload, counters } = this.#options;
    const wait = take(connection, rate, clock.monotonic());
    if (wait > 0) {
      this.#limit(connection, data, wait);
      return;
    }
    if (connection.refused > 0 && connection.level >= rate.burst - 1) connection.refused = 0;
    if (this.#isFull(connection, data)) return;
    try {
      if (isBinary) throw new FrameFault('INVALID_JSON', 'Commands are JSON text; this frame is binary.');
      const text = data.toString();
      const envelope = readEnvelope(text);
      if (overload.level > 0 && isShed(envelope.type, overload.level)) {
        count(counters.shed, envelope.type === 'user_typing' ? 'typing' : 'events');
        const known = { type: envelope.type, id: envelope.id };
        throw new FrameFault('OVERLOADED', 'This server has too much to do just now; try again.', known, 1000);
      }
      if (events?.takes(connection) && !isCommand(envelope.type)) this.#hand(connection, envelope, events);
      else dispatcher.dispatch(connection, parseCommand(text, envelope));
    } catch (error) {
      if (!(error instanceof FrameFault)) throw error;
      dispatcher.refuse(connection, error, error.originalType, error.commandId);
    }
  }

  #hand(connection: Connection, envelope: Envelope, events: NativeEvents): void {
    const { dispatcher, engine } = this.#options;
    events.take(connection, envelope, engine.fanout).catch((error: unknown) => {
      dispatcher.refuseFault(connection, error, envelope.type.slice(0, 64), envelope.id);
    });
  }

  /**
   * A client whose answers pile up is answered no more commands: one read can hold a thousand of them, each asking for
   * a page. One that goes on nevertheless is closed.
   */
  #isFull(connection: Connection, data: Buffer): boolean {
    const { maxBuffer, engine, dispatcher } = this.#options;
    const { bufferedAmount } = connection.link;
    if (bufferedAmount <= maxBuffer) return false;
    if (bufferedAmount > 2 * maxBuffer) {
      engine.close(connection, 4100, 'The client reads too slowly.');
      return true;
    }
    const { originalType, commandId } = whatItWas(data);
    dispatcher.refuse(connection, new CommandError('OVERLOADED', FULL, { retryAfter: 1000 }), originalType, commandId);
    return true;
  }

  /** Too fast: refused with the time to wait. The frame is read only so far as the answer needs it. */
  #limit(connection: Connection, data: Buffer, retryAfter: number): void {
    const { dispatcher, engine, rate } = this.#options;
    if (++connection.refused > REFUSED_BURSTS * rate.burst) {
      engine.close(connection, 4102, 'Too many commands, in spite of many refusals.');
      return;
    }
    const { originalType, commandId } = whatItWas(data);
    const message = `More than ${rate.perSecond} commands per second; try again in ${retryAfter} ms.`;
    dispatcher.refuse(connection, new CommandError('RATE_LIMITED', message, { retryAfter }), originalType, commandId);
  }
}

/** What is refused while there is too much to do. What makes less of it, or keeps a client where it is, never is. */
function isShed(type: string, level: Shedding): boolean {
  if (type === 'user_typing') return true;
  return level === 3 && (!isCommand(type) || type === 'publish' || type === 'chat_message');
}

function whatItWas(data: Buffer): Pick<FrameFault, 'originalType' | 'commandId'> {
  if (data.length > 4096) return { originalType: null, commandId: undefined };
  try {
    const { type, id } = parseCommand(data.toString());
    return { originalType: type, commandId: id };
  } catch (error) {
    if (error instanceof FrameFault) return error;
    throw error;
  }
}
