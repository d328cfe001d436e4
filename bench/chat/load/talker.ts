import { readNumber, startsWith } from '../../clients/bytes.ts';
import { FIRST_NUMBER, MessageFrames } from './message-frames.ts';
import type { RawConnection } from './raw-connection.ts';
import type { Tally } from './tally.ts';

const ACK = '{"type":"message_ack",';
const NUMBER_AT = '{"type":"message_ack","timestamp":"2026-01-01T00:00:00.000Z","id":'.length;
const LETTER_AT = '{"type":"'.length;
const LETTER_M = 'm'.charCodeAt(0);
const SYNCED = Buffer.from('"level":"synced"');
/** More than can be open at a time. */
const OPEN = 65_536;

/** One who sends, and counts what is acknowledged. */
export class Talker {
  /** Keeps so many messages open by itself; 0 = sends when told. */
  inFlight = 0;
  tally: Tally;
  readonly #connection: RawConnection;
  readonly #frames: MessageFrames;
  readonly #sentAt = new Float64Array(OPEN);
  #next = FIRST_NUMBER;
  #open = 0;

  constructor(connection: RawConnection, room: string, prefix: string, tally: Tally) {
    this.#connection = connection;
    this.#frames = new MessageFrames(room, prefix);
    this.tally = tally;
    connection.onFrame = (bytes, begin, end) => this.#read(bytes, begin, end);
    connection.onRead = () => this.refill();
  }

  send(count: number): void {
    const first = this.#next;
    const now = performance.now();
    for (let number = first; number < first + count; number++) this.#sentAt[number % OPEN] = now;
    this.#next += count;
    this.#open += count;
    this.tally.sent += count;
    this.#connection.write(this.#frames.make(first, count));
  }

  refill(): void {
    if (this.#open < this.inFlight) this.send(this.inFlight - this.#open);
  }

  #read(bytes: Buffer, begin: number, end: number): void {
    if (bytes[begin + LETTER_AT] !== LETTER_M || !startsWith(bytes, begin, ACK)) return;
    const number = readNumber(bytes, begin + NUMBER_AT);
    this.#open--;
    this.tally.acknowledge(performance.now() - (this.#sentAt[number % OPEN] ?? Number.NaN));
    const level = bytes.indexOf(SYNCED, begin);
    if (level === -1 || level >= end) this.tally.notSynced++;
  }
}
