/** Bytes that come bit by bit. However small the bits are, they take no more than twice their length. */
export class GrowingBytes {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(bit: Buffer): void {
    const length = this.#length + bit.length;
    if (this.#length === 0) {
      this.#bytes = bit; // most bodies come in one piece
    } else {
      if (length > this.#bytes.length) this.#grow(2 * length);
      bit.copy(this.#bytes, this.#length);
    }
    this.#length = length;
  }

  /** All of them. Not to be pushed to any more. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(capacity: number): void {
    const grown = Buffer.allocUnsafe(capacity);
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
