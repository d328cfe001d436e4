import { WebSocket } from 'ws';
import type { CrashServer } from './crash-server.ts';

interface Outgoing {
  readonly clientMessageId: string;
  readonly content: string;
}

/** A message as a client has it: heard, or its own with the place that was acknowledged. */
export interface Known {
  readonly offset: number;
  readonly clientMessageId: string;
  readonly userId: string;
}

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload: {
    readonly epoch?: string;
    readonly offset?: number;
    readonly clientMessageId?: string;
    readonly userId?: string;
    readonly recovered?: boolean;
    readonly duplicate?: boolean;
    readonly hasMore?: boolean;
    readonly code?: string;
    readonly history?: readonly Known[];
    readonly publications?: readonly Known[];
  };
}

/**
 * A user who speaks all the time, keeps what is not acknowledged, sends it again after every reconnect, and writes down
 * everything it is told.
 */
export class CrashClient {
  readonly userId: string;
  readonly roomId: string;
  /** In the order in which they were written. */
  readonly written: string[] = [];
  /** By client message id: the offset that was acknowledged. Each answer is kept. */
  readonly acked = new Map<string, number[]>();
  /** In the order of arrival. */
  readonly heard: Known[] = [];
  /** Answers that should not have been. */
  readonly faults: string[] = [];
  /** Milliseconds from the join that resumes to its answer. */
  readonly resumes: number[] = [];
  readonly #server: CrashServer;
  readonly #token: string;
  #outbox: Outgoing[] = [];
  #socket: WebSocket | null = null;
  #joined = false;
  #epoch: string | null = null;
  #position = 0;
  #joinSentAt = 0;
  #first = 0;
  #closed = false;
  #onIdle: (() => void) | null = null;

  constructor(server: CrashServer, token: string, userId: string, roomId: string) {
    this.#server = server;
    this.#token = token;
    this.userId = userId;
    this.roomId = roomId;
  }

  /** The offset from which on this client has to know everything. */
  get first(): number {
    return this.#first;
  }

  get top(): number {
    return this.#position;
  }

  get unanswered(): number {
    return this.#outbox.length;
  }

  get joined(): boolean {
    return this.#joined;
  }

  /** Connects, and again whenever the connection ends. */
  async run(): Promise<void> {
    while (!this.#closed) {
      const port = await this.#server.running;
      if (!this.#closed) await this.#stay(port);
    }
  }

  say(): void {
    const clientMessageId = `${this.userId}-${this.written.length}`;
    this.written.push(clientMessageId);
    const message = { clientMessageId, content: `message ${this.written.length} of ${this.userId}` };
    this.#outbox.push(message);
    if (this.#joined) this.#send(message);
  }

  /** The connection dies without a word. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Resolves when everything that was written has been acknowledged. */
  async idle(): Promise<void> {
    if (this.#outbox.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  stop(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }

  #stay(port: number): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat`, {
      headers: { authorization: `Bearer ${this.#token}` },
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('message', (data) => this.#received(JSON.parse(data.toString()) as Frame));
    socket.on('error', () => {}); // `close` follows
    return new Promise((resolve) => {
      socket.on('close', () => {
        this.#joined = false;
        resolve();
      });
    });
  }

  #received({ type, id, payload }: Frame): void {
    if (type === 'connection_established') this.#join();
    else if (type === 'join_room_success') this.#admitted(payload);
    else if (type === 'history') this.#filled(payload);
    else if (type === 'chat_message') this.#hear(payload as Known);
    else if (type === 'message_ack') this.#acknowledge(payload);
    else if (type === 'error' || type === 'join_room_error') this.faults.push(`${id}: ${JSON.stringify(payload)}`);
  }

  #join(): void {
    const since = this.#epoch === null ? undefined : { epoch: this.#epoch, offset: this.#position };
    this.#joinSentAt = performance.now();
    this.#tell('join_room', { roomId: this.roomId, since, limit: since ? undefined : 0 });
  }

  #admitted({ epoch = '', offset = 0, recovered, history = [] }: Frame['payload']): void {
    if (this.#epoch === null) {
      this.#epoch = epoch;
      this.#position = offset;
      this.#first = offset + 1;
    } else {
      this.resumes.push(performance.now() - this.#joinSentAt);
      if (epoch !== this.#epoch) this.faults.push(`the epoch changed to ${epoch}`);
      // Missed more than one answer holds: the rest is read page by page, before anything else.
      if (!recovered) {
        this.#tell('get_history', { roomId: this.roomId, after: this.#position, limit: 500 });
        return;
      }
      for (const message of history) this.#hear(message);
    }
    this.#ready();
  }

  #filled({ publications = [], hasMore }: Frame['payload']): void {
    for (const message of publications) this.#hear(message);
    if (hasMore) this.#tell('get_history', { roomId: this.roomId, after: this.#position, limit: 500 });
    else this.#ready();
  }

  #ready(): void {
    this.#joined = true;
    for (const message of this.#outbox) this.#send(message);
  }

  #hear(message: Known): void {
    this.heard.push(message);
    this.#position = Math.max(this.#position, message.offset);
  }

  #acknowledge({ clientMessageId = '', offset = 0 }: Frame['payload']): void {
    this.acked.set(clientMessageId, [...(this.acked.get(clientMessageId) ?? []), offset]);
    this.#position = Math.max(this.#position, offset);
    this.#outbox = this.#outbox.filter((message) => message.clientMessageId !== clientMessageId);
    if (this.#outbox.length === 0) this.#onIdle?.();
  }

  #send({ clientMessageId, content }: Outgoing): void {
    this.#tell('chat_message', { roomId: this.roomId, content, clientMessageId });
  }

  #tell(type: string, payload: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type, payload, id: type }));
  }
}
