export const PING = 9;
const LONG = 127;
const MEDIUM = 126;

/**
 * Gets the bytes, and where in them the payload begins and ends; valid only during the call.
 * @param opcode what kind of frame it is
 */
type Visit = (bytes: Buffer, begin: number, end: number, opcode: number) => void;

/** Finds the WebSocket frames in what a server sends (unmasked, unfragmented). Copies nothing but a cut-off rest. */
export class FrameReader {
  #rest: Buffer | null = null;

  read(chunk: Buffer, visit: Visit): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const begin = at + headLength(bytes, at);
      const end = begin + payloadLength(bytes, at);
      // Not a number where the head itself is cut off.
      if (!(end <= bytes.length)) break;
      visit(bytes, begin, end, (bytes[at] ?? 0) & 0x0f);
      at = end;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : null;
  }
}

function headLength(bytes: Buffer, at: number): number {
  const short = bytes[at + 1] ?? Number.NaN;
  if (short === LONG) return 10;
  return short === MEDIUM ? 4 : 2;
}

function payloadLength(bytes: Buffer, at: number): number {
  const short = bytes[at + 1] ?? Number.NaN;
  if (short < MEDIUM) return short;
  if (at + headLength(bytes, at) > bytes.length) return Number.NaN;
  return short === MEDIUM ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
}
