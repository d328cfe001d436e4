import { type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';
import type { Api } from './api.ts';
import { Inbox } from './inbox.ts';

/** One event as `EventSource` would dispatch it. */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  /** The last id that the stream has named by then; empty where it has named none. */
  readonly lastEventId: string;
}

/** Reads Server-Sent Events by the rules of the standard (WHATWG HTML §9.2.6), however the bytes are cut. */
export class EventParser {
  lastEventId = '';
  /** Milliseconds; null where the stream has not said. */
  retry: number | null = null;
  comments = 0;
  readonly #decoder = new TextDecoder(); // takes a byte order mark away
  readonly #onEvent: (event: StreamEvent) => void;
  #text = '';
  #data: string[] = [];
  #type = '';
  #id = '';

  constructor(onEvent: (event: StreamEvent) => void) {
    this.#onEvent = onEvent;
  }

  push(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.#text);
      if (!end) return;
      const line = this.#text.slice(0, end.index);
      this.#text = this.#text.slice(end.index + end[0].length);
      this.#take(line);
    }
  }

  #take(line: string): void {
    if (line === '') this.#dispatch();
    else if (line.startsWith(':')) this.comments++;
    else {
      const [, field = line, value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
      this.#set(field, value);
    }
  }

  #set(field: string, value: string): void {
    if (field === 'event') this.#type = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
  }

  #dispatch(): void {
    this.lastEventId = this.#id;
    const [type, data] = [this.#type || 'message', this.#data];
    this.#type = '';
    this.#data = [];
    if (data.length > 0) this.#onEvent({ type, data: data.join('\n'), lastEventId: this.lastEventId });
  }
}

/** A reader of events over HTTP. It comes back only when it is told to. Dropped when its test is over. */
export class EventStream {
  readonly events = new Inbox<StreamEvent>();
  readonly response: IncomingMessage;
  /** Resolves when the stream has ended, whatever of. */
  readonly closed: Promise<void>;
  readonly #parser = new EventParser((event) => this.events.push(event));

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.on('data', (chunk: Buffer) => this.#parser.push(chunk));
    response.on('error', () => {}); // 'close' follows
    this.closed = new Promise((resolve) => {
      response.once('close', () => {
        this.events.end(new Error('The stream has ended'));
        resolve();
      });
    });
  }

  /** @throws an error with the answer where that is no stream */
  static async open(
    { port }: Pick<Api, 'port'>,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<EventStream> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = request({ port, path, headers, agent: false });
    outgoing.on('error', reject).on('response', resolve).end();
    onTestFinished(() => {
      outgoing.destroy();
    });
    const response = await promise;
    const type = response.headers['content-type'];
    if (response.statusCode !== 200 || type !== 'text/event-stream; charset=utf-8') {
      throw new Error(`No stream but ${response.statusCode} ${type}`);
    }
    return new EventStream(response);
  }

  get lastEventId(): string {
    return this.#parser.lastEventId;
  }

  get retry(): number | null {
    return this.#parser.retry;
  }

  /** Comments so far. */
  get comments(): number {
    return this.#parser.comments;
  }

  /** The data of the next event of that type, as JSON; others stay. */
  async next(type: string): Promise<Record<string, unknown>> {
    const { data } = await this.events.next((event) => event.type === type, type);
    return JSON.parse(data) as Record<string, unknown>;
  }

  /** The `data` of the next `count` publications of the event `message`. */
  async heard(count: number): Promise<unknown[]> {
    const heard: unknown[] = [];
    while (heard.length < count) heard.push((await this.next('message'))['data']);
    return heard;
  }

  /** Stops reading: what comes waits in the network. */
  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  /** Drops the connection. */
  drop(): void {
    this.response.socket.destroy();
  }
}
