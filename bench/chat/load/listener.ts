import { readNumber, startsWith } from '../../clients/bytes.ts';
import type { RawConnection } from './raw-connection.ts';
import type { Tally } from './tally.ts';

const MESSAGE = '{"type":"chat_message",';
const OFFSET = Buffer.from('"offset":');

/** One who counts what arrives, and whether its offsets follow each other. */
export class Listener {
  tally: Tally;
  #offset: number | null = null;

  constructor(connection: RawConnection, tally: Tally) {
    this.tally = tally;
    connection.onFrame = (bytes, begin) => this.#read(bytes, begin);
  }

  #read(bytes: Buffer, begin: number): void {
    if (!startsWith(bytes, begin, MESSAGE)) return;
    const offset = readNumber(bytes, bytes.indexOf(OFFSET, begin) + OFFSET.length);
    if (this.#offset !== null && offset !== this.#offset + 1) this.tally.outOfOrder++;
    this.#offset = offset;
    this.tally.delivered++;
  }
}
