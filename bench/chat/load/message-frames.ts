import { clientFrame, MASK } from '../../clients/client-frame.ts';
import { sentence } from '../sentence.ts';

/** Numbers of messages are as long from the first to the last, so that a frame needs no more than new digits. */
export const FIRST_NUMBER = 1_000_000;
const DIGITS = 7;
const ZERO = 48;
const SENTENCES = 64;

interface Template {
  /** The complete frame, masked, with zeros where the digits belong. */
  readonly bytes: Buffer;
  /** Where in it the digits belong. */
  readonly at: readonly number[];
}

/** The frames of one sender: made once, numbered when they are sent. */
export class MessageFrames {
  readonly #templates: readonly Template[];
  readonly #longest: number;

  /** @param prefix of client message ids: the same id twice would be a resend */
  constructor(room: string, prefix: string) {
    this.#templates = Array.from({ length: SENTENCES }, () => template(room, prefix, sentence()));
    this.#longest = Math.max(...this.#templates.map(({ bytes }) => bytes.length));
  }

  /** Frames with the numbers from `first` on, in one buffer for one write. */
  make(first: number, count: number): Buffer {
    const buffer = Buffer.allocUnsafe(count * this.#longest);
    let end = 0;
    for (let number = first; number < first + count; number++) {
      const { bytes, at } = this.#templates[number % SENTENCES] as Template;
      bytes.copy(buffer, end);
      for (const place of at) writeDigits(buffer, end, place, number);
      end += bytes.length;
    }
    return buffer.subarray(0, end);
  }
}

function template(room: string, prefix: string, content: string): Template {
  const zeros = '0'.repeat(DIGITS);
  const timestamp = new Date().toISOString();
  const before = `{"type":"chat_message","id":`;
  const middle = `,"timestamp":"${timestamp}","payload":{"roomId":"${room}","content":"${content}","clientMessageId":"${prefix}`;
  const text = Buffer.from(`${before}${zeros}${middle}${zeros}"}}`);
  const bytes = clientFrame(text);
  const head = bytes.length - text.length;
  return { bytes, at: [head + before.length, head + before.length + DIGITS + middle.length] };
}

function writeDigits(buffer: Buffer, frame: number, place: number, number: number): void {
  // The payload begins behind the head of four bytes (all our messages are medium-sized) and the mask.
  let rest = number;
  for (let i = DIGITS - 1; i >= 0; i--) {
    const digit = rest % 10;
    buffer[frame + place + i] = (ZERO + digit) ^ (MASK[(place + i) % 4] ?? 0);
    rest = (rest - digit) / 10;
  }
}
