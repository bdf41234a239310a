const firstSize = 4096;

/** Joins parts of a text by copying them, because a part of one byte needs more than a hundred bytes of memory. */
export class GrowingBuffer {
  readonly #maxSize: number;
  #bytes: Buffer<ArrayBuffer> = Buffer.alloc(0);
  #size = 0;

  /** @param maxSize - maximum size in bytes, which the caller checks */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get size(): number {
    return this.#size;
  }

  /** The joined parts. They are valid until the next call of `add` or `clear`. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  add(part: Buffer): void {
    const size = this.#size + part.length;
    if (size > this.#bytes.length) this.#grow(size);
    part.copy(this.#bytes, this.#size);
    this.#size = size;
  }

  clear(): void {
    free(this.#bytes);
    this.#bytes = Buffer.alloc(0);
    this.#size = 0;
  }

  #grow(size: number): void {
    const doubled = Math.max(firstSize, 2 * this.#bytes.length);
    // A buffer of the shared pool must not be freed.
    const grown = Buffer.allocUnsafeSlow(Math.max(size, Math.min(this.#maxSize, doubled)));
    this.#bytes.copy(grown, 0, 0, this.#size);
    free(this.#bytes);
    this.#bytes = grown;
  }
}

/** Frees the memory at once. The garbage collector does not count it, and would let it wait. */
function free(bytes: Buffer<ArrayBuffer>): void {
  if (bytes.length > 0) bytes.buffer.transfer(0);
}
