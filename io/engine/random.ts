import { createHash } from 'node:crypto';

/** Number of bytes that Go's runtime requests at its start. */
const startBytes = 32;

/**
 * Generates the random bytes for an engine. The first 32 bytes, which seed Go's runtime, are
 * constant. It derives later bytes from a seed, and counts them.
 */
export class EngineRandom {
  #startLeft = startBytes;
  #seed: Uint8Array = new Uint8Array();
  #block = 0;
  #left: Uint8Array = new Uint8Array();
  #asked = 0;

  /** Number of bytes that the engine requested since `restart`. */
  get asked(): number {
    return this.#asked;
  }

  /** Skips the constant bytes, for a module that `npm run engines` has already started. */
  skipStart(): void {
    this.#startLeft = 0;
  }

  /** Restarts the stream for a request. */
  restart(seed: Uint8Array = new Uint8Array()): void {
    this.#seed = seed;
    this.#block = 0;
    this.#left = new Uint8Array();
    this.#asked = 0;
  }

  /** Fills a buffer with the next bytes. */
  fill(target: Uint8Array): void {
    const start = Math.min(this.#startLeft, target.length);
    this.#startLeft -= start;
    target.fill(7, 0, start);
    for (let at = start; at < target.length; ) {
      if (this.#left.length === 0) this.#left = this.#nextBlock();
      const part = this.#left.subarray(0, target.length - at);
      target.set(part, at);
      this.#left = this.#left.subarray(part.length);
      at += part.length;
      this.#asked += part.length;
    }
  }

  #nextBlock(): Uint8Array {
    const counter = new Uint8Array(new BigUint64Array([BigInt(this.#block++)]).buffer);
    return createHash('sha256').update(counter).update(this.#seed).digest();
  }
}
