/** Bytes that are written at a time. */
const CHUNK = 32 * 1024;

/** Pieces of any size as chunks of about one: small ones are gathered, large ones cut. Nothing is made ahead. */
export function* inChunks(pieces: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for (const piece of pieces) {
    let rest = piece;
    for (let room = CHUNK - size; rest.length >= room; room = CHUNK) {
      yield Buffer.concat([...waiting, rest.subarray(0, room)]);
      rest = rest.subarray(room);
      waiting = [];
      size = 0;
    }
    if (rest.length > 0) waiting.push(rest);
    size += rest.length;
  }
  if (size > 0) yield Buffer.concat(waiting);
}
