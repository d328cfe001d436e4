/** Bytes of the smallest and the largest block, and the part of all bytes that a block has. */
const SMALLEST = 1024;
const LARGEST = 64 * 1024;
const PART = 1 / 8;

/** Bytes that come bit by bit. However small the bits are, they take little more than their length: an eighth, or 1 KiB. */
export class GrowingBytes {
  #blocks: Buffer[] = [];
  /** Bytes at the end of the last block that hold nothing yet. */
  #free = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes that are taken up for them. */
  get taken(): number {
    return this.#length + this.#free;
  }

  push(bit: Buffer): void {
    const rest = bit.subarray(this.#fill(bit));
    this.#length += bit.length;
    if (rest.length === 0) return;
    const size = Math.min(LARGEST, Math.max(SMALLEST, this.#length * PART));
    if (rest.length >= size || this.#length === rest.length) {
      this.#blocks.push(rest); // most bodies come in one piece
      return;
    }
    const block = Buffer.allocUnsafeSlow(Math.ceil(size));
    rest.copy(block);
    this.#blocks.push(block);
    this.#free = block.length - rest.length;
  }

  /** All of them. Nothing is left here. */
  take(): Buffer {
    const blocks = this.#blocks;
    const bytes =
      blocks.length === 1 && blocks[0] ? blocks[0].subarray(0, this.#length) : Buffer.concat(blocks, this.#length);
    this.#blocks = [];
    this.#free = 0;
    this.#length = 0;
    return bytes;
  }

  /** Puts as much as fits where there is place already; returns how much that was. */
  #fill(bit: Buffer): number {
    const last = this.#blocks.at(-1);
    const fits = Math.min(bit.length, this.#free);
    if (!last || fits === 0) return 0;
    bit.copy(last, last.length - this.#free, 0, fits);
    this.#free -= fits;
    return fits;
  }
}
