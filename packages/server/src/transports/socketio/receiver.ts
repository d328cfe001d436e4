import { type ClientCommands, LIMITS } from '@roomcast/protocol';
import type { Connection } from '../../core/connection.ts';
import type { Dispatcher } from '../../core/dispatch.ts';
import type { Engine } from '../../core/engine.ts';
import { CommandError } from '../../core/errors.ts';
import type { Overload } from '../../core/overload.ts';
import { type Counters, count } from '../../telemetry/counters.ts';
import type { Clock } from '../../util/clock.ts';
import { detachBinary } from '../../util/inline-binary.ts';
import { isTooDeep, TOO_DEEP } from '../../util/nesting.ts';
import { type BucketRate, take } from '../../util/token-bucket.ts';
import { checkCommand, FrameFault } from '../parse-command.ts';
import type { SocketIoFormat } from './format.ts';
import type { SocketIoGateway } from './gateway.ts';
import { Envelope } from './parser.ts';

/** Lets clients watch webhooks. */
export interface WebhookDoor {
  /**
   * Finds out whether a client may. Returns the room and what is left to be done, in one step.
   * @throws CommandError: rejects
   */
  prepare(
    connection: Connection,
    payload: ClientCommands['join'],
    id: number | undefined,
  ): Promise<{ readonly room: string; enter(): void }>;
  /** Full name of a webhook's room. */
  roomOf(webhookId: string): string;
}

export interface ReceiverOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly dispatcher: Dispatcher;
  readonly gateway: SocketIoGateway;
  readonly webhooks: WebhookDoor;
  readonly overload: Overload;
  readonly rate: BucketRate;
  /** Bytes that may wait for one peer, and of one peer. */
  readonly maxBuffer: number;
  readonly onFault: (connection: Connection | null, error: unknown) => void;
}

/** What is kept with each client. */
export interface ClientData {
  connection: Connection | null;
  format: SocketIoFormat;
  /** Work that later events of this client wait for. */
  busy: Promise<void> | null;
  /** Events that wait for it, and their bytes. */
  waiting: number;
  waitingBytes: number;
}

/** One event as it arrived. */
interface Received {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly answerId: number | null;
}

/** Commands of the engine that Socket.IO clients may send as events. All other events are the backend's. */
const COMMANDS: ReadonlySet<string> = new Set([
  ...['join_room', 'leave_room', 'publish', 'get_rooms', 'get_members', 'get_history', 'join', 'leave', 'watch'],
]);
/** What is done however much there is to do: it makes less of it, or keeps a client where it is. */
const HARMLESS: ReadonlySet<string> = new Set(['leave_room', 'leave', 'authenticate', 'register']);
/** A client that was refused so many bursts of events and goes on is closed. */
const REFUSED_BURSTS = 10;
/** Events of one client that wait for the disk. */
const MOST_WAITING = 1000;
const NOTHING = { value: null, attachments: [] };

const TOO_MUCH = 'This server has too much to do just now; try again.';
const FULL = 'More waits for this connection than it may; read it first.';
const BEHIND = 'Too much of this connection waits for the disk.';

export function newClientData(): Omit<ClientData, 'format'> {
  return { connection: null, busy: null, waiting: 0, waitingBytes: 0 };
}

/** Carries out what Socket.IO clients send: checks bounds and rates, keeps the order, and turns refusals into answers. */
export class Receiver {
  readonly #options: ReceiverOptions;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** @param given the arguments, with the envelope behind them */
  received(client: ClientData, name: string, given: readonly unknown[]): void {
    const { connection, busy } = client;
    if (!connection || connection.state === 'closed') return;
    const envelope = given.at(-1);
    if (!(envelope instanceof Envelope)) return;
    const event = { name, args: given.slice(0, -1), answerId: envelope.answerId };
    this.#options.engine.heartbeat.seen(connection);
    const refusal = this.#refusalOf(client, connection, name, envelope.bytes);
    if (refusal === 'closed') return;
    if (refusal) {
      this.#refuse(connection, event, refusal);
      return;
    }
    if (isTooDeep(event.args, LIMITS.nesting + 1)) {
      this.#refuse(connection, event, new CommandError('VALIDATION_ERROR', `The event ${TOO_DEEP}`));
      return;
    }
    if (!busy) {
      const work = this.#take(client, connection, event);
      if (work) this.wait(client, work);
      return;
    }
    // What it sent later must not overtake what still waits for the disk.
    client.waiting++;
    client.waitingBytes += envelope.bytes;
    const turn = busy.then(() => {
      client.waiting--;
      client.waitingBytes -= envelope.bytes;
      return this.#take(client, connection, event);
    });
    this.wait(client, turn);
  }

  /** Later events wait for this. */
  wait(client: ClientData, work: Promise<void>): void {
    const settled = work
      .catch((error: unknown) => this.#options.onFault(client.connection, error))
      .finally(() => {
        if (client.busy === settled) client.busy = null;
      });
    client.busy = settled;
  }

  #refusalOf(client: ClientData, connection: Connection, name: string, bytes: number): CommandError | 'closed' | null {
    const { clock, rate, engine, overload, counters, maxBuffer } = this.#options;
    const wait = take(connection, rate, clock.monotonic());
    if (wait > 0) {
      if (++connection.refused > REFUSED_BURSTS * rate.burst) {
        engine.close(connection, 4102, 'Too many events, in spite of many refusals.');
        return 'closed';
      }
      const message = `More than ${rate.perSecond} events per second; try again in ${wait} ms.`;
      return new CommandError('RATE_LIMITED', message, { retryAfter: wait });
    }
    if (connection.refused > 0 && connection.level >= rate.burst - 1) connection.refused = 0;
    const { bufferedAmount } = connection.link;
    if (bufferedAmount > 2 * maxBuffer) {
      engine.close(connection, 4100, 'The client reads too slowly.');
      return 'closed';
    }
    if (bufferedAmount > maxBuffer) return new CommandError('OVERLOADED', FULL, { retryAfter: 1000 });
    if (client.waiting >= MOST_WAITING || client.waitingBytes + bytes > maxBuffer) {
      return new CommandError('OVERLOADED', BEHIND, { retryAfter: 1000 });
    }
    if (overload.level < 3 || HARMLESS.has(name)) return null;
    count(counters.shed, 'events');
    return new CommandError('OVERLOADED', TOO_MUCH, { retryAfter: 1000 });
  }

  /** Carries one event out, at once where it can. */
  #take(client: ClientData, connection: Connection, event: Received): Promise<void> | undefined {
    if (connection.state === 'closed') return undefined;
    try {
      const work = this.#carryOut(client, connection, event);
      return work?.catch((error: unknown) => this.#refuse(connection, event, error));
    } catch (error) {
      this.#refuse(connection, event, error);
      return undefined;
    }
  }

  #carryOut(client: ClientData, connection: Connection, event: Received): Promise<void> | undefined {
    const { gateway, engine } = this.#options;
    const { name, args, answerId } = event;
    if (COMMANDS.has(name)) return this.#command(connection, event);
    const answer = (...answers: readonly unknown[]): void => {
      if (answerId !== null) engine.fanout.sendFrame(connection, client.format.answer(answerId, answers));
    };
    return gateway.received(connection, name, args, answer, (error) => this.#refuse(connection, event, error));
  }

  #command(connection: Connection, { name, args, answerId }: Received): Promise<void> | undefined {
    const { dispatcher, gateway, webhooks } = this.#options;
    const payload = payloadOf(name, args);
    const command = checkCommand(name, payload, answerId ?? undefined);
    const dispatch = (): void => {
      if (connection.state === 'closed') return;
      // The text is what `publish` takes its data from, byte for byte.
      const { value, attachments } = name === 'publish' ? detachBinary(payload) : NOTHING;
      const text = name === 'publish' ? JSON.stringify({ payload: value }) : '';
      const binary = attachments.length > 0 ? { attachments } : {};
      dispatcher.dispatch(connection, { ...command, text, timestamp: undefined, ...binary });
    };
    if (command.type === 'join') return this.#watch(connection, command.payload as ClientCommands['join'], answerId);
    if (command.type === 'leave') {
      const { webhookId } = command.payload as ClientCommands['leave'];
      return gateway.joining(connection, 'leave', webhooks.roomOf(webhookId), dispatch);
    }
    if (name !== 'join_room' && name !== 'leave_room') {
      dispatch();
      return undefined;
    }
    // A session is written before its client is told that it is in a room: it must find it again after a crash.
    const { roomId } = payload as { readonly roomId?: string };
    return gateway.joining(connection, name === 'join_room' ? 'join' : 'leave', roomId ?? '', dispatch);
  }

  /** Whether it may is known before its session says that it does. */
  async #watch(connection: Connection, payload: ClientCommands['join'], answerId: number | null): Promise<void> {
    const { webhooks, gateway, dispatcher } = this.#options;
    const { room, enter } = await webhooks.prepare(connection, payload, answerId ?? undefined);
    await gateway.joining(connection, 'join', room, () => {
      try {
        enter();
      } catch (error) {
        dispatcher.refuseFault(connection, error, 'join', answerId ?? undefined);
      }
    });
  }

  #refuse(connection: Connection, { name, answerId }: Received, error: unknown): void {
    const type = error instanceof FrameFault ? error.originalType : null;
    this.#options.dispatcher.refuseFault(connection, error, type ?? name.slice(0, 64), answerId ?? undefined);
  }
}

/** Webhooks may be named by their bare id, with the rest behind it. */
function payloadOf(name: string, [first = {}, second]: readonly unknown[]): unknown {
  if (typeof first !== 'string' || (name !== 'join' && name !== 'leave' && name !== 'watch')) return first;
  return { ...(typeof second === 'object' ? second : {}), webhookId: first };
}
