import { once } from 'node:events';
import WebSocket from 'ws';
import type { BenchUser } from './users.ts';

/** The answer to a command: its text, and how long it took from sending to the last byte, in milliseconds. */
interface Answer {
  readonly text: string;
  readonly time: number;
}

interface Question {
  readonly begin: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One who asks one thing after another. Answers are not parsed: that would be our time, not the server's. */
export class Visitor {
  readonly #socket: WebSocket;
  #asked = 0;
  #question: Question | null = null;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#read(data));
    socket.on('close', () => this.#question?.reject(new Error('the server closed the connection')));
  }

  static async connect(port: number, { token }: BenchUser): Promise<Visitor> {
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat`, 'roomcast.v1', {
      headers,
      perMessageDeflate: false,
    });
    const visitor = new Visitor(socket);
    await once(socket, 'open');
    return visitor;
  }

  /** @throws Error where the answer is an error */
  ask(type: string, payload: object): Promise<Answer> {
    this.#asked++;
    const text = JSON.stringify({ type, id: this.#asked, payload });
    return new Promise((resolve, reject) => {
      this.#question = { begin: performance.now(), resolve, reject };
      this.#socket.send(text);
    });
  }

  async leave(): Promise<void> {
    this.#socket.close(1000);
    await once(this.#socket, 'close');
  }

  #read(data: Buffer): void {
    // The envelope comes before the payload: type, timestamp, id.
    const head = data.toString('latin1', 0, 120);
    if (!this.#question || !head.includes(`"id":${this.#asked},`)) return;
    const { begin, resolve, reject } = this.#question;
    const time = performance.now() - begin;
    this.#question = null;
    if (/^\{"type":"\w*error"/.test(head)) reject(new Error(data.toString()));
    else resolve({ text: data.toString(), time });
  }
}
