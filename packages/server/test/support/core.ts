import type { ClientCommands, ClientCommandType, CommandId } from '@roomcast/protocol';
import { ROOM_COMMANDS } from '../../src/core/commands/index.ts';
import { Connection } from '../../src/core/connection.ts';
import { Dispatcher } from '../../src/core/dispatch.ts';
import { Engine, type EngineOptions } from '../../src/core/engine.ts';
import { type NamespacePolicy, namespaces } from '../../src/core/policy.ts';
import type { Link, WireFormat } from '../../src/core/wire.ts';
import { newCounters } from '../../src/telemetry/counters.ts';
import type { Clock } from '../../src/util/clock.ts';

/** A clock that goes when it is told to. */
export class ManualClock implements Clock {
  #ms = 1_800_000_000_000;

  readonly now = (): number => this.#ms;
  readonly monotonic = (): number => this.#ms;

  advance(ms: number): void {
    this.#ms += ms;
  }
}

/** A line that a client has read. `n`: the data of a publication; `offsets`: of a page of history. */
export interface Line {
  readonly type: string;
  readonly room?: string;
  readonly n?: number;
  readonly offset?: number;
  readonly id?: CommandId;
  readonly payload?: Record<string, unknown>;
  readonly offsets?: readonly number[];
}

function line(content: Line): Buffer {
  return Buffer.from(`${JSON.stringify(content)}\n`);
}

/** One line of JSON per frame, so that what was sent is easily read. */
export const lineFormat: WireFormat = {
  name: 'line',
  publication: ({ name }, { data, offset }) =>
    line({ type: 'publication', room: name.full, n: Number(data.toString()), offset }),
  event: (type, payload, _timestamp, id, page) =>
    line({
      type,
      payload: payload as unknown as Record<string, unknown>,
      ...(id === undefined ? {} : { id }),
      ...(page ? { offsets: page.records.map(({ offset }) => offset) } : {}),
    }),
};

/** The peer of a connection: takes what is written, or lets it wait while it is `stalled`. */
export class FakeLink implements Link {
  stalled = false;
  pings = 0;
  ending: { readonly code: number; readonly reason: string } | null = null;
  /** The most that ever waited, in bytes. */
  peak = 0;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #read: Buffer[] = [];
  #onDrained: (() => void)[] = [];

  get bufferedAmount(): number {
    return this.#waitingBytes;
  }

  write(frame: Buffer): boolean {
    if (this.ending) return true;
    if (!this.stalled) {
      this.#read.push(frame);
      return true;
    }
    this.#waiting.push(frame);
    this.#waitingBytes += frame.length;
    this.peak = Math.max(this.peak, this.#waitingBytes);
    return false;
  }

  cork(): void {}

  uncork(): void {}

  onceDrained(callback: () => void): void {
    this.#onDrained.push(callback);
  }

  /** The peer reads all that waits; `stalled` stays as it is. */
  drain(): void {
    this.#read.push(...this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    const callbacks = this.#onDrained;
    this.#onDrained = [];
    for (const callback of callbacks) callback();
  }

  ping(): void {
    this.pings++;
  }

  close(code: number, reason: string): void {
    this.ending = { code, reason };
  }

  terminate(): void {
    this.ending = { code: 1006, reason: '' };
  }

  /** All that the peer has read so far. */
  lines(): Line[] {
    const text = Buffer.concat(this.#read).toString();
    return text === ''
      ? []
      : text
          .trimEnd()
          .split('\n')
          .map((one) => JSON.parse(one) as Line);
  }
}

const POLICY: NamespacePolicy = {
  join: 'anyone',
  publish: 'members',
  history: { size: 100, age: 0 },
  presence: false,
  listed: true,
};

/** The core without sockets: an engine, and clients whose links are read by the test. */
export class TestCore {
  readonly clock = new ManualClock();
  readonly counters = newCounters();
  readonly engine: Engine;
  readonly faults: unknown[] = [];
  readonly #dispatcher: Dispatcher;

  /** Rooms `room:…` are open to all and keep the last hundred publications; `policies` adds other namespaces. */
  constructor(options: Partial<EngineOptions> = {}, policies: Readonly<Record<string, Partial<NamespacePolicy>>> = {}) {
    const all = Object.entries({ room: {}, ...policies }).map(([name, policy]) => [name, { ...POLICY, ...policy }]);
    this.engine = new Engine({
      clock: this.clock,
      counters: this.counters,
      namespaces: namespaces(Object.fromEntries(all) as Record<string, NamespacePolicy>),
      maxRooms: 10_000,
      maxRoomsPerConnection: 100,
      maxBuffer: 1024 * 1024,
      logBudget: 64 * 1024 * 1024,
      flushWindow: 0,
      pingInterval: 25_000,
      pingTimeout: 60_000,
      onOpened: () => {},
      onClosed: () => {},
      onFault: (_connection, error) => this.faults.push(error),
      joinHistory: 50,
      ...options,
    });
    this.#dispatcher = new Dispatcher({
      commands: this.engine.commands,
      handlers: ROOM_COMMANDS,
      counters: this.counters,
      onFault: (_connection, _type, error) => this.faults.push(error),
    });
  }

  connect(format: WireFormat = lineFormat): CoreClient {
    const link = new FakeLink();
    const connection = new Connection(link, format, '192.0.2.1', 100, this.clock.monotonic());
    this.engine.opened(connection);
    return new CoreClient(connection, link, this.#dispatcher);
  }
}

export class CoreClient {
  readonly connection: Connection;
  readonly link: FakeLink;
  readonly #dispatcher: Dispatcher;

  constructor(connection: Connection, link: FakeLink, dispatcher: Dispatcher) {
    this.connection = connection;
    this.link = link;
    this.#dispatcher = dispatcher;
  }

  tell<Type extends ClientCommandType>(type: Type, payload: ClientCommands[Type], id?: CommandId): void {
    this.#dispatcher.dispatch(this.connection, {
      type,
      payload,
      text: JSON.stringify({ type, payload }),
      timestamp: undefined,
      id,
    });
  }

  /** The numbers of the publications that it has read. */
  heard(room?: string): (number | undefined)[] {
    const lines = this.link.lines().filter(({ type }) => type === 'publication');
    return lines.filter((one) => room === undefined || one.room === room).map(({ n }) => n);
  }

  /** What it has read of one type. */
  got(type: string): Line[] {
    return this.link.lines().filter((one) => one.type === type);
  }
}

/** Ends this turn of the event loop, with all that waits for its end. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** 1, 2, … `to`, or `from` … `to`. */
export function numbers(to: number, from = 1): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
