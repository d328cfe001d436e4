import { io, type Socket } from 'socket.io-client';

interface Answer {
  readonly ok?: boolean;
  readonly id?: string;
}

/** A user whose page sends numbered events, each once, and writes down which of them were acknowledged. */
export class EventClient {
  readonly userId: string;
  /** By number: the id with which it was acknowledged. */
  readonly acked = new Map<number, string>();
  /** Answers that should not have been. */
  readonly faults: string[] = [];
  readonly #socket: Socket;
  #isReady = false;
  #last = 0;
  #underway = 0;

  constructor(port: number, userId: string) {
    this.userId = userId;
    this.#socket = io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      forceNew: true,
    });
    this.#socket.on('connect', () => void this.#register());
    this.#socket.on('disconnect', () => {
      this.#isReady = false;
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Events whose outcome is not known and may yet be. */
  get underway(): number {
    return this.#underway;
  }

  /** Sends the next event, where there is a connection. One whose answer is lost with it is not sent again. */
  async say(): Promise<void> {
    if (!this.#isReady) return;
    const number = ++this.#last;
    this.#underway++;
    try {
      const answer = (await this.#socket
        .timeout(20_000)
        .emitWithAck('order', { number, text: 'x'.repeat(200) })) as Answer;
      if (answer.ok === true && answer.id !== undefined) this.acked.set(number, answer.id);
      else this.faults.push(JSON.stringify(answer));
    } catch {
      // The connection, or the server, ended meanwhile: nobody knows whether it was stored.
    }
    this.#underway--;
  }

  stop(): void {
    this.#socket.disconnect();
  }

  async #register(): Promise<void> {
    try {
      const answer = (await this.#socket.timeout(5000).emitWithAck('register', { userId: this.userId })) as Answer;
      if (answer.ok !== true) this.faults.push(JSON.stringify(answer));
      this.#isReady = this.#socket.connected;
    } catch {
      // It connects again.
    }
  }
}
