import { expect, test } from 'vitest';
import { textFrame, textFrameOf } from './frame.ts';

/** Reads frames by the letter of RFC 6455 §5.2. */
function read(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes[at]).toBe(0x81); // final, no extension, text
    const short = bytes.readUInt8(at + 1); // the mask bit is not set
    const [start, length] =
      short < 126
        ? [at + 2, short]
        : short === 126
          ? [at + 4, bytes.readUInt16BE(at + 2)]
          : [at + 10, Number(bytes.readBigUInt64BE(at + 2))];
    messages.push(bytes.toString('utf8', start, start + length));
    at = start + length;
  }
  return messages;
}

test('frames of every size of header are read back as they were', () => {
  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]) {
    const text = 'x'.repeat(length);
    const frame = textFrame(Buffer.from(text));
    expect(read(frame)).toEqual([text]);
    expect(frame.length - length).toBe(length < 126 ? 2 : length < 65_536 ? 4 : 10); // no longer than need be
    expect(textFrameOf(text)).toEqual(textFrame(Buffer.from(text)));
  }
});

test('lengths are those of bytes, not of characters', () => {
  const text = 'é😀'.repeat(40);
  expect(read(textFrameOf(text))).toEqual([text]);
});

test('frames that are joined stay frames', () => {
  const texts = ['a', 'b'.repeat(300), '', 'c'.repeat(70_000)];
  expect(read(Buffer.concat(texts.map(textFrameOf)))).toEqual(texts);
});
