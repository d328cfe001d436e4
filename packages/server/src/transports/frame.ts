/**
 * Frames as servers send them (RFC 6455 §5.2): final, unmasked, text. They are made here and written to the socket
 * as they are, so that one frame serves every member of a room.
 */
const FIN_TEXT = 0x81;

/** Bytes of the header of a frame with so long a payload. */
function headerSize(length: number): number {
  if (length < 126) return 2;
  return length < 65_536 ? 4 : 10;
}

/** An unfilled frame for a payload of `length` bytes, and where the payload begins. */
export function allocateTextFrame(length: number): { frame: Buffer; start: number } {
  const start = headerSize(length);
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FIN_TEXT;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length % 2 ** 32, 6);
  }
  return { frame, start };
}

export function textFrame(payload: Buffer): Buffer {
  const { frame, start } = allocateTextFrame(payload.length);
  payload.copy(frame, start);
  return frame;
}

export function textFrameOf(payload: string): Buffer {
  const { frame, start } = allocateTextFrame(Buffer.byteLength(payload));
  frame.write(payload, start);
  return frame;
}

const FIN_BINARY = 0x82;

export function binaryFrame(payload: Buffer): Buffer {
  const frame = textFrame(payload);
  frame[0] = FIN_BINARY;
  return frame;
}

/** One of our own frames, taken apart. */
export interface Unframed {
  readonly isText: boolean;
  readonly payload: Buffer;
}

/** Takes frames that were made here apart again, for a transport that has none. */
export function* framesIn(frames: Buffer): Generator<Unframed> {
  for (let at = 0; at < frames.length; ) {
    const isText = frames[at] === FIN_TEXT;
    const short = frames[at + 1] ?? 0;
    const length = short < 126 ? short : short === 126 ? frames.readUInt16BE(at + 2) : longLength(frames, at + 2);
    const start = at + headerSize(length);
    at = start + length;
    yield { isText, payload: frames.subarray(start, at) };
  }
}

function longLength(frames: Buffer, at: number): number {
  return frames.readUInt32BE(at) * 2 ** 32 + frames.readUInt32BE(at + 4);
}
