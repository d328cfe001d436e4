/** Any mask does. */
export const MASK = Buffer.from([0x5a, 0xc3, 0x96, 0x3c]);
const TEXT = 0x81;
const PONG = 0x8a;

/** A masked text frame, as clients send it. */
export function clientFrame(text: Buffer): Buffer {
  return frame(TEXT, text);
}

/** The answer to a ping. */
export function pongFrame(payload: Buffer): Buffer {
  return frame(PONG, payload);
}

function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length > 0xffff) throw new Error('a frame for short messages');
  const head = length < 126 ? [first, 0x80 | length] : [first, 0xfe, length >> 8, length & 0xff];
  const masked = payload.map((byte, i) => byte ^ (MASK[i % 4] ?? 0));
  return Buffer.concat([Buffer.from(head), MASK, masked]);
}
