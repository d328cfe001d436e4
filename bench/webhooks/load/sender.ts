import { connect, type Socket } from 'node:net';
import { requestOf } from './request-bytes.ts';

const HEAD_END = '\r\n\r\n';
const ID = /\r\nroomcast-request-id: (\S+)/i;

/** What became of a request: the id that it got, or null where it was refused or not answered. */
type Answered = (n: number, id: string | null) => void;

/**
 * Sends requests over connections that stay open, one at a time on each, without what an HTTP library adds. What finds no
 * connection free waits.
 */
export class Sender {
  readonly #port: number;
  readonly #webhookId: string;
  readonly #answered: Answered;
  /** In the order in which they became free, so that none is idle for so long that the server ends it. */
  readonly #free: Connection[] = [];
  readonly #waiting: number[] = [];

  constructor(port: number, webhookId: string, answered: Answered) {
    this.#port = port;
    this.#webhookId = webhookId;
    this.#answered = answered;
  }

  async open(connections: number): Promise<void> {
    await Promise.all(Array.from({ length: connections }, () => this.#openOne()));
  }

  send(n: number): void {
    const connection = this.#free.shift();
    if (connection) connection.send(requestOf(this.#webhookId, n), n);
    else this.#waiting.push(n);
  }

  #openOne(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
      const connection = new Connection(socket, (n, id) => {
        this.#answered(n, id);
        this.#next(connection);
      });
      socket.once('error', reject);
      socket.once('connect', () => {
        this.#next(connection);
        resolve();
      });
      socket.once('close', () => this.#lost(connection));
    });
  }

  #next(connection: Connection): void {
    const n = this.#waiting.shift();
    if (n !== undefined) connection.send(requestOf(this.#webhookId, n), n);
    else this.#free.push(connection);
  }

  /** The server has ended it: what was on its way is not answered, and another one takes its place. */
  #lost(connection: Connection): void {
    const at = this.#free.indexOf(connection);
    if (at !== -1) this.#free.splice(at, 1);
    if (connection.current !== null) this.#answered(connection.current, null);
    void this.#openOne();
  }
}

/** One connection with at most one request on its way. */
class Connection {
  /** Number of the request that is on its way. */
  current: number | null = null;
  readonly #socket: Socket;
  #answer = '';

  constructor(socket: Socket, answered: Answered) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#answer += text;
      const { current } = this;
      if (current === null || !this.#answer.includes(HEAD_END)) return;
      // Answers with something to read are refusals, behind which this connection is given up.
      const isGood = this.#answer.startsWith('HTTP/1.1 200 ') && this.#answer.endsWith(HEAD_END);
      if (!isGood) {
        socket.destroy();
        return;
      }
      const id = ID.exec(this.#answer)?.[1] ?? null;
      this.#answer = '';
      this.current = null;
      answered(current, id);
    });
  }

  send(bytes: Buffer, n: number): void {
    this.current = n;
    this.#socket.write(bytes);
  }
}
